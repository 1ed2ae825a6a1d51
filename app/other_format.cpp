#include "app/other_format.h"

#include "app/terminal.h"
#include "base/files.h"
#include "data/fingerprint.h"
#include "data/table_set.h"
#include "host/parquet.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace spillway {
namespace {

namespace fs = std::filesystem;

/// Each table of the dataset as a dataset of its own.
std::vector<NamedTable> tablesOf(const Dataset& dataset)
{
    std::vector<NamedTable> tables;
    auto first = dataset.paths.begin();
    for (const DataTable& table : dataset.tables) {
        const auto last = first + static_cast<std::ptrdiff_t>(table.files);
        tables.emplace_back(table.name, Dataset{.name = table.name,
                                                .paths = {first, last},
                                                .schema = table.schema,
                                                .rows = table.rows,
                                                .bytes = table.bytes,
                                                .fingerprint = dataset.fingerprint});
        first = last;
    }
    return tables;
}

/// Its name says which files were read and how, so that no copy is taken for another's.
Result<fs::path> placeOf(const Dataset& dataset, FileFormat format)
{
    auto stamps = stampsFingerprint(dataset.paths);
    if (!stamps) return stamps.error();
    const auto dash = dataset.fingerprint.find('-');
    const auto mark = dash == std::string::npos ? std::string() : dataset.fingerprint.substr(dash);
    const fs::path directory = dataDirectory() / "datasets" / "formats";
    std::error_code failed;
    fs::create_directories(directory, failed);
    if (failed) return systemError("Cannot create " + directory.string(), failed.value());
    return directory / fmt::format("{}{}.{}", *stamps, mark, name(format));
}

/// CSV as it is written here: nothing of it is left to a guess.
SchemaHints hintsOfCopy(const Dataset& dataset)
{
    SchemaHints hints{.delimiter = ',', .quote = '"', .header = true, .decimal = '.', .types = {}};
    for (const Column& column : dataset.schema.columns)
        hints.types[column.name] = isNumber(column.type) ? column.type : ColumnType::Text;
    return hints;
}

Result<Dataset> copyOf(const EngineRegistry& registry, const Dataset& dataset, FileFormat format,
                       const std::stop_token& stop)
{
    if (dataset.schema.files == format) return dataset;
    const auto place = placeOf(dataset, format);
    if (!place) return place.error();
    std::error_code none;
    if (!fs::exists(*place, none)) {
        toStderr("Making {} of {}: {}\n", format == FileFormat::Parquet ? "Parquet" : "CSV",
                 dataset.name, place->string());
        ProgressLine line;
        const ConvertOptions options{.partitionBy = {}, .progress = [&](double share) {
                                         line.show(fmt::format("converting {:.0f} %", share * 100));
                                     }};
        auto made = convertTable(registry, dataset, format, *place, options, stop);
        if (!made) return made.error();
    }
    const auto hints = format == FileFormat::Csv ? hintsOfCopy(dataset) : SchemaHints();
    auto opened = openDataset(place->string(), hints, parquetReader(registry, stop));
    if (!opened) return opened.error();
    opened->dataset.name = dataset.name;
    return std::move(opened->dataset);
}

} // namespace

Result<std::vector<FileFormat>> formatsFrom(const std::string& text)
{
    std::vector<FileFormat> formats;
    std::size_t begin = 0;
    while (begin <= text.size()) {
        const auto end = std::min(text.find(',', begin), text.size());
        const auto word = std::string_view(text).substr(begin, end - begin);
        begin = end + 1;
        const bool parquet = word == name(FileFormat::Parquet);
        if (!parquet && word != name(FileFormat::Csv))
            return invalidArgument(
                fmt::format("--format takes csv, parquet or csv,parquet, not \"{}\".", text));
        const auto format = parquet ? FileFormat::Parquet : FileFormat::Csv;
        if (std::ranges::find(formats, format) == formats.end()) formats.push_back(format);
    }
    return formats;
}

Result<Dataset> inFormat(const EngineRegistry& registry, const Dataset& dataset, FileFormat format,
                         std::stop_token stop)
{
    if (dataset.tables.empty()) {
        auto copy = copyOf(registry, dataset, format, stop);
        if (copy && copy->fingerprint != dataset.fingerprint) copy->origin = originOf(dataset);
        return copy;
    }
    auto tables = tablesOf(dataset);
    const bool there = std::ranges::all_of(
        tables, [&](const NamedTable& table) { return table.second.schema.files == format; });
    if (there) return dataset;
    for (auto& [tableName, table] : tables) {
        auto copy = copyOf(registry, table, format, stop);
        if (!copy) return copy;
        table = std::move(*copy);
    }
    auto all = tableSet(tables);
    if (all) all->origin = originOf(dataset);
    return all;
}

} // namespace spillway
