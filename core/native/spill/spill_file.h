#pragma once

#include "base/error.h"
#include "base/files.h"
#include "base/mutex.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <stop_token>

namespace spillway {

class SpillFile;

/// Readable and writable memory ranges that together are one record's content.
using SpillSource = std::span<const std::span<const std::byte>>;
using SpillTarget = std::span<const std::span<std::byte>>;

/// One record in a spill file. Its disk space is freed on destruction, and the file is removed with
/// its last record. Moved, never copied.
class SpillRecord {
public:
    SpillRecord() = default;
    SpillRecord(std::shared_ptr<SpillFile> file, Bytes offset, Bytes bytes);
    SpillRecord(SpillRecord&& other) noexcept = default;
    SpillRecord& operator=(SpillRecord&& other) noexcept;
    ~SpillRecord();

    explicit operator bool() const { return file_ != nullptr; }
    /// Of the content.
    Bytes bytes() const { return bytes_; }
    Bytes offset() const { return offset_; }
    const std::filesystem::path& path() const;

    /// Reads the content into `target`, which has room for exactly bytes(). Corrupt, naming file
    /// and offset, when the record is truncated, has another length or a wrong checksum: the
    /// content of `target` is then undefined. Cancelled after a stop. Any thread.
    Result<void> read(SpillTarget target, const std::stop_token& stop = {}) const;

private:
    friend class SpillDirectory;
    Result<void> write(SpillSource source, const std::stop_token& stop) const;

    std::shared_ptr<SpillFile> file_;
    Bytes offset_ = 0; ///< of the header, which the content follows
    Bytes bytes_ = 0;
};

/// The spill files of one run: records are appended to a file until it is full, so that many small
/// ones share a file. A record is a header (64-bit length, 64-bit XXH3 of the content, both in the
/// machine's order: the files do not outlive the process) and the content.
class SpillDirectory {
public:
    /// Files of about `fileBytes` in `directory`, which exists.
    explicit SpillDirectory(std::filesystem::path directory, Bytes fileBytes = Bytes(100) << 20);

    /// Writes a record; several threads may write at once. NoSpace when the disk, the quota or the
    /// allowed file size is exhausted: nothing of the record remains then. Cancelled after a stop.
    Result<SpillRecord> append(SpillSource source, const std::stop_token& stop = {});

private:
    /// Where a record of `bytes` goes.
    Result<SpillRecord> place(Bytes bytes);

    const std::filesystem::path directory_;
    const Bytes fileBytes_;
    Mutex mutex_;
    std::weak_ptr<SpillFile> current_ GUARDED_BY(mutex_); ///< the one that records are added to
    Bytes end_ GUARDED_BY(mutex_) = 0;                    ///< of the current file
    int nextName_ GUARDED_BY(mutex_) = 0;
};

} // namespace spillway
