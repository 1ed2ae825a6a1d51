#include "ui/compare/comparison_export.h"

#include "analysis/document_tables.h"
#include "analysis/short_table.h"
#include "base/files.h"
#include "charts/chart_export.h"
#include "work/text.h"

#include <QChart>
#include <QCoreApplication>
#include <QFileInfo>
#include <QGraphicsScene>
#include <QImage>
#include <QPainter>

#include <memory>

namespace spillway {
namespace {

struct ExportText {
    Q_DECLARE_TR_FUNCTIONS(ComparisonExport)
};

std::unique_ptr<QChart> drawn(const Comparison& comparison, ChartKind kind, ChartOptions options)
{
    options.theme = ChartTheme::light();
    return std::unique_ptr<QChart>(makeComparisonChart(comparison, kind, options));
}

} // namespace

QString chartFileFilters()
{
    return ExportText::tr("PNG image, 300 dpi (*.png);;SVG drawing (*.svg);;PDF page (*.pdf)");
}

QString tableFileFilters()
{
    return ExportText::tr("CSV (*.csv);;JSON (*.json);;Markdown (*.md);;LaTeX (*.tex)");
}

Result<void> writeChart(const Comparison& comparison, ChartKind kind, const ChartOptions& options,
                        const QString& path)
{
    const auto chart = drawn(comparison, kind, options);
    return exportChart(*chart, pathOf(path),
                       {.title = chartFileTitle(comparison, kind), .description = options.methods});
}

Result<void> writeSummary(const Comparison& comparison, const QString& methods, const QString& path)
{
    const bool printed = QFileInfo(path).suffix().toLower() == QLatin1String("tex");
    return writeTable(printed ? shortTable(comparison) : summaryTable(comparison), methods, path);
}

Result<void> writeTable(const Table& table, const QString& methods, const QString& path)
{
    const auto content = tableFile(table, utf8(QFileInfo(path).suffix().toLower()), utf8(methods));
    if (content) return writeFileAtomically(pathOf(path), *content);
    return invalidArgument(utf8(ExportText::tr("\"%1\" has no known file extension.").arg(path)),
                           utf8(ExportText::tr("Use one of .csv, .json, .md, .tex.")));
}

QImage chartImage(const Comparison& comparison, ChartKind kind, const ChartOptions& options)
{
    const QSize size(900, 600);
    QGraphicsScene scene;
    QChart* chart = drawn(comparison, kind, options).release();
    scene.addItem(chart);
    chart->resize(size);
    QImage image(size * 2, QImage::Format_RGB32);
    image.fill(chart->backgroundBrush().color());
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    scene.render(&painter, QRectF(QPointF(), image.size()), chart->geometry());
    return image;
}

} // namespace spillway
