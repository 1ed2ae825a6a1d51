#include "workloads/logreg/native/moments.h"

#include "native/kernels/compensated.h"

#include <algorithm>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "workloads/logreg/native/moments.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace spillway::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Doubles = hn::ScalableTag<double>;
using Vec = hn::Vec<Doubles>;

/// A CompensatedSum in each lane.
class LaneSums {
public:
    LaneSums() : sum_(hn::Zero(Doubles())), error_(hn::Zero(Doubles())) {}

    HWY_INLINE void add(Vec value)
    {
        const Vec next = hn::Add(sum_, value);
        const Vec added = hn::Sub(next, sum_);
        const Vec lost = hn::Add(hn::Sub(sum_, hn::Sub(next, added)), hn::Sub(value, added));
        error_ = hn::Add(error_, lost);
        sum_ = next;
    }
    double value() const
    {
        const Doubles tag;
        HWY_ALIGN double sums[HWY_MAX_BYTES / sizeof(double)];
        HWY_ALIGN double errors[HWY_MAX_BYTES / sizeof(double)];
        hn::Store(sum_, tag, sums);
        hn::Store(error_, tag, errors);
        CompensatedSum total;
        for (std::size_t lane = 0; lane < hn::Lanes(tag); ++lane)
            total.add(CompensatedSum{sums[lane], errors[lane]});
        return total.value();
    }

private:
    Vec sum_;
    Vec error_;
};

/// Calls visit(some values, which of the lanes hold one).
template <class Visit>
HWY_INLINE void eachVector(std::span<const double> values, const Visit& visit)
{
    const Doubles tag;
    std::size_t i = 0;
    for (; i + hn::Lanes(tag) <= values.size(); i += hn::Lanes(tag))
        visit(hn::LoadU(tag, values.data() + i), hn::FirstN(tag, hn::Lanes(tag)));
    if (i == values.size()) return;
    HWY_ALIGN double last[HWY_MAX_BYTES / sizeof(double)] = {};
    std::copy(values.begin() + static_cast<std::ptrdiff_t>(i), values.end(), last);
    visit(hn::Load(tag, last), hn::FirstN(tag, values.size() - i));
}

} // namespace

Moments momentsOf(std::span<const double> values)
{
    const Doubles tag;
    const auto count = static_cast<double>(values.size());
    LaneSums sum;
    eachVector(values, [&](Vec some, auto) HWY_ATTR { sum.add(some); });
    const double mean = sum.value() / count;
    LaneSums deviations;
    LaneSums squares;
    eachVector(values, [&](Vec some, auto lanes) HWY_ATTR {
        const Vec deviation = hn::IfThenElseZero(lanes, hn::Sub(some, hn::Set(tag, mean)));
        deviations.add(deviation);
        squares.add(hn::Mul(deviation, deviation));
    });
    const double drift = deviations.value();
    return {.count = static_cast<std::int64_t>(values.size()),
            .mean = mean,
            .squares = squares.value() - drift * drift / count};
}

} // namespace spillway::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spillway {

HWY_EXPORT(momentsOf);

bool Moments::constant() const
{
    constexpr double epsilon = std::numeric_limits<double>::epsilon();
    const auto n = static_cast<double>(count);
    const double rounding = n * mean * epsilon;
    return variance() <= n * epsilon * variance() + rounding * rounding;
}

Moments momentsOf(std::span<const double> values)
{
    return values.empty() ? Moments() : HWY_DYNAMIC_DISPATCH(momentsOf)(values);
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
#endif // HWY_ONCE
