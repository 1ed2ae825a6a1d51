#include "ui/data/generate_work.h"

#include "base/files.h"
#include "data/dataset_manifest_standing.h"
#include "host/parquet.h"
#include "work/generate_parquet.h"

#include <algorithm>

namespace spillway {
namespace {

constexpr std::int64_t trialRows = 4000;

Result<bool> alreadyMade(const GeneratorSpec& spec, const std::filesystem::path& output,
                         const std::stop_token& stop)
{
    const auto manifest = readDatasetManifest(output);
    if (!manifest || manifest->spec != spec) return false;
    const auto standing = proveManifest(*manifest, output, stop);
    if (!standing && standing.error().code == ErrorCode::Cancelled) return standing.error();
    return standing &&
           *standing == ManifestStanding::Holds; // an unreadable file is generated again
}

} // namespace

Result<GenerationForecast> forecastGeneration(const GeneratorSpec& spec,
                                              const std::filesystem::path& output, int cores)
{
    auto size = estimateGeneration(spec, output);
    if (!size) return size.error();
    GenerationForecast forecast{.size = *size};
    std::error_code ignored;
    forecast.exists = std::filesystem::exists(output, ignored);
    const Seconds begin = monotonicNow();
    const std::string trial = generateRows(spec, 0, std::min(trialRows, size->rows));
    const double taken = (monotonicNow() - begin).count();
    if (!trial.empty() && taken > 0) {
        const double rate = static_cast<double>(trial.size()) / taken * std::max(1, cores);
        forecast.duration = Seconds(static_cast<double>(size->diskNeeded) / rate);
    }
    return forecast;
}

Result<OpenedDataset> generateAndOpen(const std::shared_ptr<const EngineRegistry>& registry,
                                      const GeneratorSpec& spec,
                                      const std::filesystem::path& output, bool force,
                                      std::function<void(const GenerateProgress&)> progress,
                                      std::stop_token stop)
{
    const bool parquet = isParquetName(output);
    if (parquet && !registry)
        return makeError(ErrorCode::NotFound, "The engines are not known yet.", "Try again.");
    const auto open = [&] {
        return openDataset(output.native(), {},
                           parquet ? parquetReader(*registry, stop) : ParquetReader());
    };
    if (!force) {
        const auto made = alreadyMade(spec, output, stop);
        if (!made) return made.error();
        if (*made) return open();
    }
    std::error_code error;
    std::filesystem::create_directories(output.parent_path(), error);
    if (error) return systemError("Cannot create the folder", error.value());
    GenerateOptions options;
    options.force = force;
    options.progress = progress;
    const auto converting = [&](double share) {
        progress({.fraction = share, .stage = std::string(convertingStage)});
    };
    const auto made = parquet ? generateParquet(*registry, spec, output, options, converting, stop)
                              : generate(spec, output, options, stop);
    if (!made) return made.error();
    return open();
}

} // namespace spillway
