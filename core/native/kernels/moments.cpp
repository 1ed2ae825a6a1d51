#include "native/kernels/moments.h"

#include "native/kernels/compensated.h"

#include <limits>

namespace spillway {

bool Moments::constant() const
{
    constexpr double epsilon = std::numeric_limits<double>::epsilon();
    const auto n = static_cast<double>(count);
    const double rounding = n * mean * epsilon;
    return variance() <= n * epsilon * variance() + rounding * rounding;
}

Moments momentsOf(std::span<const double> values)
{
    if (values.empty()) return {};
    const auto count = static_cast<double>(values.size());
    CompensatedSum sum;
    for (const double value : values)
        sum.add(value);
    const double mean = sum.value() / count;
    CompensatedSum squares;
    CompensatedSum deviations;
    for (const double value : values) {
        squares.add((value - mean) * (value - mean));
        deviations.add(value - mean);
    }
    const double drift = deviations.value();
    return {.count = static_cast<std::int64_t>(values.size()),
            .mean = mean,
            .squares = squares.value() - drift * drift / count};
}

Moments combined(const Moments& earlier, const Moments& later)
{
    if (earlier.count == 0) return later;
    if (later.count == 0) return earlier;
    const auto a = static_cast<double>(earlier.count);
    const auto b = static_cast<double>(later.count);
    const double distance = later.mean - earlier.mean;
    return {.count = earlier.count + later.count,
            .mean = earlier.mean + distance * (b / (a + b)),
            .squares = earlier.squares + later.squares + distance * distance * (a * b / (a + b))};
}

} // namespace spillway
