#pragma once

#include "base/files.h"
#include "base/write_journal.h"

#include <filesystem>
#include <optional>

#include <sys/types.h>

namespace spillway {

/// A file "TARGET.<16 digits>.partial" that will take the place of `target`. Its own journal (see
/// write_journal.h) marks it as ours while it exists, so that the next writer in the directory
/// removes what a killed process left, and nothing else.
class PartialFile {
public:
    /// A new, empty file; `mode` as in open(2). Sweeps the directory first. As open(2) says.
    static Result<PartialFile> beside(const std::filesystem::path& target, mode_t mode);
    PartialFile(PartialFile&&) noexcept = default;
    PartialFile& operator=(PartialFile&&) = delete;
    /// Removes the file, unless it was kept.
    ~PartialFile();

    const std::filesystem::path& path() const { return path_; }
    int fd() const { return fd_.get(); }
    /// The file has been renamed.
    void keep() { path_.clear(); }

private:
    PartialFile(std::filesystem::path path, UniqueFd fd, std::optional<WriteJournal> journal);

    std::optional<WriteJournal> journal_; ///< destroyed after the file
    std::filesystem::path path_;
    UniqueFd fd_;
};

} // namespace spillway
