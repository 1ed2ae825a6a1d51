#pragma once

#include "data/open_dataset.h"
#include "generator/generator.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>

/// What the Generate form has done off the GUI thread.
namespace spillway {

struct GenerationForecast {
    GenerateEstimate size;
    /// From making a few thousand rows just now, on every core; the disk may be slower.
    std::optional<Seconds> duration;
    bool exists = false; ///< a file is there already
};
Result<GenerationForecast> forecastGeneration(const GeneratorSpec& spec,
                                              const std::filesystem::path& output, int cores);

/// Generates and opens. Without `force` a file that was made by the same spec is opened as it is.
Result<OpenedDataset> generateAndOpen(const GeneratorSpec& spec,
                                      const std::filesystem::path& output, bool force,
                                      std::function<void(const GenerateProgress&)> progress,
                                      std::stop_token stop);

} // namespace spillway
