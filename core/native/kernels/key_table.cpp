#include "native/kernels/key_table.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace spillway {
namespace {

constexpr std::size_t firstSlots = 64;
/// 128 KB: a table up to here stays in the second-level cache, and waiting is short.
constexpr std::size_t slotsInCache = std::size_t(1) << 14;
/// Keys whose cache lines are fetched together.
constexpr std::size_t atOnce = 32;

std::uint64_t hashOf(std::string_view key)
{
    return XXH3_64bits(key.data(), key.size());
}

} // namespace

KeyTable::KeyTable()
{
    single_.fill(none);
}

KeyTable::KeyTable(std::vector<std::size_t> ends, std::vector<char> text) : KeyTable()
{
    ends_ = std::move(ends);
    text_ = std::move(text);
}

KeyTable::Id KeyTable::find(std::string_view key)
{
    if (last_ != none && this->key(last_) == key) return last_;
    return findHashed(key, hashOf(key));
}

KeyTable::Id KeyTable::findHashed(std::string_view key, std::uint64_t hash)
{
    if (hashed_ * 2 >= slots_.size()) grow();
    const auto upper = static_cast<std::uint32_t>(hash >> 32);
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = hash & mask; slots_[at].id != none; at = (at + 1) & mask)
        if (slots_[at].hash == upper && this->key(slots_[at].id) == key)
            return last_ = slots_[at].id;
    last_ = insert(key);
    place(hash, last_);
    ++hashed_;
    return last_;
}

void KeyTable::idsOf(std::span<const std::string_view> keys, Id* out)
{
    std::array<std::uint64_t, atOnce> hashes{};
    for (std::size_t begin = 0; begin < keys.size(); begin += atOnce) {
        const auto some = keys.subspan(begin, std::min(atOnce, keys.size() - begin));
        const bool large = slots_.size() > slotsInCache;
        if (large) fetch(some, hashes.data());
        for (std::size_t i = 0; i < some.size(); ++i)
            out[begin + i] =
                large && some[i].size() != 1 ? findHashed(some[i], hashes[i]) : idOf(some[i]);
    }
}

/// Slot, end and text of each key lie in lines of their own, and each tells where the next is.
void KeyTable::fetch(std::span<const std::string_view> keys, std::uint64_t* hashes) const
{
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        hashes[i] = hashOf(keys[i]);
        __builtin_prefetch(&slots_[hashes[i] & mask]);
    }
    const auto likely = [&](std::size_t i) {
        const Slot& slot = slots_[hashes[i] & mask];
        return slot.hash == static_cast<std::uint32_t>(hashes[i] >> 32) ? slot.id : none;
    };
    for (std::size_t i = 0; i < keys.size(); ++i)
        if (const Id id = likely(i); id != none) __builtin_prefetch(&ends_[id]);
    for (std::size_t i = 0; i < keys.size(); ++i)
        if (const Id id = likely(i); id != none) __builtin_prefetch(key(id).data());
}

KeyTable::Id KeyTable::insert(std::string_view key)
{
    const auto id = static_cast<Id>(ends_.size());
    text_.insert(text_.end(), key.begin(), key.end());
    ends_.push_back(text_.size());
    return id;
}

void KeyTable::place(std::uint64_t hash, Id id)
{
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash & mask;
    while (slots_[at].id != none)
        at = (at + 1) & mask;
    slots_[at] = {.hash = static_cast<std::uint32_t>(hash >> 32), .id = id};
}

void KeyTable::grow()
{
    slots_.assign(slots_.empty() ? firstSlots : slots_.size() * 4, Slot{});
    for (Id id = 0; id < ends_.size(); ++id)
        if (const auto text = key(id); text.size() != 1) place(hashOf(text), id);
}

std::size_t KeyTable::bytes() const
{
    return slots_.capacity() * sizeof(Slot) + ends_.capacity() * sizeof(std::size_t) +
           text_.capacity() + sizeof(*this);
}

void KeyTable::freeze()
{
    slots_ = {};
    ends_.shrink_to_fit();
    text_.shrink_to_fit();
}

} // namespace spillway
