#include "charts/engine_styles.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace spillway {
namespace {

struct Pair {
    QRgb light;
    QRgb dark;
};

struct KnownEngine {
    const char* id;
    Pair colours;
    Marker marker;
};

constexpr std::array<KnownEngine, 9> knownEngines{
    {{"dask", {0xFF92573D, 0xFF9A6334}, Marker::Circle},
     {"chunked", {0xFF5C2F00, 0xFFFA9900}, Marker::Square},
     {"ray", {0xFF2B8BFD, 0xFF0075FF}, Marker::TriangleUp},
     {"objectstore", {0xFF002B73, 0xFFB0E7FF}, Marker::TriangleDown},
     {"polars", {0xFFF303A6, 0xFFE225A6}, Marker::Diamond},
     {"duckdb", {0xFFA19402, 0xFFFFE752}, Marker::Pentagon},
     {"pandas", {0xFF141414, 0xFFB1B1B1}, Marker::Star},
     {"pyspark", {0xFF12A488, 0xFF70FFF5}, Marker::Hexagon},
     {"modin", {0xFF5B0381, 0xFF8A2EFF}, Marker::Circle}}};

/// For other engines, found by computing: each as far as can be from all before it and from those
/// above, as seen with and without a colour-vision deficiency, and of a contrast of 3 at least.
constexpr std::array<Pair, 16> furtherColours{{{0xFF371EC2, 0xFF35B2FC},
                                               {0xFF624A72, 0xFF726779},
                                               {0xFF6D42E5, 0xFF926BCF},
                                               {0xFF3C1E3F, 0xFFB88BAC},
                                               {0xFF8078C1, 0xFFB4BEEF},
                                               {0xFF337976, 0xFF23E48B},
                                               {0xFF3D4F44, 0xFF64A163},
                                               {0xFF8B7617, 0xFF978228},
                                               {0xFF912A9B, 0xFFD585DD},
                                               {0xFF072A08, 0xFFD7F2C2},
                                               {0xFFC9765F, 0xFFE1C7C4},
                                               {0xFF46375F, 0xFF75719F},
                                               {0xFFF45E96, 0xFFFB605F},
                                               {0xFFBA4A74, 0xFFD70372},
                                               {0xFF853F13, 0xFFFCC447},
                                               {0xFF9C4CC6, 0xFFA33BD6}}};

constexpr std::array<Marker, 8> markers{Marker::Diamond,    Marker::Square,      Marker::Hexagon,
                                        Marker::TriangleUp, Marker::Star,        Marker::Circle,
                                        Marker::Pentagon,   Marker::TriangleDown};

constexpr double leastContrast = 3;
/// Colours closer than this look the same when they are not side by side.
constexpr double leastDistance = 0.06;

double linear(double channel)
{
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

std::array<double, 3> oklab(const QColor& colour)
{
    const double r = linear(colour.redF());
    const double g = linear(colour.greenF());
    const double b = linear(colour.blueF());
    const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

double luminance(const QColor& colour)
{
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) +
           0.0722 * linear(colour.blueF());
}

/// Mixed with `towards`, black or white, until it can be seen on `paper`.
QColor seenOn(const QColor& paper, const QColor& colour, const QColor& towards)
{
    for (int percent = 0;; percent += 5) {
        const auto mixed = [&](int own, int other) {
            return (own * (100 - percent) + other * percent) / 100;
        };
        const QColor seen(mixed(colour.red(), towards.red()),
                          mixed(colour.green(), towards.green()),
                          mixed(colour.blue(), towards.blue()));
        if (percent >= 100 || contrastRatio(seen, paper) >= leastContrast) return seen;
    }
}

EngineStyle seenOnBoth(const QColor& colour, Marker marker)
{
    return {seenOn(ChartTheme::light().background, colour, Qt::black),
            seenOn(ChartTheme::darkTheme().background, colour, Qt::white), marker};
}

/// FNV-1a: the same on every machine, as std::hash need not be.
std::uint32_t hashOf(const std::string& text)
{
    std::uint32_t hash = 2166136261U;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    return hash;
}

/// The `attempt`th colour that an id leads to: first those above, then any.
EngineStyle candidate(std::uint32_t hash, std::uint32_t attempt)
{
    const Marker marker = markers[(hash + attempt) % markers.size()];
    if (attempt < furtherColours.size()) {
        const auto& colours = furtherColours[(hash + attempt) % furtherColours.size()];
        return {QColor(colours.light), QColor(colours.dark), marker};
    }
    const auto hue = static_cast<int>((hash % 360 + std::uint64_t(attempt) * 137) % 360);
    const auto saturation = static_cast<int>(80 + attempt * 53 % 176);
    const auto lightness = static_cast<int>(40 + attempt * 31 % 176);
    return seenOnBoth(QColor::fromHsl(hue, saturation, lightness), marker);
}

} // namespace

double colourDistance(const QColor& a, const QColor& b)
{
    const auto one = oklab(a);
    const auto other = oklab(b);
    return std::hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);
}

double contrastRatio(const QColor& a, const QColor& b)
{
    const auto [darker, lighter] = std::minmax({luminance(a), luminance(b)});
    return (lighter + 0.05) / (darker + 0.05);
}

EngineStyles::EngineStyles(const EngineCatalogue& engines)
{
    for (const auto& known : knownEngines)
        styles_[known.id] = {QColor(known.colours.light), QColor(known.colours.dark), known.marker};
    auto others = engines.engines();
    std::erase_if(others, [this](const auto& engine) { return styles_.contains(engine.id); });
    // By id, so that the order in which they were found does not matter.
    std::ranges::sort(others, {}, &EngineFacts::id);
    for (const auto& engine : others) {
        const QColor wanted(QString::fromStdString(engine.colour));
        if (!wanted.isValid()) continue;
        const auto style = seenOnBoth(wanted, markers[hashOf(engine.id) % markers.size()]);
        if (isFree(style, leastDistance)) styles_[engine.id] = style;
    }
    for (const auto& engine : others)
        if (!styles_.contains(engine.id)) styles_[engine.id] = nextFree(engine.id);
}

bool EngineStyles::isFree(const EngineStyle& style, double distance) const
{
    return std::ranges::none_of(styles_, [&](const auto& taken) {
        return colourDistance(style.light, taken.second.light) < distance ||
               colourDistance(style.dark, taken.second.dark) < distance;
    });
}

EngineStyle EngineStyles::nextFree(const std::string& engineId) const
{
    constexpr std::uint32_t attempts = 512;
    const auto hash = hashOf(engineId);
    // With more engines colours have to be closer to each other.
    for (double distance = leastDistance;; distance /= 2)
        for (std::uint32_t attempt = 0; attempt < attempts; ++attempt)
            if (const auto style = candidate(hash, attempt); isFree(style, distance)) return style;
}

EngineStyle EngineStyles::of(const std::string& engineId) const
{
    const auto found = styles_.find(engineId);
    return found == styles_.end() ? nextFree(engineId) : found->second;
}

} // namespace spillway
