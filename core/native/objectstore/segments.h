#pragma once

#include "base/files.h"
#include "base/units.h"

#include <boost/interprocess/mapped_region.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace spillway {

/// Objects of at least this size have their own segment; smaller ones share the arena.
inline constexpr Bytes ownSegmentBytes = Bytes(1) << 20;

/// Adapts a descriptor to Boost.Interprocess.
class MappableFd {
public:
    explicit MappableFd(int fd) : fd_(fd) {}
    boost::interprocess::mapping_handle_t get_mapping_handle() const { return {fd_, false}; }

private:
    int fd_;
};

/// Maps a range of a segment and populates its pages. NotPermitted and OutOfMemory as the system
/// reports.
Result<boost::interprocess::mapped_region> mapSegment(int fd, std::uint64_t offset,
                                                      std::uint64_t bytes, bool writable);

/// The store's anonymous shared memory, a memfd. Readers get a read-only reopened descriptor, which
/// the kernel does not let them map writable.
class Segment {
public:
    static Result<std::unique_ptr<Segment>> make(std::uint64_t id, Bytes bytes);

    std::uint64_t id() const { return id_; }
    Bytes bytes() const { return bytes_; }
    int fd() const { return fd_.get(); }
    Result<UniqueFd> readOnly() const;
    /// Returns the pages to the system, even if they are still mapped.
    void empty();

private:
    Segment(std::uint64_t id, UniqueFd fd, Bytes bytes) : id_(id), fd_(std::move(fd)), bytes_(bytes)
    {
    }
    std::uint64_t id_;
    UniqueFd fd_;
    Bytes bytes_;
};

/// All segments of a store, at most `capacity` bytes together. Unused ones are kept for the next
/// object of their size: the first touch of a shared page costs ten times as much as a warm write.
class SegmentPool {
public:
    explicit SegmentPool(Bytes capacity) : capacity_(capacity) {}

    /// A kept segment that fits, or a new one; null when that needs more room than is free.
    Result<std::unique_ptr<Segment>> take(Bytes bytes);
    void keep(std::unique_ptr<Segment> segment);
    /// Returns kept segments to the system, oldest first, until one of `bytes` has room.
    void evictFor(Bytes bytes);
    /// Segments returned since the last call.
    std::vector<std::uint64_t> takeGone() { return std::exchange(gone_, {}); }

    Bytes capacity() const { return capacity_; }
    Bytes total() const { return total_; }
    Bytes kept() const { return keptBytes_; }
    /// Size of a segment for an object of `bytes`.
    static Bytes segmentBytes(Bytes bytes);

private:
    const Bytes capacity_;
    Bytes total_ = 0;
    Bytes keptBytes_ = 0;
    std::uint64_t nextId_ = 1;
    std::vector<std::unique_ptr<Segment>> kept_; ///< oldest first
    std::vector<std::uint64_t> gone_;
};

/// One segment shared by many small objects. Only the store knows what is where.
class Arena {
public:
    static Result<std::unique_ptr<Arena>> make(std::unique_ptr<Segment> segment);
    ~Arena();

    const Segment& segment() const { return *segment_; }
    /// Offset in the segment; nothing when there is no room.
    std::optional<std::uint64_t> allocate(Bytes bytes);
    void free(std::uint64_t offset);

private:
    struct Private;
    Arena(std::unique_ptr<Segment> segment, std::unique_ptr<Private> d);
    std::unique_ptr<Segment> segment_;
    std::unique_ptr<Private> d_;
};

} // namespace spillway
