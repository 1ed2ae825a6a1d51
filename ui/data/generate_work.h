#pragma once

#include "data/open_dataset.h"
#include "generator/generator.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>

/// The work of the Generate form that runs off the GUI thread.
namespace spillway {

struct GenerationForecast {
    GenerateEstimate size;
    /// Extrapolated from generating a few thousand rows on every core; the disk may be slower.
    std::optional<Seconds> duration;
    bool exists = false; ///< a file already exists
};
Result<GenerationForecast> forecastGeneration(const GeneratorSpec& spec,
                                              const std::filesystem::path& output, int cores);

/// Generates and opens. Without `force`, a file made from the same spec is opened as it is.
Result<OpenedDataset> generateAndOpen(const GeneratorSpec& spec,
                                      const std::filesystem::path& output, bool force,
                                      std::function<void(const GenerateProgress&)> progress,
                                      std::stop_token stop);

} // namespace spillway
