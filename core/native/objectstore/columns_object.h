#pragma once

#include "native/blocks/columns.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace spillway {

/// Sizes of a block in an object of columns.
struct BlockExtent {
    std::uint64_t rows = 0;      ///< all rows, or those to train on
    std::uint64_t heldOut = 0;   ///< rows to test on
    std::uint64_t keys = 0;      ///< number of keys that ids of this block refer to
    std::uint64_t textBytes = 0; ///< of all keys
};

/// Layout of a partition's columns in an object: extents first, then for each block its ids,
/// columns, held-out ids and columns, ends of its keys and their text, each on a cache line.
class ColumnsLayout {
public:
    ColumnsLayout(std::size_t columns, std::vector<BlockExtent> blocks);
    /// Layout of an existing object. Protocol error when it is invalid.
    static Result<ColumnsLayout> read(std::span<const std::byte> object);

    std::size_t bytes() const { return bytes_; }
    std::size_t columns() const { return columns_; }
    const std::vector<BlockExtent>& blocks() const { return blocks_; }

    /// One set of rows in the object that begins at `object`.
    template <class Byte>
    class Rows {
    public:
        template <class T>
        using Like = std::conditional_t<std::is_const_v<Byte>, const T, T>;

        std::vector<Like<double>*> columns;
        Like<KeyTable::Id>* ids = nullptr;
        std::size_t rows = 0;
    };
    template <class Byte>
    Rows<Byte> rows(Byte* object, std::size_t block) const
    {
        return set(object, starts_[block].rows, blocks_[block].rows);
    }
    template <class Byte>
    Rows<Byte> heldOut(Byte* object, std::size_t block) const
    {
        return set(object, starts_[block].heldOut, blocks_[block].heldOut);
    }
    KeyTable keys(const std::byte* object, std::size_t block) const;

    void writeHeader(std::byte* object) const;
    void writeKeys(const KeyTable& keys, std::byte* object, std::size_t block) const;

private:
    struct Start {
        std::size_t rows = 0;
        std::size_t heldOut = 0;
        std::size_t keys = 0;
    };
    template <class Byte>
    Rows<Byte> set(Byte* object, std::size_t start, std::size_t count) const
    {
        using Ids = typename Rows<Byte>::template Like<KeyTable::Id>;
        using Values = typename Rows<Byte>::template Like<double>;
        Rows<Byte> rows;
        rows.rows = count;
        rows.ids = reinterpret_cast<Ids*>(object + start);
        start += idBytes(count);
        for (std::size_t c = 0; c < columns_; ++c, start += valueBytes(count))
            rows.columns.push_back(reinterpret_cast<Values*>(object + start));
        return rows;
    }
    static std::size_t idBytes(std::size_t rows);
    static std::size_t valueBytes(std::size_t rows);
    std::size_t setBytes(std::size_t rows) const;

    std::size_t columns_;
    std::vector<BlockExtent> blocks_;
    std::vector<Start> starts_;
    std::size_t bytes_ = 0;
};

using ReadRows = ColumnsLayout::Rows<const std::byte>;

/// How a partition in memory lies as an object, and its copy there.
ColumnsLayout layoutOf(std::size_t columns, std::span<const BlockColumns* const> blocks);
void writeColumns(const ColumnsLayout& layout, std::span<const BlockColumns* const> blocks,
                  std::byte* object);

} // namespace spillway
