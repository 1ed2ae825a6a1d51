#include "host/parquet.h"

#include "base/files.h"
#include "base/json.h"
#include "data/file_stamp.h"
#include "protocol/dataset_json.h"

#include <fmt/format.h>

#include <unistd.h>

#include <system_error>

namespace spillway {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t previewRows = 100;

/// What the tool found wrong with the files.
std::optional<Error> complaint(const Json& answer)
{
    const auto error = answer.find("error");
    if (error == answer.end()) return std::nullopt;
    return unreadable(fieldOr(*error, "message", std::string("The files cannot be read.")),
                      fieldOr(*error, "remedy", std::string()));
}

Result<SchemaGuess> guessFrom(const Json& answer)
{
    SchemaGuess guess;
    guess.schema.files = FileFormat::Parquet;
    guess.schema.folders = fieldOr(answer, "folders", std::vector<std::string>());
    for (const Json& column : fieldOr(answer, "columns", Json::array())) {
        const auto type = columnTypeFromName(fieldOr(column, "type", std::string()));
        if (!type) return badField("columns", "types that there are");
        guess.schema.columns.push_back({fieldOr(column, "name", std::string()), *type});
    }
    guess.notes = fieldOr(answer, "notes", std::vector<std::string>());
    guess.preview = fieldOr(answer, "preview", std::vector<std::vector<std::string>>());
    const auto rows = optionalField<std::int64_t>(answer, "rows");
    if (!rows) return rows.error();
    guess.rows = *rows;
    return guess;
}

/// What stands at `path`, file or directory.
void removeAll(const fs::path& path)
{
    std::error_code ignored; // it was ours, and only half of something
    fs::remove_all(path, ignored);
}

/// Whether a directory has no other files than those that a conversion writes.
bool holdsOnlyParquet(const fs::path& directory)
{
    std::error_code failed;
    fs::recursive_directory_iterator each(directory, failed);
    for (; !failed && each != fs::recursive_directory_iterator(); each.increment(failed))
        if (!each->is_directory(failed) && each->path().extension() != ".parquet") return false;
    return !failed;
}

/// A name of this process's own in the same directory.
fs::path beside(const fs::path& place, std::string_view ending)
{
    return fs::path(place).replace_filename(
        fmt::format(".{}.{}.{}", place.filename().string(), ::getpid(), ending));
}

/// The one input of a specification.
Json inputOf(const Dataset& dataset)
{
    Json inputs = inputsJson(dataset);
    return std::move(inputs.begin().value());
}

Result<void> checkOutput(const Dataset& dataset, FileFormat format, const fs::path& output,
                         bool force)
{
    if (!dataset.tables.empty())
        return invalidArgument("One table at a time is converted.", "Convert each by itself.");
    if (dataset.schema.files == format)
        return invalidArgument(fmt::format("{} is {} already.", dataset.name, name(format)));
    std::error_code none;
    for (const auto& path : dataset.paths)
        if (fs::equivalent(path, output, none))
            return invalidArgument(
                fmt::format("{} would replace what it is made from.", output.string()));
    if (!force && fs::exists(output, none))
        return makeError(ErrorCode::AlreadyExists, fmt::format("{} exists.", output.string()),
                         "Give another name, or --force to replace it.");
    if (fs::is_directory(output, none) && !holdsOnlyParquet(output))
        return makeError(
            ErrorCode::AlreadyExists,
            fmt::format("{} is a directory with other files than Parquet.", output.string()),
            "Only what a conversion wrote is replaced: give another name.");
    return {};
}

/// Puts what was made in its place; what stood there goes only when that has succeeded. (A
/// directory cannot replace what is there in one step.)
Result<void> moveInto(const fs::path& made, const fs::path& output)
{
    const fs::path old = beside(output, "old");
    std::error_code failed;
    const bool aside = fs::is_directory(output, failed) || fs::is_directory(made, failed);
    const bool replaces = aside && fs::exists(output, failed);
    failed.clear();
    if (replaces) fs::rename(output, old, failed);
    if (!failed) fs::rename(made, output, failed);
    if (failed) {
        std::error_code ignored;
        if (replaces && !fs::exists(output, ignored)) fs::rename(old, output, ignored);
        return systemError("Cannot write " + output.string(), failed.value());
    }
    if (replaces) removeAll(old);
    return {};
}

} // namespace

ParquetReader parquetReader(const EngineRegistry& registry, std::stop_token stop)
{
    return [&registry, stop](const DataFiles& files) -> Result<SchemaGuess> {
        Json request{{"task", "describe"},
                     {"paths", Json::array()},
                     {"root", files.root.string()},
                     {"preview", previewRows}};
        for (const auto& path : files.paths)
            request["paths"].push_back(path.string());
        const auto answer = ask(registry, parquetTool(), request, stop);
        if (!answer) return answer.error();
        if (auto error = complaint(*answer)) return *error;
        return guessFrom(*answer);
    };
}

Result<Converted> convertTable(const EngineRegistry& registry, const Dataset& dataset,
                               FileFormat format, const fs::path& output,
                               const ConvertOptions& options, std::stop_token stop)
{
    std::error_code failed;
    fs::path place = fs::absolute(output, failed).lexically_normal();
    if (!place.has_filename()) place = place.parent_path(); // a slash at its end
    if (failed) return systemError("Cannot write " + output.string(), failed.value());
    if (auto checked = checkOutput(dataset, format, place, options.force); !checked)
        return checked.error();
    const fs::path part = beside(place, "part");
    removeAll(part);
    const Json request{{"task", "convert"},
                       {"input", inputOf(dataset)},
                       {"format", name(format)},
                       {"output", part.string()},
                       {"partition_by", options.partitionBy},
                       {"row_group_bytes", options.rowGroup}};
    const auto answer = ask(registry, parquetTool(), request, std::move(stop), options.progress);
    std::optional<Error> wrong;
    if (!answer)
        wrong = answer.error();
    else if (auto said = complaint(*answer))
        wrong = std::move(said);
    else if (auto moved = moveInto(part, place); !moved)
        wrong = moved.error();
    if (wrong) {
        removeAll(part);
        return *wrong;
    }
    return Converted{.rows = fieldOr<std::int64_t>(*answer, "rows", 0),
                     .files = fieldOr<std::int64_t>(*answer, "files", 0),
                     .bytes = fieldOr<Bytes>(*answer, "bytes", 0)};
}

} // namespace spillway
