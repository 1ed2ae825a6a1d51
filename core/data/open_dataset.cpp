#include "data/open_dataset.h"

#include "data/csv_header.h"
#include "data/file_stamp.h"
#include "data/fingerprint.h"
#include "data/part_types.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <xxhash.h>

#include <glob.h>

#include <algorithm>
#include <array>
#include <set>

namespace spillway {
namespace {

namespace fs = std::filesystem;

Result<std::vector<fs::path>> filesOfDirectory(const fs::path& directory)
{
    constexpr std::array<std::string_view, 3> extensions{".csv", ".tsv", ".txt"};
    std::error_code error;
    std::vector<fs::path> files;
    for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error))
        if (entry->is_regular_file(error) &&
            std::ranges::find(extensions, entry->path().extension().string()) != extensions.end())
            files.push_back(entry->path());
    if (error)
        return unreadable(fmt::format("Cannot read {}: {}.", directory.string(), error.message()));
    if (files.empty())
        return unreadable(fmt::format("{} holds no .csv, .tsv or .txt file.", directory.string()));
    std::ranges::sort(files);
    return files;
}

Result<std::vector<fs::path>> filesOfPattern(const std::string& pattern)
{
    glob_t found{};
    const int status = ::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found);
    std::vector<fs::path> files;
    std::error_code passedOver;
    for (std::size_t i = 0; status == 0 && i < found.gl_pathc; ++i)
        if (fs::is_regular_file(found.gl_pathv[i], passedOver))
            files.emplace_back(found.gl_pathv[i]);
    ::globfree(&found);
    if (files.empty())
        return unreadable(fmt::format("No file matches {}.", pattern), "Check the path.");
    std::ranges::sort(files);
    return files;
}

Result<std::vector<fs::path>> filesOf(const std::string& source)
{
    std::error_code error;
    const auto status = fs::status(source, error);
    if (fs::is_regular_file(status)) return std::vector<fs::path>{source};
    if (fs::is_directory(status)) return filesOfDirectory(source);
    if (fs::exists(status))
        if (auto checked = checkDataPath(source); !checked) return checked.error();
    if (source.find_first_of("*?[") != std::string::npos) return filesOfPattern(source);
    if (status.type() == fs::file_type::not_found)
        return unreadable(fmt::format("There is no file {}.", source), "Check the path.");
    return unreadable(fmt::format("Cannot read {}: {}.", source, error.message()));
}

/// The manifest of the generated file that `path` is a part of, without what is true of the whole
/// only.
std::optional<DatasetManifest> manifestOfWhole(const fs::path& path)
{
    const auto whole = wholeOfPart(path);
    if (!whole) return {};
    auto manifest = readDatasetManifest(*whole);
    if (!manifest ||
        std::ranges::find(manifest->parts, path.filename().string()) == manifest->parts.end())
        return {};
    manifest->groups.clear();
    manifest->trueAccuracy.reset();
    manifest->parts.clear();
    manifest->rows = 0;
    manifest->bytes = 0;
    manifest->fingerprint.clear();
    return std::move(*manifest);
}

/// Parts of a generated file that is itself in the list would be read twice: they are left out,
/// with a note.
std::vector<std::string> dropParts(std::vector<fs::path>& files)
{
    std::set<fs::path> parts;
    for (const auto& file : files)
        if (const auto manifest = readDatasetManifest(file))
            for (const auto& part : manifest->parts)
                parts.insert(file.parent_path() / part);
    std::vector<std::string> notes;
    std::erase_if(files, [&](const fs::path& file) {
        const bool drop = parts.contains(file);
        if (drop)
            notes.push_back(
                fmt::format("{} is left out: it repeats rows of the file it was split from",
                            file.filename().string()));
        return drop;
    });
    return notes;
}

struct ManifestBeside {
    std::optional<DatasetManifest> manifest;
    bool ofWhole = false; ///< the manifest describes these very files
    std::string note;
};

ManifestBeside findManifest(const std::vector<fs::path>& files)
{
    if (files.size() == 1) {
        auto manifest = readDatasetManifest(files.front());
        if (manifest) return {.manifest = std::move(*manifest), .ofWhole = true};
        if (manifest.error().code != ErrorCode::NotFound)
            return {.note = "The manifest beside the file is ignored: " + manifest.error().message};
    }
    return {.manifest = manifestOfWhole(files.front())};
}

