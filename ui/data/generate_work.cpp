#include "ui/data/generate_work.h"

#include "base/files.h"
#include "data/dataset_manifest_standing.h"

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

Result<OpenedDataset> generateAndOpen(const GeneratorSpec& spec,
                                      const std::filesystem::path& output, bool force,
                                      std::function<void(const GenerateProgress&)> progress,
                                      std::stop_token stop)
{
    if (!force) {
        const auto made = alreadyMade(spec, output, stop);
        if (!made) return made.error();
        if (*made) return openDataset(output.native());
    }
    std::error_code error;
    std::filesystem::create_directories(output.parent_path(), error);
    if (error) return systemError("Cannot create the folder", error.value());
    GenerateOptions options;
    options.force = force;
    options.progress = std::move(progress);
    const auto made = generate(spec, output, options, stop);
    if (!made) return made.error();
    return openDataset(output.native());
}

} // namespace spillway
