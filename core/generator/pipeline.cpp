#include "generator/pipeline.h"

#include <algorithm>
#include <memory>

namespace spillway {
namespace {

/// Multiplications for the signal in one chunk: some 10 ms, so that a stop is prompt.
constexpr std::int64_t maxChunkProducts = 10'000'000;

std::int64_t rowsOfChunk(const GeneratorSpec& spec)
{
    const auto rowRoom = static_cast<std::int64_t>(RowMaker::roomFor(1, spec.features));
    std::int64_t rows = std::max<std::int64_t>(1, chunkBytes / rowRoom);
    if (spec.signal > 0)
        rows = std::min(rows, 1 + maxChunkProducts / (spec.categories * (spec.features + 10)));
    return rows;
}

} // namespace

RowPipeline::RowPipeline(const GeneratorSpec& spec, std::int64_t rows, int threads)
    : spec_(spec),
      tallies_(static_cast<std::size_t>(threads)),
      chunks_({.rows = rows, .parts = std::max(spec.split, 1), .chunkRows = rowsOfChunk(spec)},
              threads, [this](int thread) { return makerOf(static_cast<std::size_t>(thread)); })
{
}

ChunkPipeline::Maker RowPipeline::makerOf(std::size_t thread)
{
    tallies_[thread] = std::make_unique<RowTally>(emptyTally(spec_));
    RowTally& tally = *tallies_[thread];
    const auto maker = std::make_shared<RowMaker>(spec_); // a std::function can be copied
    return [this, maker, &tally](const RowRange& rows, std::vector<char>& buffer) {
        const std::int64_t count = rows.end - rows.begin;
        const auto room = RowMaker::roomFor(count, spec_.features);
        if (buffer.size() < room) buffer.resize(room);
        const char* end = maker->write(rows.begin, count, buffer.data(), tally);
        return static_cast<std::size_t>(end - buffer.data());
    };
}

RowTally RowPipeline::tally()
{
    chunks_.join();
    RowTally all = emptyTally(spec_);
    for (const auto& each : tallies_)
        if (each) all.add(*each);
    return all;
}

} // namespace spillway
