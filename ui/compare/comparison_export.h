#pragma once

#include "charts/comparison_chart.h"

#include <QString>

namespace spillway {

/// File filters of the save dialogs: "PNG image (*.png);;…".
QString chartFileFilters();
QString tableFileFilters();

/// Writes one chart as its ending says (.png, .svg, .pdf), with all that `options` show; always in
/// the light theme, whatever is on show. InvalidArgument for another ending.
Result<void> writeChart(const Comparison& comparison, ChartKind kind, const ChartOptions& options,
                        const QString& path);
/// Writes the summary as its ending says (.csv, .json, .md; .tex in the short form for paper).
Result<void> writeSummary(const Comparison& comparison, const QString& path);
/// The chart as an image of 2 pixels a point, for the clipboard.
QImage chartImage(const Comparison& comparison, ChartKind kind, const ChartOptions& options);

} // namespace spillway
