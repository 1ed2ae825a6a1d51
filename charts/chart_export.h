#pragma once

#include "base/error.h"

#include <QSize>
#include <QString>

#include <filesystem>
#include <string>

class QChart;

namespace spillway {

struct ChartExportOptions {
    QSize size{900, 600}; ///< in points of 1/96 inch; the same look on every screen
    int dpi = 300;
    /// In the file's metadata: what it shows, and how the figures were obtained.
    QString title;
    QString description;
};

/// Writes `chart` as PNG with its resolution stated, or as SVG with real text. The file appears
/// whole or not at all. The chart must not be displayed: it is laid out at options.size.
Result<void> exportPng(QChart& chart, const std::filesystem::path& path,
                       const ChartExportOptions& options = {});
Result<void> exportSvg(QChart& chart, const std::filesystem::path& path,
                       const ChartExportOptions& options = {});
/// One page of exactly options.size, vectors and embedded fonts.
Result<void> exportPdf(QChart& chart, const std::filesystem::path& path,
                       const ChartExportOptions& options = {});

/// In the format of the extension of `path` (.png, .svg, .pdf); InvalidArgument for any other.
Result<void> exportChart(QChart& chart, const std::filesystem::path& path,
                         const ChartExportOptions& options = {});

/// The SVG element alone, without an XML declaration: fit for an HTML page.
Result<std::string> svgElement(QChart& chart, const ChartExportOptions& options = {});

} // namespace spillway
