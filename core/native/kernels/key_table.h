#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace spillway {

/// The first eight bytes of `text`, the first one in the lowest byte; missing bytes are zero.
inline std::uint64_t leadingBytes(std::string_view text)
{
    const auto load = [&](auto part, std::size_t at) {
        std::memcpy(&part, text.data() + at, sizeof part);
        return std::uint64_t(part);
    };
    const std::size_t size = text.size();
    if (size >= 8) return load(std::uint64_t(), 0);
    if (size >= 4)
        return load(std::uint32_t(), 0) | load(std::uint32_t(), size - 4) << (8 * (size - 4));
    if (size == 0) return 0;
    const auto byte = [&](std::size_t at) {
        return std::uint64_t(static_cast<unsigned char>(text[at])) << (8 * at);
    };
    return byte(0) | byte(size / 2) | byte(size - 1);
}

/// Assigns each distinct text a dense number, 0, 1, 2 … in order of first appearance.
///
/// Texts of one byte, and the text of the row before, are found without hashing; all others through
/// XXH3 in an open-addressing table. A slot holds the first eight bytes, so that a short text can
/// be compared without another memory access.
class KeyTable {
public:
    using Id = std::uint32_t;

    KeyTable();
    /// A frozen table with the keys from another table's text() and ends().
    KeyTable(std::vector<std::size_t> ends, std::vector<char> text);

    /// The number of `key`; assigns a new one if it was not seen before.
    Id idOf(std::string_view key)
    {
        if (key.size() == 1) {
            Id& id = single_[static_cast<unsigned char>(key[0])];
            if (id != none) return id;
            id = insert(key);
            return id;
        }
        return find(key);
    }
    /// The same for many keys: memory accesses of a large table are prefetched for one key while
    /// others are looked up.
    void idsOf(std::span<const std::string_view> keys, Id* out);

    std::size_t size() const { return ends_.size(); }
    /// Valid until the next new key.
    std::string_view key(Id id) const
    {
        const std::size_t begin = id == 0 ? 0 : ends_[id - 1];
        return {text_.data() + begin, ends_[id] - begin};
    }
    /// All keys concatenated, and where each of them ends.
    std::span<const char> text() const { return text_; }
    std::span<const std::size_t> ends() const { return ends_; }
    /// Memory held, for accounting.
    std::size_t bytes() const;
    /// Frees the memory that only lookups need; no key can be looked up afterwards.
    void freeze();
    /// Forgets every key and keeps the memory.
    void clear();

private:
    static constexpr Id none = 0xffffffff;
    struct Slot {
        std::uint64_t head = 0; ///< leadingBytes
        std::uint32_t tag = 0;  ///< upper bits of the hash, and the size up to 255
        Id id = none;
    };
    /// The lookup key of a text.
    struct Probe {
        Probe() = default;
        explicit Probe(std::string_view key);
        bool matches(const Slot& slot) const { return slot.head == head && slot.tag == tag; }
        bool isWhole() const { return (tag & 0xff) <= sizeof(head); }

        std::uint64_t hash = 0;
        std::uint64_t head = 0;
        std::uint32_t tag = 0;
    };

    Id find(std::string_view key);
    Id findProbed(std::string_view key, const Probe& probe);
    void fetch(std::span<const Probe> probes) const;
    Id insert(std::string_view key);
    void place(const Probe& probe, Id id);
    void grow();

    std::array<Id, 256> single_;
    Id last_ = none;
    std::vector<Slot> slots_;
    std::size_t hashed_ = 0; ///< keys in slots_
    std::vector<std::size_t> ends_;
    std::vector<char> text_;
};

} // namespace spillway
