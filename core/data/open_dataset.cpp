#include "data/open_dataset.h"

#include "data/csv_header.h"
#include "data/data_files.h"
#include "data/file_stamp.h"
#include "data/fingerprint.h"
#include "data/part_types.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <xxhash.h>

#include <algorithm>
#include <set>

namespace spillway {
namespace {

namespace fs = std::filesystem;

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

/// What the files say, however they are read.
struct OpenedFiles {
    SchemaGuess guess;
    Bytes bytes = 0;
    std::string mark; ///< readingMark(), or empty
};

Result<OpenedFiles> readCsv(const std::vector<fs::path>& files, const SchemaHints& hints,
                            const std::optional<DatasetManifest>& manifest)
{
    const auto known = withManifest(hints, manifest);
    auto guess = guessFromFirst(files, known);
    if (!guess) return guess.error();
    const auto bytes = checkedSize(files, guess->schema);
    if (!bytes) return bytes.error();
    if (auto joined = joinPartTypes(files, known, *guess); !joined) return joined.error();
    auto mark = markOfReading(files, hints, manifest, guess->schema.format);
    return OpenedFiles{std::move(*guess), *bytes, std::move(mark)};
}

Result<OpenedFiles> readParquet(const DataFiles& files, const SchemaHints& hints,
                                const ParquetReader& parquet)
{
    const auto& first = files.paths.front();
    if (!parquet) return unreadable(fmt::format("{} is a Parquet file.", first.string()));
    if (hints != SchemaHints())
        return invalidArgument(
            fmt::format("{} is Parquet, which says itself how it is to be read.", first.string()),
            "Leave out delimiter, types and the other options of CSV.");
    auto guess = parquet(files);
    if (!guess) return guess.error();
    if (auto sound = guess->schema.validate(); !sound) return unreadable(sound.error().message);
    Bytes bytes = 0;
    for (const auto& file : files.paths) {
        const auto stamp = stampOf(file);
        if (!stamp) return stamp.error();
        bytes += stamp->size;
    }
    return OpenedFiles{std::move(*guess), bytes, {}};
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
    if (dataset.paths.empty() || dataset.schema.files == FileFormat::Parquet) return hints;
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

Result<OpenedDataset> openDataset(const std::string& source, const SchemaHints& hints,
                                  const ParquetReader& parquet)
{
    auto files = dataFiles(source);
    if (!files) return files.error();
    std::vector<std::string> dropped;
    if (files->format == FileFormat::Csv) dropped = dropParts(files->paths);
    auto beside = findManifest(files->paths);
    auto read = files->format == FileFormat::Csv ? readCsv(files->paths, hints, beside.manifest)
                                                 : readParquet(*files, hints, parquet);
    if (!read) return read.error();
    auto fingerprint = sampledFingerprint(files->paths);
    if (!fingerprint) return unreadable(fingerprint.error().message);
    auto& guess = read->guess;
    guess.notes.insert(guess.notes.end(), dropped.begin(), dropped.end());
    if (!beside.note.empty()) guess.notes.push_back(beside.note);
    std::optional<ManifestStanding> standing;
    if (beside.ofWhole)
        standing = manifestStanding(*beside.manifest, files->paths.front(), *fingerprint);
    if (standing && standing != ManifestStanding::Holds)
        guess.notes.push_back(standingNote(*standing));
    OpenedDataset opened{.dataset = {.name = datasetName(source),
                                     .paths = std::move(files->paths),
                                     .schema = guess.schema,
                                     .rows = guess.rows,
                                     .bytes = read->bytes,
                                     .fingerprint = *fingerprint + read->mark},
                         .manifest = std::move(beside.manifest),
                         .standing = standing,
                         .guess = {}};
    opened.guess = std::move(guess);
    if (standing == ManifestStanding::Holds && read->mark.empty())
        opened.dataset.rows = opened.manifest->rows;
    return opened;
}

} // namespace spillway
