#include "generator/pipeline.h"

#include "base/thread.h"

#include <algorithm>

namespace spillway {
namespace {

constexpr std::int64_t slotBytes = 512 << 10; ///< of room; rows take about half of it
constexpr std::size_t fewestSlots = 8;
/// Multiplications for the signal in one chunk: some 10 ms, so that a stop is prompt.
constexpr std::int64_t maxChunkProducts = 10'000'000;

std::int64_t rowsOfChunk(const GeneratorSpec& spec)
{
    const auto rowRoom = static_cast<std::int64_t>(RowMaker::roomFor(1, spec.features));
    std::int64_t rows = std::max<std::int64_t>(1, slotBytes / rowRoom);
    if (spec.signal > 0)
        rows = std::min(rows, 1 + maxChunkProducts / (spec.categories * (spec.features + 10)));
    return rows;
}

} // namespace

RowRange partRows(std::int64_t rows, int part, int parts)
{
    // Not rows · index / parts, which might overflow.
    const auto boundary = [&](std::int64_t index) {
        return rows / parts * index + rows % parts * index / parts;
    };
    return {.begin = boundary(part), .end = boundary(part + 1)};
}

RowPipeline::RowPipeline(const GeneratorSpec& spec, std::int64_t rows, int threads)
    : spec_(spec),
      rows_(rows),
      parts_(std::max(spec.split, 1)),
      chunkRows_(rowsOfChunk(spec)),
      slots_(std::max(fewestSlots, 4 * static_cast<std::size_t>(threads))),
      tally_(emptyTally(spec))
{
    for (int i = 0; i < threads; ++i) {
        auto worker = startThread([this](const std::stop_token& stop) { work(stop); });
        // Fewer than were asked for make the same rows.
        if (!worker && workers_.empty()) refused_ = worker.error();
        if (!worker) break;
        workers_.push_back(std::move(*worker));
    }
}

RowPipeline::~RowPipeline()
{
    for (auto& worker : workers_)
        worker.request_stop();
}

std::optional<RowPipeline::Chunk> RowPipeline::next(const std::stop_token& stop)
{
    MutexLock lock(mutex_);
    if (holding_) {
        slots_[given_ % slots_.size()].ready = false;
        ++given_;
        holding_ = false;
        changed_.notify_all();
    }
    const Slot& slot = slots_[given_ % slots_.size()];
    const auto ready = [&]() REQUIRES(mutex_) {
        return slot.ready || failure_ || (nextRow_ == rows_ && given_ == taken_);
    };
    if (!changed_.wait(lock.native(), stop, ready)) return std::nullopt;
    if (failure_) std::rethrow_exception(failure_);
    if (!slot.ready) return std::nullopt;
    holding_ = true;
    return Chunk{.rows = slot.rows, .text = {slot.buffer.data(), slot.size}};
}

RowTally RowPipeline::tally()
{
    workers_.clear();
    const MutexLock lock(mutex_);
    return std::move(tally_);
}

RowRange RowPipeline::nextRows()
{
    RowRange part = partRows(rows_, nextPart_, parts_);
    if (nextRow_ == part.end) part = partRows(rows_, ++nextPart_, parts_);
    const RowRange rows{.begin = nextRow_, .end = std::min(nextRow_ + chunkRows_, part.end)};
    nextRow_ = rows.end;
    return rows;
}

void RowPipeline::work(const std::stop_token& stop)
try {
    RowMaker maker(spec_);
    RowTally tally = emptyTally(spec_);
    MutexLock lock(mutex_);
    const auto room = [this]() REQUIRES(mutex_) {
        return nextRow_ == rows_ || taken_ - given_ < slots_.size();
    };
    while (changed_.wait(lock.native(), stop, room) && nextRow_ < rows_ && !stop.stop_requested()) {
        Slot& slot = slots_[taken_ % slots_.size()];
        slot.rows = nextRows();
        ++taken_;
        lock.unlock();
        const std::int64_t count = slot.rows.end - slot.rows.begin;
        slot.buffer.resize(RowMaker::roomFor(chunkRows_, spec_.features));
        const char* end = maker.write(slot.rows.begin, count, slot.buffer.data(), tally);
        slot.size = static_cast<std::size_t>(end - slot.buffer.data());
        lock.lock();
        slot.ready = true;
        changed_.notify_all();
    }
    tally_.add(tally);
    changed_.notify_all();
} catch (...) {
    const MutexLock lock(mutex_);
    failure_ = std::current_exception();
    changed_.notify_all();
}

} // namespace spillway
