#include "app/dialect_options.h"

#include "app/terminal.h"
#include "base/name_list.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <utility>

namespace spillway {
namespace {

using Names = std::initializer_list<std::pair<std::string_view, char>>;

/// One byte, as it is or by its name.
Result<std::optional<char>> characterOf(const char* option, const std::optional<std::string>& text,
                                        const Names& names)
{
    if (!text) return std::optional<char>();
    for (const auto& [name, character] : names)
        if (*text == name) return std::optional(character);
    if (text->size() == 1) return std::optional(text->front());
    std::string known;
    for (const auto& [name, character] : names)
        if (!name.empty()) known += fmt::format("{}{}", known.empty() ? "" : ", ", name);
    return invalidArgument(fmt::format("{} takes one ASCII character or one of {}, not \"{}\".",
                                       option, known, *text));
}

Result<std::map<std::string, ColumnType>> typesOf(const std::vector<std::string>& columns)
{
    std::map<std::string, ColumnType> types;
    for (const auto& column : columns) {
        const auto equals = column.rfind('=');
        const std::string type = equals == column.npos ? "" : column.substr(equals + 1);
        if (equals == 0 || (type != "integer" && type != "real" && type != "text"))
            return invalidArgument(
                fmt::format("--column takes NAME=TYPE, with integer, real or text as type, "
                            "not \"{}\".",
                            column));
        types[column.substr(0, equals)] = *columnTypeFromName(type);
    }
    return types;
}

Result<void> readCharacters(const DialectArguments& arguments, SchemaHints& hints)
{
    const auto delimiter = characterOf("--delimiter", arguments.delimiter,
                                       {{"comma", ','},
                                        {"semicolon", ';'},
                                        {"tab", '\t'},
                                        {"\\t", '\t'},
                                        {"pipe", '|'},
                                        {"space", ' '}});
    if (!delimiter) return delimiter.error();
    hints.delimiter = *delimiter;
    const auto quote = characterOf("--quote", arguments.quote,
                                   {{"double", '"'}, {"single", '\''}, {"none", '\0'}, {"", '\0'}});
    if (!quote) return quote.error();
    hints.quote = *quote;
    const auto comment = characterOf("--comment", arguments.comment, {{"none", '\0'}, {"", '\0'}});
    if (!comment) return comment.error();
    hints.comment = *comment;
    const auto decimal =
        characterOf("--decimal", arguments.decimal, {{"point", '.'}, {"comma", ','}});
    if (!decimal) return decimal.error();
    hints.decimal = *decimal;
    return {};
}

} // namespace

void defineDialectOptions(CLI::App& command, DialectArguments& a)
{
    const auto* group = "How to read the data (what is not given is guessed and printed; for all "
                        "files of the plan)";
    command
        .add_option("--delimiter", a.delimiter,
                    "Between fields: a character, or comma, semicolon, tab, pipe, space")
        ->type_name("comma|semicolon|tab|pipe|space|C")
        ->group(group);
    command.add_option("--header", a.header, "Whether the first row names the columns")
        ->type_name("yes|no")
        ->group(group);
    command.add_option("--quote", a.quote, "Around fields: a character, or double, single, none")
        ->type_name("double|single|none|C")
        ->group(group);
    command
        .add_option("--comment", a.comment,
                    "Skip lines that begin with this character; none: skip no lines")
        ->type_name("none|C")
        ->group(group);
    command.add_option("--skip-rows", a.skipRows, "Lines to skip before the header")
        ->type_name("N")
        ->check(CLI::NonNegativeNumber)
        ->group(group);
    command.add_option("--decimal", a.decimal, "Between whole and fraction of a number")
        ->type_name("point|comma")
        ->group(group);
    command.add_option("--encoding", a.encoding, "Encoding of names and text")
        ->type_name("utf-8|latin-1|windows-1252")
        ->group(group);
    command
        .add_option("--missing", a.missing,
                    "Words for a missing value, comma-separated, in any letter case: they replace "
                    "NA, NaN, null, None, … and also apply to unquoted text")
        ->type_name("WORDS")
        ->group(group);
    command
        .add_option("--column", a.columns,
                    "Type of a column: integer, real or text; may be repeated")
        ->type_name("NAME=TYPE")
        ->allow_extra_args(false)
        ->group(group);
}

Result<SchemaHints> hintsFrom(const DialectArguments& arguments)
{
    SchemaHints hints;
    if (auto read = readCharacters(arguments, hints); !read) return read.error();
    if (arguments.header) {
        if (*arguments.header != "yes" && *arguments.header != "no")
            return invalidArgument(
                fmt::format("--header takes yes or no, not \"{}\".", *arguments.header));
        hints.header = *arguments.header == "yes";
    }
    hints.skipRows = arguments.skipRows;
    if (arguments.encoding) {
        hints.encoding = encodingFromName(*arguments.encoding);
        if (!hints.encoding)
            return invalidArgument(fmt::format(
                "--encoding takes utf-8, latin-1 or windows-1252, not \"{}\"; convert others with "
                "iconv.",
                *arguments.encoding));
    }
    if (arguments.missing) {
        auto words = namesOfRecord(*arguments.missing);
        if (!words) return words.error();
        hints.missing = std::move(*words);
    }
    auto types = typesOf(arguments.columns);
    if (!types) return types.error();
    hints.types = std::move(*types);
    return hints;
}

} // namespace spillway
