#include "generator/size.h"

#include "generator/names.h"
#include "generator/rows.h"

#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

/// Digits in the ids 0 … rows − 1 together.
double idDigits(double rows)
{
    double digits = std::min(rows, 10.0);
    double length = 2;
    for (double from = 10; from < rows; from *= 10, ++length)
        digits += length * (std::min(rows, 10 * from) - from);
    return digits;
}

/// The length of a file as a function of its rows, from a sample.
class FileLength {
public:
    explicit FileLength(const GeneratorSpec& spec)
    {
        // About 2^16 numbers: their lengths differ by one digit or so, hence 0.02 % of the mean.
        const std::int64_t rows = std::clamp<std::int64_t>(65'536 / (spec.features + 1), 64, 8192);
        RowMaker maker(spec);
        RowTally unused;
        std::vector<char> buffer(RowMaker::roomFor(1, spec.features));
        ends_.push_back(static_cast<Bytes>(headerRow(spec.features).size()));
        for (std::int64_t row = 0; row < rows; ++row) {
            const char* end = maker.write(row, 1, buffer.data(), unused);
            ends_.push_back(ends_.back() + (end - buffer.data()));
        }
        const auto count = static_cast<double>(rows);
        beyondId_ = (static_cast<double>(ends_.back() - ends_.front()) - idDigits(count)) / count;
    }

    double bytes(std::int64_t rows) const
    {
        const auto sampled = static_cast<std::int64_t>(ends_.size()) - 1;
        if (rows <= sampled) return static_cast<double>(ends_[static_cast<std::size_t>(rows)]);
        const auto all = static_cast<double>(rows);
        const auto known = static_cast<double>(sampled);
        return static_cast<double>(ends_.back()) + idDigits(all) - idDigits(known) +
               (all - known) * beyondId_;
    }

    /// The number of rows, at least 1, whose file is nearest to `target` bytes.
    std::int64_t rowsFor(double target) const
    {
        std::int64_t low = 1; // bytes(low) ≤ target, or the least there is
        auto high = static_cast<std::int64_t>(target / beyondId_) + 2;
        while (high - low > 1) {
            const std::int64_t middle = low + (high - low) / 2;
            (bytes(middle) <= target ? low : high) = middle;
        }
        return target - bytes(low) <= bytes(high) - target ? low : high;
    }

private:
    std::vector<Bytes> ends_; ///< of the file with the first i rows
    double beyondId_ = 0;     ///< mean length of a row without its id
};

double physicalMemory()
{
    return static_cast<double>(::sysconf(_SC_PHYS_PAGES)) *
           static_cast<double>(::sysconf(_SC_PAGESIZE));
}

Error unreachable(double target, double rowBytes)
{
    return invalidArgument(
        fmt::format("A file of {} cannot be made of whole rows of {} to within 1 %.",
                    formatBytes(static_cast<Bytes>(target)),
                    formatBytes(static_cast<Bytes>(rowBytes))),
        "Ask for a larger size, or for a number of rows.");
}

} // namespace

Result<GeneratedSize> generatedSize(const GeneratorSpec& spec)
{
    if (auto valid = spec.validate(); !valid) return valid.error();
    const FileLength length(spec);
    if (spec.rows)
        return GeneratedSize{.rows = *spec.rows, .bytes = std::llround(length.bytes(*spec.rows))};
    const double target =
        spec.bytes ? static_cast<double>(*spec.bytes) : *spec.ramFactor * physicalMemory();
    const std::int64_t rows = length.rowsFor(target);
    const double bytes = length.bytes(rows);
    if (std::abs(bytes - target) > 0.01 * target) return unreachable(target, length.bytes(1));
    if (rows < spec.split)
        return invalidArgument(
            fmt::format("{} rows cannot be split into {} files.", rows, spec.split));
    return GeneratedSize{.rows = rows, .bytes = std::llround(bytes)};
}

Bytes bytesBeside(const GeneratorSpec& spec, const GeneratedSize& size)
{
    constexpr Bytes plain = 4096;
    constexpr Bytes numberBytes = 26; // of JSON
    constexpr Bytes groupBytes = 48;
    const Bytes header = static_cast<Bytes>(headerRow(spec.features).size());
    const Bytes numbers = spec.categories * spec.features * numberBytes;
    Bytes manifest = plain + 2 * header;
    if (keepsGroups(spec)) manifest += spec.categories * groupBytes + numbers;
    if (spec.signal > 0) manifest += numbers;
    if (spec.split < 2) return manifest;
    return manifest + size.bytes + spec.split * (header + 2 * plain);
}

} // namespace spillway
