#pragma once

#include "native/chunked/partition_store.h"

#include <cstddef>
#include <span>
#include <vector>

namespace spillway {

/// The sizes of a block's vectors, needed to restore their content.
struct BlockShape {
    std::size_t columns = 0;
    std::size_t rows = 0;
    std::size_t heldOut = 0;
    std::size_t keys = 0;
    std::size_t keyText = 0;
};
std::vector<BlockShape> shapesOf(const ColumnPartition& partition);

/// A partition as memory ranges, without copying; valid as long as the partition is unchanged.
std::vector<std::span<const std::byte>> imageOf(const ColumnPartition& partition);

/// A partition being restored: room for the ranges of imageOf(), in the same order.
class PartitionRoom {
public:
    explicit PartitionRoom(const std::vector<BlockShape>& shapes);

    /// To be filled.
    std::span<const std::span<std::byte>> image() const { return image_; }
    /// The partition, once.
    ColumnPartition finish();

private:
    struct Keys {
        std::vector<std::size_t> ends;
        std::vector<char> text;
    };
    void add(ColumnSet& set);

    ColumnPartition partition_;
    std::vector<Keys> keys_; ///< of each block
    std::vector<std::span<std::byte>> image_;
};

} // namespace spillway
