#include "work/generate_parquet.h"

#include "base/files.h"
#include "base/json.h"
#include "data/file_stamp.h"
#include "data/fingerprint.h"
#include "generator/generator.h"
#include "host/parquet.h"

#include <fmt/format.h>

#include <unistd.h>

#include <system_error>

namespace spillway {
namespace {

namespace fs = std::filesystem;

/// A generated file and its manifest, removed with this object.
class Passing {
public:
    explicit Passing(fs::path csv) : csv_(std::move(csv)) {}
    Passing(const Passing&) = delete;
    Passing& operator=(const Passing&) = delete;
    ~Passing()
    {
        std::error_code ignored;
        fs::remove(csv_, ignored);
        fs::remove(datasetManifestPath(csv_), ignored);
    }
    const fs::path& csv() const { return csv_; }

private:
    fs::path csv_;
};

/// Fails before minutes of writing rather than after.
Result<void> checkReady(const EngineRegistry& registry, const GeneratorSpec& spec,
                        const fs::path& output, bool force)
{
    if (spec.split > 1)
        return invalidArgument("--split cuts CSV files, not Parquet.",
                               "Make CSV, and convert the parts.");
    const auto tool = registry.examine(parquetTool().manifest);
    if (tool.state != EngineState::Ready)
        return makeError(ErrorCode::NotFound, "The Parquet library is not set up.",
                         "Run \"spillway engines install parquet\".");
    std::error_code none;
    if (!force && fs::exists(output, none))
        return makeError(ErrorCode::AlreadyExists, fmt::format("{} exists.", output.string()),
                         "Give another name, or --force to replace it.");
    return {};
}

/// The manifest of the same rows in another file.
Result<DatasetManifest> describedAs(DatasetManifest manifest, const fs::path& output,
                                    std::stop_token stop)
{
    const auto stamp = stampOf(output);
    if (!stamp) return stamp.error();
    auto sampled = sampledFingerprint({output});
    if (!sampled) return sampled.error();
    auto full = fullFingerprint({output}, std::move(stop));
    if (!full) return full.error();
    manifest.bytes = stamp->size;
    manifest.fingerprint = std::move(*sampled);
    manifest.contentHash = std::move(full->content);
    manifest.modifiedNanoseconds = stamp->modifiedNanoseconds;
    const auto text = toJson(manifest).dump(1, ' ', false, Json::error_handler_t::replace);
    if (auto written = writeFileAtomically(datasetManifestPath(output), text + "\n"); !written)
        return written.error();
    return manifest;
}

} // namespace

bool isParquetName(const fs::path& output)
{
    return output.extension() == ".parquet";
}

Result<DatasetManifest> generateParquet(const EngineRegistry& registry, const GeneratorSpec& spec,
                                        const fs::path& output, const GenerateOptions& options,
                                        const std::function<void(double)>& converting,
                                        std::stop_token stop)
{
    if (auto ready = checkReady(registry, spec, output, options.force); !ready)
        return ready.error();
    const Passing passing(fs::path(output).replace_filename(
        fmt::format(".{}.{}.csv", output.filename().string(), ::getpid())));
    auto manifest = generate(spec, passing.csv(), options, stop);
    if (!manifest) return manifest;
    const auto opened = openDataset(passing.csv().string());
    if (!opened) return opened.error();
    const ConvertOptions convert{.partitionBy = {}, .force = options.force, .progress = converting};
    const auto made =
        convertTable(registry, opened->dataset, FileFormat::Parquet, output, convert, stop);
    if (!made) return made.error();
    return describedAs(std::move(*manifest), output, std::move(stop));
}

} // namespace spillway
