#include "native/objectstore/columns_object.h"

#include "native/objectstore/byte_stream.h"
#include "native/objectstore/messages.h"

#include <cstring>

namespace spillway {
namespace {

constexpr std::size_t cacheLine = 64;
/// More would overflow the sizes below; no object is that large.
constexpr std::uint64_t mostRows = std::uint64_t(1) << 40;

std::size_t onLine(std::size_t bytes)
{
    return (bytes + cacheLine - 1) / cacheLine * cacheLine;
}

struct ObjectHeader {
    std::uint64_t columns = 0;
    std::uint64_t blocks = 0;
};

std::size_t headerBytes(std::size_t blocks)
{
    return onLine(sizeof(ObjectHeader) + blocks * sizeof(BlockExtent));
}

} // namespace

std::size_t ColumnsLayout::idBytes(std::size_t rows)
{
    return onLine(rows * sizeof(KeyTable::Id));
}

std::size_t ColumnsLayout::valueBytes(std::size_t rows)
{
    return onLine(rows * sizeof(double));
}

std::size_t ColumnsLayout::setBytes(std::size_t rows) const
{
    return idBytes(rows) + columns_ * valueBytes(rows);
}

ColumnsLayout::ColumnsLayout(std::size_t columns, std::vector<BlockExtent> blocks)
    : columns_(columns), blocks_(std::move(blocks)), bytes_(headerBytes(blocks_.size()))
{
    for (const BlockExtent& block : blocks_) {
        Start start{.rows = bytes_};
        start.heldOut = start.rows + setBytes(block.rows);
        start.keys = start.heldOut + setBytes(block.heldOut);
        bytes_ = start.keys + onLine(block.keys * sizeof(std::uint64_t)) + onLine(block.textBytes);
        starts_.push_back(start);
    }
}

Result<ColumnsLayout> ColumnsLayout::read(std::span<const std::byte> object)
{
    ByteReader reader(object);
    const auto header = reader.get<ObjectHeader>();
    if (!reader.ok() || header.blocks > object.size() / sizeof(BlockExtent) ||
        header.columns > object.size())
        return badMessage();
    std::vector<BlockExtent> blocks;
    for (std::uint64_t i = 0; i < header.blocks; ++i) {
        blocks.push_back(reader.get<BlockExtent>());
        const BlockExtent& block = blocks.back();
        if (std::max({block.rows, block.heldOut, block.keys, block.textBytes}) > mostRows)
            return badMessage();
    }
    ColumnsLayout layout(header.columns, std::move(blocks));
    if (!reader.ok() || layout.bytes() > object.size()) return badMessage();
    return layout;
}

void ColumnsLayout::writeHeader(std::byte* object) const
{
    const ObjectHeader header{.columns = columns_, .blocks = blocks_.size()};
    std::memcpy(object, &header, sizeof header);
    std::memcpy(object + sizeof header, blocks_.data(), blocks_.size() * sizeof(BlockExtent));
}

void ColumnsLayout::writeKeys(const KeyTable& keys, std::byte* object, std::size_t block) const
{
    std::byte* const ends = object + starts_[block].keys;
    std::byte* text = ends + onLine(keys.size() * sizeof(std::uint64_t));
    std::uint64_t end = 0;
    for (KeyTable::Id id = 0; id < keys.size(); ++id) {
        const auto key = keys.key(id);
        std::memcpy(text + end, key.data(), key.size());
        end += key.size();
        std::memcpy(ends + id * sizeof end, &end, sizeof end);
    }
}

KeyTable ColumnsLayout::keys(const std::byte* object, std::size_t block) const
{
    const std::byte* const ends = object + starts_[block].keys;
    const auto* const text =
        reinterpret_cast<const char*>(ends + onLine(blocks_[block].keys * sizeof(std::uint64_t)));
    KeyTable keys;
    std::uint64_t begin = 0;
    for (std::uint64_t id = 0; id < blocks_[block].keys; ++id) {
        std::uint64_t end = 0;
        std::memcpy(&end, ends + id * sizeof end, sizeof end);
        if (end < begin || end > blocks_[block].textBytes) break;
        keys.idOf({text + begin, end - begin});
        begin = end;
    }
    return keys;
}

ColumnsLayout layoutOf(std::size_t columns, std::span<const BlockColumns* const> blocks)
{
    std::vector<BlockExtent> extents;
    for (const BlockColumns* const block : blocks) {
        BlockExtent extent{.rows = block->rows.rows(),
                           .heldOut = block->heldOut.rows(),
                           .keys = block->keys.size()};
        for (KeyTable::Id id = 0; id < block->keys.size(); ++id)
            extent.textBytes += block->keys.key(id).size();
        extents.push_back(extent);
    }
    return ColumnsLayout(columns, std::move(extents));
}

namespace {

template <class T>
void copyTo(T* target, const std::vector<T>& values)
{
    if (!values.empty()) std::memcpy(target, values.data(), values.size() * sizeof(T));
}

void copySet(const ColumnSet& set, const ColumnsLayout::Rows<std::byte>& target)
{
    copyTo(target.ids, set.ids);
    for (std::size_t c = 0; c < set.columns.size(); ++c)
        copyTo(target.columns[c], set.columns[c]);
}

} // namespace

void writeColumns(const ColumnsLayout& layout, std::span<const BlockColumns* const> blocks,
                  std::byte* object)
{
    layout.writeHeader(object);
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        copySet(blocks[i]->rows, layout.rows(object, i));
        copySet(blocks[i]->heldOut, layout.heldOut(object, i));
        layout.writeKeys(blocks[i]->keys, object, i);
    }
}

} // namespace spillway
