#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace spillway {

/// Gives each distinct text a dense number, 0, 1, 2 … in order of first appearance.
///
/// Texts of one byte, and the text of the row before, are found without hashing; all others through
/// XXH3 in an open-addressing table of 8-byte slots.
class KeyTable {
public:
    using Id = std::uint32_t;

    KeyTable();
    /// A frozen table of the keys that text() and ends() of another one told.
    KeyTable(std::vector<std::size_t> ends, std::vector<char> text);

    /// The number of `key`, a new one when it was not seen before.
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
    /// The same for many: what a large table has to fetch from memory for one key is on its way
    /// while others are looked up.
    void idsOf(std::span<const std::string_view> keys, Id* out);

    std::size_t size() const { return ends_.size(); }
    /// Valid until the next new key.
    std::string_view key(Id id) const
    {
        const std::size_t begin = id == 0 ? 0 : ends_[id - 1];
        return {text_.data() + begin, ends_[id] - begin};
    }
    /// All keys one behind the other, and where each ends in there.
    std::span<const char> text() const { return text_; }
    std::span<const std::size_t> ends() const { return ends_; }
    /// Memory held, for accounting.
    std::size_t bytes() const;
    /// Gives back the memory that only finding needs; no key can be looked up afterwards.
    void freeze();

private:
    static constexpr Id none = 0xffffffff;
    struct Slot {
        std::uint32_t hash = 0; ///< upper half; the slot follows from the lower
        Id id = none;
    };

    Id find(std::string_view key);
    Id findHashed(std::string_view key, std::uint64_t hash);
    void fetch(std::span<const std::string_view> keys, std::uint64_t* hashes) const;
    Id insert(std::string_view key);
    void place(std::uint64_t hash, Id id);
    void grow();

    std::array<Id, 256> single_;
    Id last_ = none;
    std::vector<Slot> slots_;
    std::size_t hashed_ = 0; ///< keys in slots_
    std::vector<std::size_t> ends_;
    std::vector<char> text_;
};

} // namespace spillway
