#pragma once

#include "data/open_dataset.h"
#include "generator/generator.h"
#include "host/engine_registry.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string_view>

/// The work of the Generate form that runs off the GUI thread.
namespace spillway {

/// GenerateProgress::stage while Parquet is made of the rows that were written.
inline constexpr std::string_view convertingStage = "converting";

struct GenerationForecast {
    GenerateEstimate size;
    /// Extrapolated from generating a few thousand rows on every core; the disk may be slower.
    std::optional<Seconds> duration;
    bool exists = false; ///< a file already exists
};
Result<GenerationForecast> forecastGeneration(const GeneratorSpec& spec,
                                              const std::filesystem::path& output, int cores);

/// Generates and opens; Parquet if `output` is called so, which needs the registry. Without
/// `force`, a file made from the same spec is opened as it is.
Result<OpenedDataset> generateAndOpen(const std::shared_ptr<const EngineRegistry>& registry,
                                      const GeneratorSpec& spec,
                                      const std::filesystem::path& output, bool force,
                                      std::function<void(const GenerateProgress&)> progress,
                                      std::stop_token stop);

} // namespace spillway
