#include "native/chunked/spilling_store.h"

#include "native/chunked/partition_image.h"
#include "native/spill/process_memory.h"

#include <algorithm>

namespace spillway {
namespace {

/// Large, because each file takes a descriptor; space in it is given back record by record.
constexpr Bytes spillFileBytes = Bytes(1) << 30;
/// A full disk may have room again.
constexpr Seconds retryFullDisk{1};

} // namespace

SpillingPartitionStore::SpillingPartitionStore(std::size_t count,
                                               const std::filesystem::path& scratch, const Run& run)
    : run_(run),
      thresholds_(run.budget.thresholds()),
      disk_(scratch, spillFileBytes),
      places_(count)
{
    run_.budget.setRelief(
        [this](Bytes more, const std::stop_token& stop) { return makeRoom(more, stop); });
}

SpillingPartitionStore::~SpillingPartitionStore()
{
    run_.budget.setRelief({});
}

Bytes SpillingPartitionStore::bytes() const
{
    const MutexLock lock(mutex_);
    return inMemory_;
}

Result<void> SpillingPartitionStore::put(std::size_t index, ColumnPartition partition)
{
    {
        const MutexLock lock(mutex_);
        Place& place = places_[index];
        place.bytes = partition.bytes();
        place.shape = shapesOf(partition);
        place.memory = std::make_shared<ColumnPartition>(std::move(partition));
        place.lastUse = ++uses_;
        inMemory_ += place.bytes;
        largest_ = std::max(largest_, place.bytes);
        run_.budget.setTaskBytes(largest_);
        report();
    }
    return makeRoom(0, run_.stop);
}

Result<std::shared_ptr<const ColumnPartition>> SpillingPartitionStore::read(std::size_t index)
{
    MutexLock lock(mutex_);
    Place& place = places_[index];
    place.lastUse = ++uses_;
    moved_.wait(lock.native(), [&] { return place.memory || !place.moving; });
    if (!place.memory)
        if (auto restored = restore(place); !restored) return restored.error();
    return std::shared_ptr<const ColumnPartition>(place.memory);
}

Result<void> SpillingPartitionStore::makeRoom(Bytes more, const std::stop_token& stop)
{
    const MutexLock lock(mutex_);
    const auto spillWhile = [&](const auto& tooMuch) REQUIRES(mutex_) -> Result<void> {
        while (tooMuch()) {
            Place* const place = leastRecentlyUsed();
            if (!place) return {};
            if (auto spilled = spill(*place, stop); !spilled) return spilled;
        }
        return {};
    };
    auto made = spillWhile(
        [&]() REQUIRES(mutex_) { return inMemory_ - leaving_ + more > thresholds_.target(); });
    if (!made || processMemory() + more <= thresholds_.spill()) return made;
    return spillWhile([&]() REQUIRES(mutex_) {
        return processMemory() - leaving_ + more > thresholds_.target();
    });
}

/// Among the unused partitions; while the disk is full, among those already on it.
SpillingPartitionStore::Place* SpillingPartitionStore::leastRecentlyUsed()
{
    if (fullSince_ && monotonicNow() - *fullSince_ > retryFullDisk) fullSince_.reset();
    Place* least = nullptr;
    for (Place& place : places_) {
        const bool idle = place.memory.use_count() == 1 && !place.moving;
        if (!idle || (fullSince_ && !place.record)) continue;
        if (!least || place.lastUse < least->lastUse) least = &place;
    }
    return least;
}

Result<void> SpillingPartitionStore::spill(Place& place, const std::stop_token& stop)
{
    place.moving = true;
    leaving_ += place.bytes;
    std::optional<Error> failure;
    if (!place.record) {
        auto record = [&]() REQUIRES(mutex_) {
            const MutexUnlock unlocked(mutex_);
            return disk_.append(imageOf(*place.memory), stop);
        }();
        if (record) {
            place.record = std::move(*record);
            spilled_ += place.bytes;
        } else {
            failure = record.error();
        }
    }
    leaving_ -= place.bytes;
    place.moving = false;
    moved_.notify_all();
    if (failure && failure->code == ErrorCode::NoSpace) {
        noteFullDisk(*failure);
        return {};
    }
    if (failure) return *failure;
    drop(place);
    return {};
}

/// Unless a reader started using the partition while it was being written.
void SpillingPartitionStore::drop(Place& place)
{
    if (place.memory.use_count() != 1) return;
    auto gone = std::move(place.memory);
    inMemory_ -= place.bytes;
    report();
    const MutexUnlock unlocked(mutex_);
    gone.reset();
}

void SpillingPartitionStore::noteFullDisk(const Error& error)
{
    fullSince_ = monotonicNow();
    if (fullDiskTold_) return;
    fullDiskTold_ = true;
    run_.budget.setHindrance(error.message);
    run_.reporter.warn(error.message + " The run continues with what fits into memory.");
}

Result<void> SpillingPartitionStore::restore(Place& place)
{
    place.moving = true;
    auto partition = [&]() REQUIRES(mutex_) {
        const MutexUnlock unlocked(mutex_);
        return readBack(place);
    }();
    place.moving = false;
    moved_.notify_all();
    if (!partition) return partition.error();
    place.memory = std::move(*partition);
    inMemory_ += place.bytes;
    restored_ += place.bytes;
    report();
    return {};
}

Result<std::shared_ptr<ColumnPartition>> SpillingPartitionStore::readBack(const Place& place)
{
    if (auto made = makeRoom(place.bytes, run_.stop); !made) return made.error();
    if (auto fits = run_.budget.require(place.bytes, run_.stop); !fits) return fits.error();
    PartitionRoom room(place.shape);
    if (auto whole = place.record.read(room.image(), run_.stop); !whole) return whole.error();
    return std::make_shared<ColumnPartition>(room.finish());
}

void SpillingPartitionStore::report() const
{
    run_.reporter.setStoreBytes(inMemory_);
    run_.reporter.setSpill(spilled_, restored_);
}

} // namespace spillway
