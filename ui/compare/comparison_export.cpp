#include "ui/compare/comparison_export.h"

#include "analysis/document_tables.h"
#include "analysis/short_table.h"
#include "base/files.h"
#include "charts/chart_export.h"
#include "ui/work/text.h"

#include <QChart>
#include <QCoreApplication>
#include <QFileInfo>
#include <QGraphicsScene>
#include <QImage>
#include <QPainter>

#include <memory>

namespace spillway {
namespace {

QString tr(const char* source)
{
    return QCoreApplication::translate("ComparisonExport", source);
}

std::unique_ptr<QChart> drawn(const Comparison& comparison, ChartKind kind, ChartOptions options)
{
    options.theme = ChartTheme::light();
    return std::unique_ptr<QChart>(makeComparisonChart(comparison, kind, options));
}

Error unknownEnding(const QString& path, const QString& allowed)
{
    return {.code = ErrorCode::InvalidArgument,
            .message = utf8(tr("\"%1\" has no ending that can be written.").arg(path)),
            .remedy = utf8(tr("Use one of %1.").arg(allowed))};
}

} // namespace

QString chartFileFilters()
{
    return tr("PNG image, 300 dpi (*.png);;SVG drawing (*.svg);;PDF page (*.pdf)");
}

QString tableFileFilters()
{
    return tr("CSV (*.csv);;JSON (*.json);;Markdown (*.md);;LaTeX (*.tex)");
}

Result<void> writeChart(const Comparison& comparison, ChartKind kind, const ChartOptions& options,
                        const QString& path)
{
    const auto chart = drawn(comparison, kind, options);
    const QString ending = QFileInfo(path).suffix().toLower();
    if (ending == QLatin1String("png")) return exportPng(*chart, pathOf(path));
    if (ending == QLatin1String("svg")) return exportSvg(*chart, pathOf(path));
    if (ending == QLatin1String("pdf")) return exportPdf(*chart, pathOf(path));
    return unknownEnding(path, QStringLiteral(".png, .svg, .pdf"));
}

Result<void> writeSummary(const Comparison& comparison, const QString& path)
{
    const QString ending = QFileInfo(path).suffix().toLower();
    const Table table = summaryTable(comparison);
    if (ending == QLatin1String("csv")) return writeFileAtomically(pathOf(path), toCsv(table));
    if (ending == QLatin1String("json"))
        return writeFileAtomically(pathOf(path), toLine(toJson(table)) + "\n");
    if (ending == QLatin1String("md")) return writeFileAtomically(pathOf(path), toMarkdown(table));
    if (ending == QLatin1String("tex"))
        return writeFileAtomically(pathOf(path), toLatex(shortTable(comparison)));
    return unknownEnding(path, QStringLiteral(".csv, .json, .md, .tex"));
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
