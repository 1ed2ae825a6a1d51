#pragma once

#include "native/blocks/scan_plan.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace spillway {

/// What becomes of the rows of one block: a sink that later meets what the other blocks became.
class BlockPart : public RowSink {
public:
    /// All rows of the block are in; called where it was scanned.
    virtual void finish() {}
};

using MakePart = std::function<std::unique_ptr<BlockPart>()>;

/// A block as it was scanned. Without a part nobody has looked at it, because a block before it is
/// malformed: its turn makes BlockOrder ask for a scan from the known begin.
struct ScannedBlock {
    BlockScan scan;
    std::unique_ptr<BlockPart> part;
};

Result<ScannedBlock> scanBlock(CsvScanner& scanner, const Block& block, std::optional<Bytes> begin,
                               const MakePart& make, const std::stop_token& stop);

/// Scans the blocks of one partition. The first one is scanned from `begin`, or on the guess that
/// it starts outside quotes, the following ones from where the one before ended. `scanned` is told
/// of each block.
Result<std::vector<ScannedBlock>> scanPartition(CsvScanner& scanner, std::span<const Block> blocks,
                                                std::optional<Bytes> begin, const MakePart& make,
                                                const std::stop_token& stop,
                                                const std::function<void(const Block&)>& scanned);

} // namespace spillway