SchemaHints withManifest(SchemaHints hints, const std::optional<DatasetManifest>& manifest)
{
    if (!manifest) return hints;
    if (!hints.delimiter) hints.delimiter = ',';
    if (!hints.quote) hints.quote = '"';
    if (!hints.header) hints.header = true;
    for (const auto& feature : manifest->features)
        hints.types.emplace(feature, ColumnType::Real);
    hints.types.emplace(manifest->label, ColumnType::Text);
    hints.types.emplace("id", ColumnType::Integer);
    return hints;
}

/// The guess from the first file that has rows.
Result<SchemaGuess> guessFromFirst(const std::vector<fs::path>& files, const SchemaHints& hints)
{
    for (const auto& file : files) {
        auto guess = guessSchema(file, hints);
        // Behind the header a row may be longer than what was looked at.
        if (!guess || !guess->preview.empty() || (guess->goesOn && !guess->fault)) return guess;
        if (guess->fault) return *guess->fault;
    }
    return unreadable(files.front().string() + " has a header row and no other row.");
}

/// With the types that fit all files.
Result<SchemaGuess> guessFromAll(const std::vector<fs::path>& files, const SchemaHints& hints)
{
    auto guess = guessFromFirst(files, hints);
    if (!guess) return guess;
    if (auto joined = joinPartTypes(files, hints, *guess); !joined) return joined.error();
    return guess;
}

/// The size of all files, whose columns must be those of `schema`.
Result<Bytes> checkedSize(const std::vector<fs::path>& files, const Schema& schema)
{
    Bytes total = 0;
    for (const auto& file : files) {
        const auto stamp = stampOf(file);
        if (!stamp) return stamp.error();
        total += stamp->size;
        const auto header = readHeader(file, schema.format);
        if (!header) return header.error();
        const bool same = std::ranges::equal(header->names, schema.columns, {}, {}, &Column::name);
        if (schema.format.header && !same)
            return unreadable(
                fmt::format("{} has other columns than {}.", file.string(), files.front().string()),
                "All files of a dataset need the same header row.");
    }
    return total;
}

std::string datasetName(const std::string& source)
{
    std::error_code ignored; // openDataset() has made the files' own names absolute by now
    const fs::path path = fs::absolute(source, ignored).lexically_normal();
    return path.has_filename() ? path.filename().string() : path.parent_path().filename().string();
}

Result<std::vector<fs::path>> absoluteFiles(const std::string& source)
{
    auto files = filesOf(source);
    if (!files) return files;
    for (auto& file : *files) {
        std::error_code failed;
        file = fs::absolute(file, failed).lexically_normal();
        if (failed)
            return unreadable("Cannot determine the working directory: " + failed.message());
        if (auto checked = checkDataPath(file); !checked) return checked.error();
    }
    return files;
}

/// Says in `hints` where `wanted` differs from `guessed`.
void hintDifferences(const CsvFormat& wanted, const CsvFormat& guessed, SchemaHints& hints)
{
    if (wanted.delimiter != guessed.delimiter) hints.delimiter = wanted.delimiter;
    if (wanted.quote != guessed.quote) hints.quote = wanted.quote;
    if (wanted.header != guessed.header) hints.header = wanted.header;
    if (wanted.comment != guessed.comment) hints.comment = wanted.comment;
    if (wanted.skipRows != guessed.skipRows) hints.skipRows = wanted.skipRows;
    if (wanted.decimal != guessed.decimal) hints.decimal = wanted.decimal;
    if (wanted.encoding != guessed.encoding) hints.encoding = wanted.encoding;
    if (wanted.missing != guessed.missing) hints.missing = wanted.missing;
}

SchemaHints formatHints(const CsvFormat& format)
{
    return {.delimiter = format.delimiter,
            .quote = format.quote,
            .header = format.header,
            .comment = format.comment,
            .skipRows = format.skipRows,
            .decimal = format.decimal,
            .encoding = format.encoding,
            .missing = format.missing,
            .types = {}};
}

