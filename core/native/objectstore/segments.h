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

/// An object of this size and more has a segment of its own; smaller ones share the arena.
inline constexpr Bytes ownSegmentBytes = Bytes(1) << 20;

/// A descriptor as Boost.Interprocess maps it.
class MappableFd {
public:
    explicit MappableFd(int fd) : fd_(fd) {}
    boost::interprocess::mapping_handle_t get_mapping_handle() const { return {fd_, false}; }

private:
    int fd_;
};

/// Maps a stretch of a segment, its pages at once. NotPermitted and OutOfMemory as the system says.
Result<boost::interprocess::mapped_region> mapSegment(int fd, std::uint64_t offset,
                                                      std::uint64_t bytes, bool writable);

/// Anonymous shared memory of the store's, a memfd. Who is to read gets a read-only reopening of
/// it, through which the kernel permits no writable mapping.
class Segment {
public:
    static Result<std::unique_ptr<Segment>> make(std::uint64_t id, Bytes bytes);

    std::uint64_t id() const { return id_; }
    Bytes bytes() const { return bytes_; }
    int fd() const { return fd_.get(); }
    Result<UniqueFd> readOnly() const;
    /// Gives the pages back to the system, whoever still has them mapped.
    void empty();

private:
    Segment(std::uint64_t id, UniqueFd fd, Bytes bytes) : id_(id), fd_(std::move(fd)), bytes_(bytes)
    {
    }
    std::uint64_t id_;
    UniqueFd fd_;
    Bytes bytes_;
};

/// All segments of a store, at most `capacity` bytes together. Those that no object needs any more
/// are kept for the next object of their size: the first touch of a shared page costs ten times a
/// warm write.
class SegmentPool {
public:
    explicit SegmentPool(Bytes capacity) : capacity_(capacity) {}

    /// A kept segment that fits, or a new one; null when that needs more room than is free.
    Result<std::unique_ptr<Segment>> take(Bytes bytes);
    void keep(std::unique_ptr<Segment> segment);
    /// Gives kept segments back to the system, longest kept first, until one of `bytes` has room.
    void evictFor(Bytes bytes);
    /// Segments that were given back since the last call.
    std::vector<std::uint64_t> takeGone() { return std::exchange(gone_, {}); }

    Bytes capacity() const { return capacity_; }
    Bytes total() const { return total_; }
    Bytes kept() const { return keptBytes_; }
    /// What a segment for an object of `bytes` occupies.
    static Bytes segmentBytes(Bytes bytes);

private:
    const Bytes capacity_;
    Bytes total_ = 0;
    Bytes keptBytes_ = 0;
    std::uint64_t nextId_ = 1;
    std::vector<std::unique_ptr<Segment>> kept_; ///< longest kept first
    std::vector<std::uint64_t> gone_;
};

/// One segment that many small objects share. What is where is the store's knowledge alone.
class Arena {
public:
    static Result<std::unique_ptr<Arena>> make(std::unique_ptr<Segment> segment);
    ~Arena();

    const Segment& segment() const { return *segment_; }
    /// Offset in the segment; nothing when it is too full.
    std::optional<std::uint64_t> allocate(Bytes bytes);
    void free(std::uint64_t offset);

private:
    struct Private;
    Arena(std::unique_ptr<Segment> segment, std::unique_ptr<Private> d);
    std::unique_ptr<Segment> segment_;
    std::unique_ptr<Private> d_;
};

} // namespace spillway
