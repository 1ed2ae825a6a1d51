#include "native/chunked/partition_image.h"

namespace spillway {
namespace {

ColumnSet emptySet(std::size_t columns, std::size_t rows)
{
    ColumnSet set;
    set.columns.assign(columns, std::vector<double>(rows));
    set.ids.resize(rows);
    return set;
}

} // namespace

std::vector<BlockShape> shapesOf(const ColumnPartition& partition)
{
    std::vector<BlockShape> shapes;
    for (const BlockColumns& block : partition.blocks)
        shapes.push_back({.columns = block.rows.columns.size(),
                          .rows = block.rows.rows(),
                          .heldOut = block.heldOut.rows(),
                          .keys = block.keys.ends().size(),
                          .keyText = block.keys.text().size()});
    return shapes;
}

std::vector<std::span<const std::byte>> imageOf(const ColumnPartition& partition)
{
    std::vector<std::span<const std::byte>> image;
    for (const BlockColumns& block : partition.blocks) {
        for (const ColumnSet* const set : {&block.rows, &block.heldOut}) {
            for (const auto& column : set->columns)
                image.push_back(std::as_bytes(std::span(column)));
            image.push_back(std::as_bytes(std::span(set->ids)));
        }
        image.push_back(std::as_bytes(block.keys.ends()));
        image.push_back(std::as_bytes(block.keys.text()));
    }
    return image;
}

PartitionRoom::PartitionRoom(const std::vector<BlockShape>& shapes) : keys_(shapes.size())
{
    partition_.blocks.resize(shapes.size());
    for (std::size_t i = 0; i < shapes.size(); ++i) {
        const BlockShape& shape = shapes[i];
        BlockColumns& block = partition_.blocks[i];
        block.rows = emptySet(shape.columns, shape.rows);
        block.heldOut = emptySet(shape.columns, shape.heldOut);
        add(block.rows);
        add(block.heldOut);
        keys_[i].ends.resize(shape.keys);
        keys_[i].text.resize(shape.keyText);
        image_.push_back(std::as_writable_bytes(std::span(keys_[i].ends)));
        image_.push_back(std::as_writable_bytes(std::span(keys_[i].text)));
    }
}

void PartitionRoom::add(ColumnSet& set)
{
    for (auto& column : set.columns)
        image_.push_back(std::as_writable_bytes(std::span(column)));
    image_.push_back(std::as_writable_bytes(std::span(set.ids)));
}

ColumnPartition PartitionRoom::finish()
{
    for (std::size_t i = 0; i < keys_.size(); ++i)
        partition_.blocks[i].keys = KeyTable(std::move(keys_[i].ends), std::move(keys_[i].text));
    return std::move(partition_);
}

} // namespace spillway
