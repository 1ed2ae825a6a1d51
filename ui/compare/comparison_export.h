#pragma once

#include "charts/comparison_chart.h"

#include <QString>

namespace spillway {

/// File filters of the save dialogs: "PNG image (*.png);;…".
QString chartFileFilters();
QString tableFileFilters();

/// Writes one chart in the format of the file's extension (.png, .svg, .pdf), with everything that
/// `options` show, always in the light theme. InvalidArgument for any other extension.
Result<void> writeChart(const Comparison& comparison, ChartKind kind, const ChartOptions& options,
                        const QString& path);
/// Writes a table in the format of the file's extension (.csv, .json, .md, .tex).
Result<void> writeTable(const Table& table, const QString& methods, const QString& path);
/// Writes the summary in the format of the file's extension (.csv, .json, .md; .tex in the short
/// form for print).
Result<void> writeSummary(const Comparison& comparison, const QString& methods,
                          const QString& path);
/// The chart as an image with 2 pixels per point, for the clipboard.
QImage chartImage(const Comparison& comparison, ChartKind kind, const ChartOptions& options);

} // namespace spillway
