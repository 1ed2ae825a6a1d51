#include "charts/chart_style.h"

namespace spillway {

QList<qreal> dashPattern(const std::string& profile, FileFormat format)
{
    if (format == FileFormat::Parquet) return {profile == "naive" ? 6.0 : 12.0, 3, 1, 3};
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

} // namespace spillway
