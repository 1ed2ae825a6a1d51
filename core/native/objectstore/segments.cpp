#include "native/objectstore/segments.h"

#include <boost/interprocess/indexes/iset_index.hpp>
#include <boost/interprocess/managed_external_buffer.hpp>
#include <boost/interprocess/mem_algo/rbtree_best_fit.hpp>
#include <boost/interprocess/sync/mutex_family.hpp>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cerrno>

namespace spillway {
namespace {

namespace ipc = boost::interprocess;

/// No mutex: the store is the only one who allocates.
using ArenaBuffer =
    ipc::basic_managed_external_buffer<char, ipc::rbtree_best_fit<ipc::null_mutex_family>,
                                       ipc::iset_index>;

constexpr Bytes smallestGranule = Bytes(64) << 10;
constexpr std::size_t objectAlignment = 64;

} // namespace

Result<ipc::mapped_region> mapSegment(int fd, std::uint64_t offset, std::uint64_t bytes,
                                      bool writable)
{
    try {
        return ipc::mapped_region(MappableFd(fd), writable ? ipc::read_write : ipc::read_only,
                                  static_cast<ipc::offset_t>(offset), bytes, nullptr,
                                  MAP_SHARED | MAP_POPULATE);
    } catch (const ipc::interprocess_exception& problem) {
        return systemError("Cannot map the object store's memory", problem.get_native_error());
    }
}

Result<std::unique_ptr<Segment>> Segment::make(std::uint64_t id, Bytes bytes)
{
    UniqueFd fd(::memfd_create("spillway-objects", MFD_CLOEXEC));
    if (!fd || ::ftruncate(fd.get(), bytes) != 0)
        return systemError("Cannot create shared memory for the object store", errno);
    return std::unique_ptr<Segment>(new Segment(id, std::move(fd), bytes));
}

Result<UniqueFd> Segment::readOnly() const
{
    const auto path = fmt::format("/proc/self/fd/{}", fd_.get());
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return systemError("Cannot open the object store's memory for reading", errno);
    return fd;
}

void Segment::empty()
{
    [[maybe_unused]] const int done = ::ftruncate(fd_.get(), 0);
}

/// Eight sizes a doubling, so that partitions of about one size can have each other's segments.
Bytes SegmentPool::segmentBytes(Bytes bytes)
{
    const auto doubling = static_cast<Bytes>(std::bit_floor(static_cast<std::uint64_t>(bytes)));
    const Bytes granule = std::max(smallestGranule, doubling / 8);
    return (bytes + granule - 1) / granule * granule;
}

Result<std::unique_ptr<Segment>> SegmentPool::take(Bytes bytes)
{
    const Bytes wanted = segmentBytes(bytes);
    auto best = kept_.end();
    for (auto it = kept_.begin(); it != kept_.end(); ++it) {
        const Bytes size = (*it)->bytes();
        const bool fits = size >= wanted && size <= wanted + wanted / 4;
        if (fits && (best == kept_.end() || size < (*best)->bytes())) best = it;
    }
    if (best != kept_.end()) {
        auto segment = std::move(*best);
        kept_.erase(best);
        keptBytes_ -= segment->bytes();
        return segment;
    }
    if (total_ + wanted > capacity_) return std::unique_ptr<Segment>();
    auto segment = Segment::make(nextId_, wanted);
    if (!segment) return segment;
    ++nextId_;
    total_ += wanted;
    return segment;
}

void SegmentPool::keep(std::unique_ptr<Segment> segment)
{
    keptBytes_ += segment->bytes();
    kept_.push_back(std::move(segment));
}

void SegmentPool::evictFor(Bytes bytes)
{
    const Bytes wanted = segmentBytes(bytes);
    while (!kept_.empty() && total_ + wanted > capacity_) {
        Segment& oldest = *kept_.front();
        oldest.empty();
        total_ -= oldest.bytes();
        keptBytes_ -= oldest.bytes();
        gone_.push_back(oldest.id());
        kept_.erase(kept_.begin());
    }
}

struct Arena::Private {
    Private(ipc::mapped_region memory)
        : region(std::move(memory)),
          buffer(ipc::create_only, region.get_address(), region.get_size())
    {
    }
    ipc::mapped_region region;
    ArenaBuffer buffer;
};

Result<std::unique_ptr<Arena>> Arena::make(std::unique_ptr<Segment> segment)
{
    try {
        ipc::mapped_region region(MappableFd(segment->fd()), ipc::read_write, 0,
                                  static_cast<std::size_t>(segment->bytes()));
        auto d = std::make_unique<Private>(std::move(region));
        return std::unique_ptr<Arena>(new Arena(std::move(segment), std::move(d)));
    } catch (const ipc::interprocess_exception& problem) {
        return systemError("Cannot map the object store's memory", problem.get_native_error());
    }
}

Arena::Arena(std::unique_ptr<Segment> segment, std::unique_ptr<Private> d)
    : segment_(std::move(segment)), d_(std::move(d))
{
}

Arena::~Arena() = default;

std::optional<std::uint64_t> Arena::allocate(Bytes bytes)
{
    void* const address =
        d_->buffer.allocate_aligned(static_cast<std::size_t>(bytes), objectAlignment, std::nothrow);
    if (!address) return {};
    return static_cast<std::uint64_t>(static_cast<char*>(address) -
                                      static_cast<char*>(d_->region.get_address()));
}

void Arena::free(std::uint64_t offset)
{
    d_->buffer.deallocate(static_cast<char*>(d_->region.get_address()) + offset);
}

} // namespace spillway
