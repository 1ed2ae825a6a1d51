#pragma once

#include "native/blocks/scan_plan.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace spillway {

/// What the rows of one block are turned into: a sink that is later combined with those of other
/// blocks.
class BlockPart : public RowSink {
public:
    /// All rows of the block have been received; called on the scanning thread.
    virtual void finish() {}
};

using MakePart = std::function<std::unique_ptr<BlockPart>()>;

/// A scanned block. Without a part it was not scanned, because an earlier block is malformed: when
/// its turn comes, BlockOrder requests a scan from the known begin.
struct ScannedBlock {
    BlockScan scan;
    std::unique_ptr<BlockPart> part;
};

Result<ScannedBlock> scanBlock(CsvScanner& scanner, const Block& block, std::optional<Bytes> begin,
                               const MakePart& make, const std::stop_token& stop);

/// Scans the blocks of one partition. The first one is scanned from `begin`, or assuming that it
/// starts outside quotes, each following one from where the previous one ended. `scanned` is called
/// for each block.
Result<std::vector<ScannedBlock>> scanPartition(CsvScanner& scanner, std::span<const Block> blocks,
                                                std::optional<Bytes> begin, const MakePart& make,
                                                const std::stop_token& stop,
                                                const std::function<void(const Block&)>& scanned);

} // namespace spillway
