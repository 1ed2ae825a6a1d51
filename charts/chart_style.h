#pragma once

#include "data/dataset.h"

#include <QColor>
#include <QList>

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

/// Dash pattern by profile, tuned and default solid, naive 6-3; Parquet has a dot after each dash.
QList<qreal> dashPattern(const std::string& profile, FileFormat format = FileFormat::Csv);

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

} // namespace spillway
