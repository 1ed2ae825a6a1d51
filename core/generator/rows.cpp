#include "generator/rows.h"

#include "generator/names.h"
#include "generator/number.h"
#include "generator/philox_inline.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace spillway {
namespace {

constexpr std::size_t maxNumberBytes = 36;   ///< ",0." and up to 33 digits of 2^−53
constexpr std::size_t maxRestBytes = 20 + 8; ///< id and category with line end
constexpr std::size_t overshoot = 64;        ///< bytes touched beyond the last row's end
constexpr std::uint64_t packedNames = 65'536;

std::uint64_t upperProduct(std::uint64_t a, std::uint64_t b)
{
    return static_cast<std::uint64_t>(decimal::Wide{a} * b >> 64);
}

} // namespace

RowMaker::RowMaker(const GeneratorSpec& spec)
    : spec_(spec),
      features_(static_cast<std::size_t>(spec.features)),
      signal_(spec),
      numerators_(features_)
{
    const auto categories = static_cast<std::uint64_t>(spec.categories);
    names_.resize(std::min(categories, packedNames));
    for (std::uint64_t category = 0; category < names_.size(); ++category)
        names_[category] = packedName(category);
}

std::size_t RowMaker::roomFor(std::int64_t count, int features)
{
    const std::size_t row = maxRestBytes + maxNumberBytes * static_cast<std::size_t>(features);
    return static_cast<std::size_t>(count) * row + overshoot;
}

char* RowMaker::write(std::int64_t first, std::int64_t count, char* out, RowTally& tally)
{
    const bool counting = !tally.counts.empty();
    while (count > 0) {
        const auto batch = std::min(static_cast<std::size_t>(count), rowBatch);
        drawBatch(first, batch);
        for (std::size_t row = 0; row < batch; ++row) {
            out = writeRow(static_cast<std::uint64_t>(first) + row, row, out);
            if (counting) this->count(row, tally);
            tally.hits += labels_[row] == best_[row] ? 1 : 0;
        }
        first += static_cast<std::int64_t>(batch);
        count -= static_cast<std::int64_t>(batch);
    }
    return out;
}

void RowMaker::drawBatch(std::int64_t first, std::size_t count)
{
    const std::array<std::uint64_t, 2> key{spec_.seed, 0};
    RowWords draws{};
    for (std::size_t row = 0; row < count; ++row) {
        const std::uint64_t id = static_cast<std::uint64_t>(first) + row;
        for (std::size_t word = 0; word <= features_; word += 4) {
            const auto block = philoxBlock({id, word / 4, 0, 0}, key);
            const std::size_t here = std::min<std::size_t>(features_ - word, 4);
            for (std::size_t i = 0; i < here; ++i)
                numerators_[word + i][row] = block[i] >> 11;
            if (here < 4) draws[row] = block[here];
        }
    }
    if (spec_.signal > 0) {
        signal_.draw(numerators_, draws, labels_, best_);
        return;
    }
    const auto categories = static_cast<std::uint64_t>(spec_.categories);
    for (std::size_t row = 0; row < count; ++row)
        labels_[row] = upperProduct(draws[row], categories);
}

char* RowMaker::writeRow(std::uint64_t id, std::size_t row, char* out)
{
    out = writeId(id, out);
    for (const RowWords& numerators : numerators_) {
        *out = ',';
        out = decimal::writeFraction(out + 1, numerators[row]);
    }
    return writeCategory(labels_[row], out);
}

char* RowMaker::writeId(std::uint64_t id, char* out)
{
    if (id < 10'000) return std::to_chars(out, out + 4, id).ptr;
    const std::uint64_t upper = id / 10'000;
    if (upper != idPrefixOf_) {
        idPrefixOf_ = upper;
        const auto end =
            std::to_chars(idPrefix_.data(), idPrefix_.data() + idPrefix_.size(), upper);
        idPrefixLength_ = static_cast<std::size_t>(end.ptr - idPrefix_.data());
    }
    std::memcpy(out, idPrefix_.data(), 16);
    const std::uint64_t digits =
        decimal::eightDigitBytes(static_cast<std::uint32_t>(id % 10'000)) | 0x3030303030303030;
    const auto lower = static_cast<std::uint32_t>(digits >> 32);
    std::memcpy(out + idPrefixLength_, &lower, sizeof lower);
    return out + idPrefixLength_ + 4;
}

char* RowMaker::writeCategory(std::uint64_t category, char* out) const
{
    const std::uint64_t name = category < names_.size() ? names_[category] : packedName(category);
    std::memcpy(out, &name, sizeof name);
    return out + (name >> 56);
}

void RowMaker::count(std::size_t row, RowTally& tally) const
{
    const std::size_t category = labels_[row];
    ++tally.counts[category];
    ExactSum* const sums = tally.sums.data() + category * features_;
    for (std::size_t feature = 0; feature < features_; ++feature)
        sums[feature].add(numerators_[feature][row]);
}

std::uint64_t RowMaker::packedName(std::uint64_t category)
{
    std::uint64_t name = '\n';
    std::uint64_t length = 1;
    for (std::uint64_t rest = category + 1; rest > 0; rest /= 26) {
        --rest;
        name = name << 8 | ('A' + rest % 26);
        ++length;
    }
    name = name << 8 | ',';
    return name | (length + 1) << 56;
}

} // namespace spillway
