#pragma once

#include "base/error.h"
#include "generator/generator.h"

#include <filesystem>
#include <functional>
#include <string_view>
#include <vector>

/// What every generation does before, while and after it writes.
namespace spillway {

Error generationCancelled();

/// AlreadyExists when one of the files is there; with `force` only when it cannot be replaced.
Result<void> checkFree(const std::vector<std::filesystem::path>& files, bool force);

/// Of the disk that `output` is or would be on.
Result<Bytes> freeSpaceFor(const std::filesystem::path& output);

/// NoSpace when it does not fit.
Result<void> checkRoom(const std::filesystem::path& output, const GenerateEstimate& estimate);

/// The error of a generation that failed: a disk may fill while something else writes to it too.
Error explained(Error error);

/// As the options say; by default one for each usable core.
int threadsOf(const GenerateOptions& options);

/// Tells the caller how far it is, at most ten times a second.
class GenerationProgress {
public:
    /// `options` outlive it.
    GenerationProgress(const GenerateOptions& options, std::int64_t rows);

    void tell(std::int64_t rows, Bytes bytes, std::string_view stage);

private:
    const std::function<void(const GenerateProgress&)>& tell_;
    std::int64_t rows_;
    Seconds begin_;
    Seconds last_;
};

} // namespace spillway
