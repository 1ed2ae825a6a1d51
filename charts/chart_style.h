#pragma once

#include <QColor>
#include <QString>

#include <string>

namespace spillway {

enum class Marker {
    Circle,
    Square,
    TriangleUp,
    TriangleDown,
    Diamond,
    Pentagon,
    Star,
    Hexagon,
    Plus,
    Tripod
};

/// How one engine looks on every chart, tested for contrast and for protan, deutan and tritan
/// vision.
struct EngineStyle {
    QColor light; ///< on the light theme
    QColor dark;
    Marker marker = Marker::Circle;
    QString title; ///< "Dask", "Chunked"
};
EngineStyle engineStyle(const std::string& engineId);
/// Dash pattern by profile: tuned and default solid, naive 6-3.
QList<qreal> dashPattern(const std::string& profile);

/// Colours of a chart's paper, ink and grid.
struct ChartTheme {
    bool dark = false;
    QColor background;
    QColor text;
    QColor mutedText;
    QColor grid;
    QColor limit; ///< memory limit line
    static ChartTheme light();
    static ChartTheme darkTheme();
};

/// "dask · tuned, 4 workers" for legends and tables.
QString lineTitle(const std::string& engine, const std::string& profile);

} // namespace spillway
