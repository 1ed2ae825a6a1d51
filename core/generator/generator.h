#pragma once

#include "base/units.h"
#include "data/dataset_manifest.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

namespace spillway {

/// Progress of a generation. `fraction` is in [0, 1].
struct GenerateProgress {
    Bytes bytes = 0;
    std::int64_t rows = 0;
    double fraction = 0;
    Seconds elapsed{};
    std::optional<Seconds> remaining; ///< unknown during the first moments
    std::string stage;                ///< "writing" (parts go along), "finishing"
};

struct GenerateOptions {
    int threads = 0; ///< 0: one for each usable core; the bytes are the same for every number
    bool force = false;
    /// Called at most ten times a second, on the calling thread.
    std::function<void(const GenerateProgress&)> progress;
};

struct GenerateEstimate {
    std::int64_t rows = 0;
    Bytes bytes = 0;      ///< of the main file, within 1 %
    Bytes diskNeeded = 0; ///< main file, parts and manifest
    Bytes diskFree = 0;
};

/// Rows and bytes of `spec` without writing anything: for a dialog to show while the user types.
Result<GenerateEstimate> estimateGeneration(const GeneratorSpec& spec,
                                            const std::filesystem::path& output);

/// Writes the dataset that docs and manifest describe: `id,x,y,…,category`, numbers in fixed
/// notation with the shortest digits that read back exactly (0.00001234, never 1.234e-05). While it
/// is being written a file has no name, or one that ends in ".partial"; the manifest is the last to
/// get its own. With `force` the whole older dataset is removed, including parts.
///
/// Writes `output`, its parts (`--split`) and, last, the manifest `output`.json. Blocking; memory
/// stays flat. On any error, on stop and on ENOSPC everything written is removed, and a previous
/// dataset (`force`) is still there. Errors: InvalidArgument (spec), AlreadyExists (without force),
/// NoSpace (before or in the middle), Cancelled, Io.
Result<DatasetManifest> generate(const GeneratorSpec& spec, const std::filesystem::path& output,
                                 const GenerateOptions& options, std::stop_token stop);

/// The bytes of rows [first, first + count) of a valid spec, without header: any range can be
/// generated alone.
std::string generateRows(const GeneratorSpec& spec, std::int64_t first, std::int64_t count);

} // namespace spillway
