#include "charts/chart_style.h"

#include "analysis/engine_names.h"

#include <array>

namespace spillway {
namespace {

struct KnownEngine {
    const char* id;
    QRgb light;
    QRgb dark;
    Marker marker;
};

constexpr std::array<KnownEngine, 8> knownEngines{
    {{"dask", 0xFF92573D, 0xFF9A6334, Marker::Circle},
     {"chunked", 0xFF5C2F00, 0xFFFA9900, Marker::Square},
     {"ray", 0xFF2B8BFD, 0xFF0075FF, Marker::TriangleUp},
     {"objectstore", 0xFF002B73, 0xFFB0E7FF, Marker::TriangleDown},
     {"polars", 0xFFF303A6, 0xFFE225A6, Marker::Diamond},
     {"duckdb", 0xFFA19402, 0xFFFFE752, Marker::Pentagon},
     {"pandas", 0xFF141414, 0xFFB1B1B1, Marker::Star},
     {"pyspark", 0xFF12A488, 0xFF70FFF5, Marker::Hexagon}}};

} // namespace

EngineStyle engineStyle(const std::string& engineId)
{
    const auto title = QString::fromStdString(engineTitle(engineId));
    for (const auto& known : knownEngines)
        if (engineId == known.id)
            return {QColor(known.light), QColor(known.dark), known.marker, title};
    return {QColor(0x5B, 0x03, 0x81), QColor(0x8A, 0x2E, 0xFF), Marker::Circle, title};
}

QList<qreal> dashPattern(const std::string& profile)
{
    if (profile == "naive") return {6, 3};
    if (profile == "published") return {1, 3};
    if (profile == "recomputed") return {8, 3, 1, 3};
    return {};
}

ChartTheme ChartTheme::light()
{
    return {.dark = false,
            .background = QColor(0xFF, 0xFF, 0xFF),
            .text = QColor(0x1B, 0x1D, 0x20),
            .mutedText = QColor(0x5A, 0x5F, 0x66),
            .grid = QColor(0xE4, 0xE6, 0xE9),
            .limit = QColor(0xB0, 0x00, 0x20)};
}

ChartTheme ChartTheme::darkTheme()
{
    return {.dark = true,
            .background = QColor(0x1E, 0x20, 0x23),
            .text = QColor(0xEC, 0xEE, 0xF0),
            .mutedText = QColor(0xA4, 0xAA, 0xB2),
            .grid = QColor(0x36, 0x39, 0x3E),
            .limit = QColor(0xFF, 0x6B, 0x7A)};
}

QString lineTitle(const std::string& engine, const std::string& profile)
{
    return QString::fromStdString(lineName(engine, profile));
}

} // namespace spillway
