#pragma once

#include "base/error.h"

#include <QSize>

#include <filesystem>

class QChart;

namespace spillway {

struct ChartExportOptions {
    QSize size{900, 600}; ///< in points of 1/96 inch; the same look on every screen
    int dpi = 300;
};

/// Writes `chart` as PNG with its resolution stated, or as SVG with real text. The file appears
/// whole or not at all. The chart must not be on show: it is laid out at options.size.
Result<void> exportPng(QChart& chart, const std::filesystem::path& path,
                       const ChartExportOptions& options = {});
Result<void> exportSvg(QChart& chart, const std::filesystem::path& path,
                       const ChartExportOptions& options = {});

} // namespace spillway
