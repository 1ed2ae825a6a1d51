#pragma once

#include "data/dataset.h"
#include "data/file_stamp.h"

#include <cstdint>
#include <vector>

namespace spillway {

/// The unit of arithmetic: 4 MiB of file, regardless of partition size, memory limit or worker
/// count. Partial sums are made per block and combined in block order, so results are
/// bit-identical.
inline constexpr Bytes blockBytes = Bytes(4) << 20;
/// The largest partition; Dask's own default for CSV.
inline constexpr Bytes maxPartitionBytes = 64'000'000;
/// Bounds the small state that is kept per block until the partition is done.
inline constexpr std::size_t maxPartitionBlocks = 64;

/// One block of one file. It owns the rows whose first byte lies in [begin, end); the last of them
/// may reach beyond `end`. Block 0 of a file begins after the header (and a byte order mark).
struct Block {
    std::int32_t file = 0;
    std::int64_t index = 0; ///< over all files, in reading order
    Bytes begin = 0;
    Bytes end = 0; ///< multiple of blockBytes, or the file's size
    /// First block of its file: a row starts at `begin`, whatever precedes it.
    bool first = false;
    FileStamp stamp; ///< of the file at planning time: scanning a changed file is an error

    bool operator==(const Block&) const = default;
};

/// All blocks of `dataset` in reading order. DataUnreadable when a file is missing, its size
/// differs from what the dataset says, or its header row differs from the schema; InvalidArgument
/// when the schema is not valid. A file without rows has no block. `size` is for tests: a row's
/// faults and values do not depend on it, sums over blocks do in their last bits.
Result<std::vector<Block>> planBlocks(const Dataset& dataset, Bytes size = blockBytes);

/// A sequence of whole blocks, of one file or of several small ones.
struct Partition {
    std::size_t firstBlock = 0;
    std::size_t blockCount = 0;
};

/// Partitions of whole blocks, at most maxBytes and maxPartitionBlocks each, and at least 4·workers
/// of them if there are that many blocks. Files smaller than a block share a partition, so that ten
/// thousand of them do not become ten thousand tasks.
std::vector<Partition> planPartitions(const std::vector<Block>& blocks, int workers,
                                      Bytes maxBytes = maxPartitionBytes);

} // namespace spillway
