#pragma once

#include "charts/comparison_chart.h"

#include <QString>
#include <QStringList>

namespace spillway {

/// File filters of the save dialogs: "PNG image (*.png);;…".
QString chartFileFilters();
QString tableFileFilters();

/// Writes one chart as its ending says (.png, .svg, .pdf); always in the light theme, whatever is
/// on show. InvalidArgument for another ending.
Result<void> writeChart(const Comparison& comparison, ChartKind kind, int usableCores,
                        const QString& path);
/// Writes a table as its ending says (.csv, .json, .md, .tex).
Result<void> writeTable(const Table& table, const QString& path);
/// Every chart as PNG and SVG and the summary as CSV and JSON; the files' paths.
Result<QStringList> writeComparison(const Comparison& comparison, int usableCores,
                                    const QString& directory);
/// The chart as an image of 2 pixels a point, for the clipboard.
QImage chartImage(const Comparison& comparison, ChartKind kind, int usableCores);

} // namespace spillway
