#include "generator/generation.h"

#include "base/files.h"

#include <sched.h>

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <system_error>

namespace spillway {
namespace {

namespace fs = std::filesystem;

fs::path existingDirectory(const fs::path& output)
{
    std::error_code error;
    fs::path directory = fs::absolute(output, error).parent_path();
    while (!fs::exists(directory, error) && directory.has_relative_path())
        directory = directory.parent_path();
    return directory;
}

} // namespace

Error generationCancelled()
{
    return makeError(ErrorCode::Cancelled, "The generation was cancelled; its files were removed.");
}

Result<void> checkFree(const std::vector<fs::path>& files, bool force)
{
    for (const fs::path& file : files) {
        std::error_code error;
        const auto status = fs::symlink_status(file, error);
        if (status.type() == fs::file_type::not_found) continue;
        if (!fs::exists(status)) // what is above it cannot be searched
            return systemError("Cannot write " + file.string(), error.value());
        if (!force || !(fs::is_regular_file(status) || fs::is_symlink(status)))
            return makeError(ErrorCode::AlreadyExists,
                             fmt::format("{} exists already{}.", file.string(),
                                         force ? " and is not a file that can be replaced" : ""),
                             force ? "Choose another name."
                                   : "Choose another name, or replace it (--force).");
    }
    return {};
}

Result<Bytes> freeSpaceFor(const fs::path& output)
{
    return freeDiskSpace(existingDirectory(output));
}

Result<void> checkRoom(const fs::path& output, const GenerateEstimate& estimate)
{
    if (estimate.diskNeeded <= estimate.diskFree) return {};
    return makeError(ErrorCode::NoSpace,
                     fmt::format("The disk of {} has {} free, {} are needed.", output.string(),
                                 formatBytes(estimate.diskFree), formatBytes(estimate.diskNeeded)),
                     "Make room, choose another disk or a smaller size.");
}

Error explained(Error error)
{
    if (error.code != ErrorCode::NoSpace) return error;
    error.message += " Its files were removed.";
    error.remedy = "Make room, choose another disk or a smaller size.";
    return error;
}

int threadsOf(const GenerateOptions& options)
{
    if (options.threads > 0) return options.threads;
    cpu_set_t set;
    if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    return std::max(1, CPU_COUNT(&set));
}

GenerationProgress::GenerationProgress(const GenerateOptions& options, std::int64_t rows)
    : tell_(options.progress), rows_(rows), begin_(monotonicNow()), last_(begin_)
{
}

void GenerationProgress::tell(std::int64_t rows, Bytes bytes, std::string_view stage)
{
    const Seconds now = monotonicNow();
    if (!tell_ || now - last_ < Seconds(0.1)) return;
    last_ = now;
    const double fraction = static_cast<double>(rows) / static_cast<double>(rows_);
    const Seconds elapsed = now - begin_;
    GenerateProgress progress{.bytes = bytes,
                              .rows = rows,
                              .fraction = fraction,
                              .elapsed = elapsed,
                              .remaining = std::nullopt,
                              .stage = std::string(stage)};
    if (elapsed > Seconds(0.3)) progress.remaining = elapsed * ((1 - fraction) / fraction);
    tell_(progress);
}

} // namespace spillway
