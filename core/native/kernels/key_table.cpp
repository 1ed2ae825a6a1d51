#include "native/kernels/key_table.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace spillway {
namespace {

constexpr std::size_t firstSlots = 64;
/// 256 KB: a table up to here stays in the second-level cache, and waiting is short.
constexpr std::size_t slotsInCache = std::size_t(1) << 14;
/// Keys whose cache lines are fetched together.
constexpr std::size_t atOnce = 32;

} // namespace

KeyTable::Probe::Probe(std::string_view key)
    : hash(XXH3_64bits(key.data(), key.size())),
      head(leadingBytes(key)),
      tag(static_cast<std::uint32_t>(hash >> 32 & 0xffffff00) |
          static_cast<std::uint32_t>(std::min<std::size_t>(key.size(), 255)))
{
}

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
    return findProbed(key, Probe(key));
}

KeyTable::Id KeyTable::findProbed(std::string_view key, const Probe& probe)
{
    if (hashed_ * 2 >= slots_.size()) grow();
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = probe.hash & mask; slots_[at].id != none; at = (at + 1) & mask) {
        const Slot& slot = slots_[at];
        if (probe.matches(slot) && (probe.isWhole() || this->key(slot.id) == key))
            return last_ = slot.id;
    }
    last_ = insert(key);
    place(probe, last_);
    ++hashed_;
    return last_;
}

void KeyTable::idsOf(std::span<const std::string_view> keys, Id* out)
{
    for (std::size_t begin = 0; begin < keys.size(); begin += atOnce) {
        const auto some = keys.subspan(begin, std::min(atOnce, keys.size() - begin));
        if (slots_.size() <= slotsInCache) {
            std::transform(some.begin(), some.end(), out + begin,
                           [this](std::string_view key) { return idOf(key); });
            continue;
        }
        std::array<Probe, atOnce> probes;
        std::transform(some.begin(), some.end(), probes.begin(),
                       [](std::string_view key) { return Probe(key); });
        fetch(std::span(probes).first(some.size()));
        for (std::size_t i = 0; i < some.size(); ++i)
            out[begin + i] = some[i].size() == 1 ? idOf(some[i]) : findProbed(some[i], probes[i]);
    }
}

/// Slot, end and text of a key too long for its slot lie in lines of their own, and each tells
/// where the next is.
void KeyTable::fetch(std::span<const Probe> probes) const
{
    const std::size_t mask = slots_.size() - 1;
    for (const Probe& probe : probes)
        __builtin_prefetch(&slots_[probe.hash & mask]);
    const auto likely = [&](const Probe& probe) {
        const Slot& slot = slots_[probe.hash & mask];
        return !probe.isWhole() && probe.matches(slot) ? slot.id : none;
    };
    for (const Probe& probe : probes)
        if (const Id id = likely(probe); id != none) __builtin_prefetch(&ends_[id]);
    for (const Probe& probe : probes)
        if (const Id id = likely(probe); id != none) __builtin_prefetch(key(id).data());
}

KeyTable::Id KeyTable::insert(std::string_view key)
{
    const auto id = static_cast<Id>(ends_.size());
    text_.insert(text_.end(), key.begin(), key.end());
    ends_.push_back(text_.size());
    return id;
}

void KeyTable::place(const Probe& probe, Id id)
{
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = probe.hash & mask;
    while (slots_[at].id != none)
        at = (at + 1) & mask;
    slots_[at] = {.head = probe.head, .tag = probe.tag, .id = id};
}

/// In large steps while that costs little memory.
void KeyTable::grow()
{
    const std::size_t step = slots_.size() <= slotsInCache ? 4 : 2;
    slots_.assign(slots_.empty() ? firstSlots : slots_.size() * step, Slot{});
    for (Id id = 0; id < ends_.size(); ++id)
        if (const auto text = key(id); text.size() != 1) place(Probe(text), id);
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

void KeyTable::clear()
{
    single_.fill(none);
    last_ = none;
    std::fill(slots_.begin(), slots_.end(), Slot{});
    hashed_ = 0;
    ends_.clear();
    text_.clear();
}

} // namespace spillway
