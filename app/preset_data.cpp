#include "app/preset_data.h"

#include "app/row_count.h"
#include "app/terminal.h"
#include "base/files.h"
#include "base/json.h"
#include "data/dataset_manifest_standing.h"
#include "experiment/presets.h"
#include "generator/generator.h"
#include "generator/tables.h"
#include "workloads/shipped_jobs.h"

#include <fmt/format.h>

#include <filesystem>

namespace spillway {
namespace {

namespace fs = std::filesystem;

Result<std::string> generated(const PresetFile& file, double scale, std::stop_token stop)
{
    const Bytes bytes = file.scaledTo(scale);
    const fs::path directory = dataDirectory() / "datasets";
    const fs::path path =
        directory / fmt::format("{}-{}MB.csv", file.name, std::max<Bytes>(1, bytes / 1'000'000));
    if (const auto manifest = readDatasetManifest(path)) {
        const auto standing = proveManifest(*manifest, path, stop);
        if (standing && *standing == ManifestStanding::Holds) return path.string();
        if (!standing && standing.error().code == ErrorCode::Cancelled) return standing.error();
    }
    std::error_code failed;
    fs::create_directories(directory, failed);
    if (failed) return systemError("Cannot create " + directory.string(), failed.value());
    toStderr("Generating {} of data: {}\n", formatBytes(bytes), path.string());
    ProgressLine line;
    GenerateOptions options;
    options.progress = [&](const GenerateProgress& progress) {
        line.show(fmt::format("{} {:.0f} %", progress.stage, progress.fraction * 100));
    };
    // Files that Spillway generated may be replaced; a file without a manifest is the user's own.
    options.force = fs::exists(datasetManifestPath(path), failed);
    const auto manifest =
        generate({.bytes = bytes, .signal = file.signal}, path, options, std::move(stop));
    if (!manifest) return manifest.error();
    return path.string();
}

Result<std::vector<GeneratedTable>> suiteTables(const std::string& suite, std::int64_t rows,
                                                std::stop_token stop)
{
    const auto spec = suiteSpec(suite);
    if (!spec) return spec.error();
    const fs::path directory =
        dataDirectory() / "datasets" / fmt::format("{}-{}", suite, rowsText(rows));
    if (auto there = tablesThere(*spec, rows, directory); !there.empty()) return there;
    std::error_code failed;
    fs::create_directories(directory, failed);
    if (failed) return systemError("Cannot create " + directory.string(), failed.value());
    toStderr("Generating the tables of {}: {}\n", suite, directory.string());
    ProgressLine line;
    GenerateOptions options;
    options.progress = [&](const GenerateProgress& progress) {
        line.show(fmt::format("{} {:.0f} %", progress.stage, progress.fraction * 100));
    };
    // Tables that Spillway generated may be replaced; files without a manifest are the user's own.
    options.force = fs::exists(tablesManifestPath(directory), failed);
    return generateTables(*spec, rows, directory, options, std::move(stop));
}

} // namespace

Result<TableSetSpec> suiteSpec(const std::string& suite)
{
    const auto text = shippedTables(suite);
    if (!text) return text.error();
    const auto json = parseJson(*text);
    if (!json) return json.error();
    return tableSetFromJson(*json);
}

Result<std::vector<std::string>> suiteData(const std::string& suite, std::int64_t rows,
                                           std::stop_token stop)
{
    const auto tables = suiteTables(suite, rows, std::move(stop));
    if (!tables) return tables.error();
    std::vector<std::string> inputs;
    for (const auto& table : *tables)
        inputs.push_back(table.name + "=" + table.path.string());
    return inputs;
}

Result<std::vector<std::string>> presetData(const std::string& presetId, double scale,
                                            std::stop_token stop)
{
    std::vector<std::string> paths;
    for (const auto& file : presetFiles(presetId)) {
        auto path = generated(file, scale, stop);
        if (!path) return path.error();
        paths.push_back(std::move(*path));
    }
    return paths;
}

} // namespace spillway
