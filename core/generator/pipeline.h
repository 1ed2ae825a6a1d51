#pragma once

#include "generator/chunk_pipeline.h"
#include "generator/rows.h"

#include <memory>
#include <stop_token>
#include <vector>

namespace spillway {

/// Generates all rows of a dataset on several threads, in order: see ChunkPipeline.
class RowPipeline {
public:
    using Chunk = ChunkPipeline::Chunk;

    RowPipeline(const GeneratorSpec& spec, std::int64_t rows, int threads);

    /// As of ChunkPipeline.
    const std::optional<Error>& refused() const { return chunks_.refused(); }
    std::optional<Chunk> next(const std::stop_token& stop) { return chunks_.next(stop); }
    /// Once next() has delivered everything: the counts of all threads together.
    RowTally tally();

private:
    ChunkPipeline::Maker makerOf(std::size_t thread);

    GeneratorSpec spec_;
    /// Of each thread that was started, which makes it, so that no two share a cache line.
    std::vector<std::unique_ptr<RowTally>> tallies_;
    ChunkPipeline chunks_; ///< last: its threads use the others
};

} // namespace spillway
