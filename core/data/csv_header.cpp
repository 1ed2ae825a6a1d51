#include "data/csv_header.h"

#include "base/files.h"
#include "data/csv_text_reader.h"
#include "data/file_kind.h"
#include "data/text_encoding.h"

#include <fmt/format.h>

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>

namespace spillway {
namespace {

constexpr Bytes usualHeader = Bytes(64) << 10;

/// Why `text`, the beginning of a file, cannot be CSV in UTF-8 or another superset of ASCII; what
/// to do about it after that.
std::optional<FileKind> notText(std::string_view text)
{
    if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
        return FileKind{"is UTF-16 text; only UTF-8 and other supersets of ASCII are read. Convert "
                        "it with iconv -f UTF-16 -t UTF-8",
                        {}};
    if (auto kind = fileKindOf(text))
        return FileKind{fmt::format("is {}, not a table", kind->name), std::move(kind->remedy)};
    const std::string_view start = text.substr(0, 4096);
    const auto nuls = std::ranges::count(start, '\0');
    if (nuls > 0 && static_cast<std::size_t>(nuls) * 3 > start.size())
        return FileKind{"looks like UTF-16 without a byte order mark, or like a binary file", {}};
    return {};
}

constexpr std::string_view howToRead =
    "Correct the file, or say how it is to be read: --delimiter, --quote, --comment, --skip-rows, "
    "--decimal, --missing, --column NAME=TYPE.";

/// The header row of a file that starts with `text`; nothing when the text ends before it does.
Result<std::optional<CsvHeader>> headerIn(const std::filesystem::path& path, std::string_view text,
                                          bool final, const CsvFormat& format)
{
    const auto mark = static_cast<std::size_t>(byteOrderMarkLength(text));
    const auto skipped = afterLines(text.substr(mark), format.skipRows);
    if (!skipped && !final) return std::optional<CsvHeader>();
    if (!skipped)
        return unreadable(
            fmt::format("{} has fewer than the {} lines to skip.", path.string(), format.skipRows),
            "Give fewer with --skip-rows.");
    const std::size_t begin = mark + *skipped;
    if (!format.header)
        return std::optional(CsvHeader{.names = {}, .dataBegin = static_cast<Bytes>(begin)});
    CsvTextReader reader(text.substr(begin), final, format);
    if (auto names = reader.next())
        return std::optional(CsvHeader{.names = columnNames(std::move(*names), format.encoding),
                                       .dataBegin = static_cast<Bytes>(begin + reader.position())});
    if (const auto& fault = reader.fault())
        return malformed(path, static_cast<Bytes>(begin + fault->position),
                         format.skipRows + static_cast<std::int64_t>(fault->lines) + 1,
                         fault->column, fault->expectation);
    if (final) return unreadable(fmt::format("{} has no header row.", path.string()));
    return std::optional<CsvHeader>();
}

} // namespace

std::string unnamedColumn(std::size_t position)
{
    return fmt::format("column{}", position + 1);
}

std::vector<std::string> columnNames(std::vector<std::string> fields, TextEncoding encoding)
{
    for (std::size_t i = 0; i < fields.size(); ++i)
        fields[i] = fields[i].empty() ? unnamedColumn(i) : toUtf8(fields[i], encoding);
    // A number is free when no column of the file has it, be it further on.
    std::set<std::string> taken(fields.begin(), fields.end());
    std::set<std::string> used;
    for (auto& name : fields) {
        if (used.insert(name).second) continue;
        int number = 2;
        while (!taken.insert(fmt::format("{}_{}", name, number)).second)
            ++number;
        name += fmt::format("_{}", number);
        used.insert(name);
    }
    return fields;
}

std::optional<std::size_t> afterLines(std::string_view text, std::int64_t count)
{
    std::size_t at = 0;
    for (std::int64_t i = 0; i < count; ++i) {
        const auto end = text.find('\n', at);
        if (end == std::string_view::npos) return {};
        at = end + 1;
    }
    return at;
}

Bytes byteOrderMarkLength(std::string_view text)
{
    return text.starts_with("\xef\xbb\xbf") ? 3 : 0;
}

Error malformed(const std::filesystem::path& path, Bytes offset, std::int64_t line,
                std::size_t column, const std::string& expectation)
{
    return unreadable(fmt::format("{}: malformed row at byte {}, line {}, column {}: expected {}.",
                                  path.string(), offset, line, column, expectation),
                      std::string(howToRead));
}

Result<std::string> readBeginning(const std::filesystem::path& path, Bytes limit)
{
    const auto stamp = stampOf(path);
    if (!stamp) return stamp.error();
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd)
        return unreadable(fmt::format("Cannot read {}: {}.", path.string(), std::strerror(errno)));
    std::string text(static_cast<std::size_t>(std::min(limit, stamp->size)), '\0');
    const auto read = readAt(fd.get(), text, 0);
    if (!read) return unreadable(path.string() + ": " + read.error().message);
    text.resize(*read);
    if (static_cast<Bytes>(text.size()) == byteOrderMarkLength(text))
        return unreadable(fmt::format("{} is empty.", path.string()));
    if (auto reason = notText(text))
        return unreadable(fmt::format("{} {}.", path.string(), reason->name),
                          std::move(reason->remedy));
    return text;
}

Result<CsvHeader> readHeader(const std::filesystem::path& path, const CsvFormat& format)
{
    for (const Bytes limit : {usualHeader, maxRowBytes}) {
        const auto text = readBeginning(path, limit);
        if (!text) return text.error();
        auto header = headerIn(path, *text, static_cast<Bytes>(text->size()) < limit, format);
        if (!header) return header.error();
        if (*header) return std::move(**header);
    }
    return malformed(path, 0, 1, 1, "a header row of at most 16 MiB (is a quote left open?)");
}

} // namespace spillway
