#pragma once

#include "base/files.h"
#include "base/mutex.h"
#include "base/write_journal.h"

#include <array>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

namespace spillway {

/// Features requested from the file system; unsupported ones are not used.
struct PendingFileOptions {
    bool anonymous = true; ///< no name before finish()
    bool direct = true;    ///< past the page cache
};

/// A file's inode; 0 when it cannot be determined.
std::uint64_t inodeOf(int fd);

/// A file that is being written and will replace `target` once it is complete. If the file system
/// supports it, it has no name until then, so that not even a killed process leaves it behind;
/// otherwise it has a name that no dataset has (".partial"), recorded in the journal. If destroyed
/// before commitFiles(), it disappears.
///
/// Appending overlaps with writing: a separate thread writes one buffer while the other is filled.
/// If the file system allows it the page cache is bypassed (O_DIRECT): that saves a copy and a long
/// final flush, and a dataset larger than memory does not evict other programs' pages.
class PendingFile {
public:
    /// Errors of all functions: NoSpace, NotPermitted, NotFound (directory), Io.
    /// `journal` outlives the file.
    static Result<std::unique_ptr<PendingFile>> create(const std::filesystem::path& target,
                                                       WriteJournal& journal,
                                                       const PendingFileOptions& options = {});
    ~PendingFile();
    PendingFile(const PendingFile&) = delete;
    PendingFile& operator=(const PendingFile&) = delete;

    /// Blocks while both buffers are full. An error may be that of an earlier append().
    Result<void> append(std::string_view bytes);
    /// Waits until everything is on disk, gives the file its temporary name and closes it.
    Result<void> finish();

    Bytes size() const { return size_; }
    const std::filesystem::path& target() const { return target_; }
    /// Its path after finish().
    const std::filesystem::path& temporary() const { return temporary_; }
    /// Identifies it under its temporary name.
    std::uint64_t inode() const { return inode_; }
    /// Called once it is committed: it must no longer be removed.
    void keep() { named_ = false; }

private:
    struct Buffer {
        explicit Buffer(std::size_t capacity);
        std::unique_ptr<char, void (*)(void*)> data;
        std::size_t size = 0;
    };

    PendingFile(std::filesystem::path target, std::filesystem::path temporary,
                WriteJournal& journal);
    Result<void> open(const PendingFileOptions& options);
    Result<void> hand();
    void writeLoop(const std::stop_token& stop);
    Result<void> write(std::string_view bytes);
    Result<void> writeDirect(std::string_view bytes);
    Result<void> writeBuffered(std::string_view bytes);
    Result<void> giveName();
    Error failure(int errnoValue) const;

    std::filesystem::path target_;
    std::filesystem::path temporary_;
    WriteJournal& journal_;
    std::uint64_t inode_ = 0;
    bool named_ = false; ///< a file with the temporary name exists and is ours
    UniqueFd fd_;
    bool direct_ = false;
    Bytes size_ = 0;    ///< appended
    Bytes written_ = 0; ///< by the writing thread
    std::array<Buffer, 2> buffers_;
    std::size_t filling_ = 0;

    Mutex mutex_;
    std::condition_variable_any changed_;
    Buffer* handed_ GUARDED_BY(mutex_) = nullptr;     ///< to be written
    std::optional<Error> failure_ GUARDED_BY(mutex_); ///< of the writing thread
    std::jthread writer_;
};

/// Moves finished files to their targets atomically: whatever happens, either all of them are in
/// place or the previous files are; `obsolete` files are removed with the previous ones. A process
/// that is killed in between leaves the journal, which says how to complete it.
Result<void> commitFiles(const std::vector<std::unique_ptr<PendingFile>>& files,
                         const std::vector<std::filesystem::path>& obsolete, WriteJournal& journal);

} // namespace spillway