/// What is added to the fingerprint of a dataset that is read as its user said and not as guessed:
/// other rows come out of the same bytes, which must not count as one dataset.
std::string readingMark(const CsvFormat& format)
{
    const std::string text = fmt::format(
        "{} {} {} {} {} {} {} {}", int(format.delimiter), int(format.quote), format.header,
        int(format.comment), format.skipRows, format.decimal, name(format.encoding),
        fmt::join(format.missing.value_or(std::vector<std::string>{"standard"}), "\n"));
    return fmt::format("-{:016x}", XXH3_64bits(text.data(), text.size()));
}

/// Empty when the files are read as they would be without any hints.
std::string markOfReading(const std::vector<fs::path>& files, const SchemaHints& hints,
                          const std::optional<DatasetManifest>& manifest, const CsvFormat& format)
{
    if (hints == SchemaHints()) return {};
    const auto plain = guessFromFirst(files, withManifest({}, manifest));
    return plain && plain->schema.format == format ? std::string() : readingMark(format);
}

std::string standingNote(ManifestStanding standing)
{
    switch (standing) {
    case ManifestStanding::Holds:
        break;
    case ManifestStanding::Unproven:
        return "it was copied or changed since its manifest was written: the first run reads every "
               "byte to check whether the manifest still applies";
    case ManifestStanding::Refuted:
        return "it is not, or no longer, what its manifest describes: it is treated as a file that "
               "Spillway did not generate";
    }
    return {};
}

} // namespace

SchemaHints neededHints(const Dataset& dataset)
{
    SchemaHints hints;
    if (dataset.paths.empty()) return hints;
    const CsvFormat& wanted = dataset.schema.format;
    const auto manifest = findManifest(dataset.paths).manifest;
    const auto plain = guessFromFirst(dataset.paths, withManifest({}, manifest));
    if (plain) {
        hintDifferences(wanted, plain->schema.format, hints);
    } else {
        // Any of the guessed properties may have made the guess fail.
        std::error_code none;
        if (fs::exists(dataset.paths.front(), none))
            hints = formatHints(wanted);
        else
            hintDifferences(wanted, {}, hints);
    }
    // Given hints may change the guesses for the rest.
    const auto heard = guessFromFirst(dataset.paths, withManifest(hints, manifest));
    if (plain && (!heard || heard->schema.format != wanted)) hints = formatHints(wanted);
    const auto told = guessFromAll(dataset.paths, withManifest(formatHints(wanted), manifest));
    if (!told) return hints;
    for (const auto& column : dataset.schema.columns) {
        const auto position = told->schema.find(column.name);
        if (position && told->schema.columns[*position].type != column.type)
            hints.types[column.name] = column.type;
    }
    return hints;
}

Result<OpenedDataset> openDataset(const std::string& source, const SchemaHints& hints)
{
    auto files = absoluteFiles(source);
    if (!files) return files.error();
    const auto dropped = dropParts(*files);
    auto beside = findManifest(*files);
    const auto known = withManifest(hints, beside.manifest);
    auto guess = guessFromFirst(*files, known);
    if (!guess) return guess.error();
    const auto bytes = checkedSize(*files, guess->schema);
    if (!bytes) return bytes.error();
    if (auto joined = joinPartTypes(*files, known, *guess); !joined) return joined.error();
    auto fingerprint = sampledFingerprint(*files);
    if (!fingerprint) return unreadable(fingerprint.error().message);
    const auto mark = markOfReading(*files, hints, beside.manifest, guess->schema.format);
    guess->notes.insert(guess->notes.end(), dropped.begin(), dropped.end());
    if (!beside.note.empty()) guess->notes.push_back(beside.note);
    std::optional<ManifestStanding> standing;
    if (beside.ofWhole) standing = manifestStanding(*beside.manifest, files->front(), *fingerprint);
    if (standing && standing != ManifestStanding::Holds)
        guess->notes.push_back(standingNote(*standing));
    OpenedDataset opened{.dataset = {.name = datasetName(source),
                                     .paths = std::move(*files),
                                     .schema = guess->schema,
                                     .bytes = *bytes,
                                     .fingerprint = *fingerprint + mark},
                         .manifest = std::move(beside.manifest),
                         .standing = standing,
                         .guess = std::move(*guess)};
    if (standing == ManifestStanding::Holds && mark.empty())
        opened.dataset.rows = opened.manifest->rows;
    return opened;
}

} // namespace spillway
