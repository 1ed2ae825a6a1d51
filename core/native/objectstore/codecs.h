#pragma once

#include "data/csv_scanner.h"
#include "native/kernels/key_table.h"
#include "native/objectstore/byte_stream.h"

#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// Arguments and results of tasks as bytes. Reading invalid bytes leaves the reader not ok, and the
/// result meaningless.

/// Arguments of every task that reads the dataset.
struct ScanArguments {
    std::optional<Bytes> begin; ///< where the first row starts, when that is known
    std::uint64_t expectedRows = 0;
    bool enoughDistinct = false; ///< the rows so far are varied enough: no more need be sampled
    std::vector<Block> blocks;
};
void write(ByteWriter& writer, const ScanArguments& arguments);
ScanArguments readScanArguments(ByteReader& reader);

void write(ByteWriter& writer, const BlockScan& scan);
BlockScan readBlockScan(ByteReader& reader);

void write(ByteWriter& writer, const KeyTable& keys);
KeyTable readKeys(ByteReader& reader);

} // namespace spillway
