#pragma once

#include "charts/comparison_chart.h"

#include <QString>
#include <QStringList>

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
/// Every chart as PNG and SVG and the summary as CSV and JSON; the files' paths.
Result<QStringList> writeComparison(const Comparison& comparison, const ChartOptions& options,
                                    const QString& directory);
/// The chart as an image of 2 pixels a point, for the clipboard.
QImage chartImage(const Comparison& comparison, ChartKind kind, const ChartOptions& options);

} // namespace spillway
