#include "generator/chunk_pipeline.h"

#include "base/thread.h"

#include <algorithm>

namespace spillway {
namespace {

constexpr std::size_t fewestSlots = 8;

} // namespace

RowRange partRows(std::int64_t rows, int part, int parts)
{
    // Not rows · index / parts, which might overflow.
    const auto boundary = [&](std::int64_t index) {
        return rows / parts * index + rows % parts * index / parts;
    };
    return {.begin = boundary(part), .end = boundary(part + 1)};
}

ChunkPipeline::ChunkPipeline(const RowChunks& chunks, int threads,
                             std::function<Maker(int thread)> makerOf)
    : chunks_(chunks),
      makerOf_(std::move(makerOf)),
      slots_(std::max(fewestSlots, 4 * static_cast<std::size_t>(threads)))
{
    for (int i = 0; i < threads; ++i) {
        auto worker = startThread([this, i](const std::stop_token& stop) { work(i, stop); });
        // Fewer than were asked for make the same rows.
        if (!worker && workers_.empty()) refused_ = worker.error();
        if (!worker) break;
        workers_.push_back(std::move(*worker));
    }
}

ChunkPipeline::~ChunkPipeline()
{
    for (auto& worker : workers_)
        worker.request_stop();
}

std::optional<ChunkPipeline::Chunk> ChunkPipeline::next(const std::stop_token& stop)
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
        return slot.ready || failure_ || (nextRow_ == chunks_.rows && given_ == taken_);
    };
    if (!changed_.wait(lock.native(), stop, ready)) return std::nullopt;
    if (failure_) std::rethrow_exception(failure_);
    if (!slot.ready) return std::nullopt;
    holding_ = true;
    return Chunk{.rows = slot.rows, .text = {slot.buffer.data(), slot.size}};
}

RowRange ChunkPipeline::nextRows()
{
    RowRange part = partRows(chunks_.rows, nextPart_, chunks_.parts);
    if (nextRow_ == part.end) part = partRows(chunks_.rows, ++nextPart_, chunks_.parts);
    const RowRange rows{.begin = nextRow_, .end = std::min(nextRow_ + chunks_.chunkRows, part.end)};
    nextRow_ = rows.end;
    return rows;
}

void ChunkPipeline::work(int thread, const std::stop_token& stop)
try {
    const Maker make = makerOf_(thread);
    MutexLock lock(mutex_);
    const auto room = [this]() REQUIRES(mutex_) {
        return nextRow_ == chunks_.rows || taken_ - given_ < slots_.size();
    };
    while (changed_.wait(lock.native(), stop, room) && nextRow_ < chunks_.rows &&
           !stop.stop_requested()) {
        Slot& slot = slots_[taken_ % slots_.size()];
        slot.rows = nextRows();
        ++taken_;
        lock.unlock();
        slot.size = make(slot.rows, slot.buffer);
        lock.lock();
        slot.ready = true;
        changed_.notify_all();
    }
    changed_.notify_all();
} catch (...) {
    const MutexLock lock(mutex_);
    failure_ = std::current_exception();
    changed_.notify_all();
}

} // namespace spillway
