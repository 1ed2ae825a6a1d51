#pragma once

#include <QString>

#include <functional>
#include <vector>

namespace spillway {

struct AxisTick {
    double value = 0;
    QString label;
};

/// One axis of a plot: its range, its ticks and the mapping of a value to a position between 0 and
/// 1. Ticks lie within the range. Qt Charts' own logarithmic axis has no ticks between 20 and 80
/// and hides a series with a value of 0, so ticks are computed here and values are clamped to the
/// range.
struct AxisScale {
    double low = 0;
    double high = 1;
    bool logarithmic = false;
    std::vector<AxisTick> ticks;

    /// 0 at the low end, 1 at the high end; extrapolated outside the range.
    double place(double value) const;
    /// `value`, or the nearest end of the range.
    double clamped(double value) const;
};

/// The unit of one axis: chosen by magnitude, the same for all its ticks.
struct AxisUnit {
    double factor = 1; ///< base units (seconds, bytes, 1) per unit
    QString name;      ///< "s", "min", "MB"; empty for a pure number
};

/// Chooses the unit of an axis that reaches a value.
using UnitFor = std::function<AxisUnit(double)>;

/// s, min or h for an axis that reaches `seconds`.
AxisUnit timeUnit(double seconds);
/// kB, MB, GB or TB (decimal) for an axis that reaches `bytes`.
AxisUnit byteUnit(double bytes);

/// "6.20 s", "45.1 MB", "350": a number of base units in `unit`.
QString amountText(double value, const AxisUnit& unit);

/// Linear from `low` to at least `high` with about `wanted` round steps of 1, 2 or 5.
AxisScale linearScale(double low, double high, const AxisUnit& unit, int wanted = 5);
/// Logarithmic over [low, high] with ticks 1-2-5, thinned to about `wanted`.
AxisScale logScale(double low, double high, const AxisUnit& unit, int wanted = 12);
/// Logarithmic with ticks at powers of two and `suffix` behind each ("×").
AxisScale powerOfTwoScale(double low, double high, const QString& suffix);

/// "0.5", "20", "1500": without trailing zeros.
QString shortNumber(double value);

} // namespace spillway
