#include "charts/axis_scale.h"

#include "analysis/statistics.h"

#include <QLocale>

#include <algorithm>
#include <array>
#include <cmath>

namespace spillway {
namespace {

constexpr double logPadding = 1.1; // between the data and the end of a logarithmic axis
constexpr double logSnap = 1.3;

AxisUnit unitFor(double reach, const std::vector<AxisUnit>& units)
{
    for (auto unit = units.rbegin(); unit != units.rend(); ++unit)
        if (reach >= unit->factor) return *unit;
    return units.front();
}

/// The 1-2-5 step that cuts `span` into at most `wanted` parts.
double roundStep(double span, int wanted)
{
    const double raw = span / std::max(wanted, 1);
    const double decade = std::pow(10.0, std::floor(std::log10(raw)));
    for (const double step : {1.0, 2.0, 5.0})
        if (step * decade >= raw * (1 - 1e-9)) return step * decade;
    return 10 * decade;
}

std::vector<double> thinned(const std::vector<double>& ticks, int wanted)
{
    if (static_cast<int>(ticks.size()) <= wanted) return ticks;
    std::vector<double> decades;
    for (const double tick : ticks) {
        const double exponent = std::log10(tick);
        if (std::abs(exponent - std::round(exponent)) < 1e-9) decades.push_back(tick);
    }
    if (static_cast<int>(decades.size()) < 2) return ticks;
    std::vector<double> kept;
    const auto stride = decades.size() / static_cast<std::size_t>(std::max(wanted, 2)) + 1;
    for (std::size_t i = 0; i < decades.size(); i += stride)
        kept.push_back(decades[i]);
    return kept;
}

} // namespace

double AxisScale::place(double value) const
{
    if (logarithmic) return std::log(std::max(value, low * 1e-9) / low) / std::log(high / low);
    return (value - low) / (high - low);
}

double AxisScale::clamped(double value) const
{
    return std::clamp(value, low, high);
}

AxisUnit timeUnit(double seconds)
{
    // Up to two minutes and two hours the smaller unit reads better; tables and tiles have seconds
    // below one, too.
    if (seconds < 120) return {1, "s"};
    return seconds < 7200 ? AxisUnit{60, "min"} : AxisUnit{3600, "h"};
}

AxisUnit byteUnit(double bytes)
{
    static const std::vector<AxisUnit> units{{1e3, "kB"}, {1e6, "MB"}, {1e9, "GB"}, {1e12, "TB"}};
    return unitFor(bytes / 1.2, units);
}

AxisScale linearScale(double low, double high, const AxisUnit& unit, int wanted)
{
    if (!(high > low)) high = low + unit.factor;
    const double step = roundStep((high - low) / unit.factor, wanted);
    const double first = std::floor(low / unit.factor / step + 1e-9);
    const double last = std::ceil(high / unit.factor / step - 1e-9);
    AxisScale scale{first * step * unit.factor, last * step * unit.factor, false, {}};
    for (double index = first; index <= last + 0.5; ++index)
        scale.ticks.push_back({index * step * unit.factor, shortNumber(index * step)});
    return scale;
}

AxisScale logScale(double low, double high, const AxisUnit& unit, int wanted)
{
    const double from = low / unit.factor / logPadding;
    const double to = high / unit.factor * logPadding;
    const auto ticks = logTicks(from, to);
    if (ticks.empty()) return linearScale(0, high, unit, wanted);
    // A tick just outside becomes the end of the axis.
    const auto around = logTicks(from / logSnap, to * logSnap);
    const double bottom = std::min({from, ticks.front(), around.front()});
    const double top = std::max({to, ticks.back(), around.back()});
    AxisScale scale{bottom * unit.factor, top * unit.factor, true, {}};
    for (const double tick : thinned(logTicks(bottom, top), wanted))
        scale.ticks.push_back({tick * unit.factor, shortNumber(tick)});
    return scale;
}

AxisScale powerOfTwoScale(double low, double high, const QString& suffix)
{
    AxisScale scale{low / logPadding, high * logPadding, true, {}};
    // At least one doubling, so that a single point has an axis too.
    if (scale.high < 2.2 * scale.low) scale.high = 2.2 * scale.low;
    const double first = std::ceil(std::log2(scale.low));
    const double last = std::floor(std::log2(scale.high));
    const double stride = last - first > 7 ? 2 : 1;
    for (double exponent = first; exponent <= last + 0.5; exponent += stride)
        scale.ticks.push_back({std::exp2(exponent), shortNumber(std::exp2(exponent)) + suffix});
    return scale;
}

QString amountText(double value, const AxisUnit& unit)
{
    const double shown = value / unit.factor;
    const int digits = shown < 0.0995 ? 3 : shown < 9.995 ? 2 : shown < 99.95 ? 1 : 0;
    const auto number = QString::number(shown, 'f', digits);
    return unit.name.isEmpty() ? number : number + ' ' + unit.name;
}

QString shortNumber(double value)
{
    if (std::abs(value) < 1e-12) return QStringLiteral("0");
    auto text = QString::number(value, 'f', value == std::round(value) ? 0 : 6);
    if (text.contains('.')) {
        while (text.endsWith('0'))
            text.chop(1);
        if (text.endsWith('.')) text.chop(1);
    }
    return text;
}

} // namespace spillway
