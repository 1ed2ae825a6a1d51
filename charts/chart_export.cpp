#include "charts/chart_export.h"

#include "charts/chart_text.h"

#include "base/escape.h"
#include "base/files.h"

#include <QBuffer>
#include <QChart>
#include <QGraphicsLayout>
#include <QGraphicsScene>
#include <QImage>
#include <QMarginsF>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgGenerator>

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

constexpr double pointsPerInch = 96;
constexpr double inchesPerMeter = 1 / 0.0254;

/// A scene that borrows a chart, lays it out at the wanted size, and releases it at the end.
class BorrowedChart {
public:
    BorrowedChart(QChart& chart, QSize size) : chart_(chart), before_(chart.size())
    {
        scene_.addItem(&chart);
        chart.resize(size);
        scene_.setSceneRect(chart.geometry());
        // Series rebuild their paths from their axes' new geometry when the scene is next asked.
        if (auto* layout = chart.layout()) layout->activate();
    }
    ~BorrowedChart()
    {
        scene_.removeItem(&chart_);
        chart_.resize(before_);
    }
    BorrowedChart(const BorrowedChart&) = delete;
    BorrowedChart& operator=(const BorrowedChart&) = delete;

    void render(QPainter& painter, const QRectF& target)
    {
        scene_.render(&painter, target, chart_.geometry());
    }

private:
    QGraphicsScene scene_;
    QChart& chart_;
    QSizeF before_;
};

Result<void> checked(const QChart& chart, const ChartExportOptions& options)
{
    const bool sized = options.size.width() >= 50 && options.size.height() >= 50 &&
                       options.size.width() <= 10000 && options.size.height() <= 10000;
    if (!sized || options.dpi < 36 || options.dpi > 1200)
        return Error{ErrorCode::InvalidArgument,
                     "A chart can be exported with 50 to 10000 points a side and 36 to 1200 dpi.",
                     {},
                     {}};
    if (chart.scene())
        return Error{ErrorCode::Internal, "A chart that is displayed cannot be exported.", {}, {}};
    return {};
}

/// The description of a PDF, for which its information dictionary has no field in Qt.
QByteArray xmpOf(const ChartExportOptions& options)
{
    const auto item = [](const char* name, const QString& words) {
        return QStringLiteral("<dc:%1><rdf:Alt><rdf:li xml:lang=\"x-default\">%2</rdf:li></rdf:Alt>"
                              "</dc:%1>")
            .arg(QLatin1String(name), QString::fromStdString(htmlText(words.toStdString())));
    };
    return QStringLiteral("<?xpacket begin=\"\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>"
                          "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF "
                          "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
                          "<rdf:Description rdf:about=\"\" "
                          "xmlns:dc=\"http://purl.org/dc/elements/1.1/\">%1%2"
                          "</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>")
        .arg(item("title", options.title), item("description", options.description))
        .toUtf8();
}

Result<void> writeBytes(const QByteArray& bytes, const std::filesystem::path& path)
{
    return writeFileAtomically(path,
                               std::string_view(bytes.constData(), std::size_t(bytes.size())));
}

} // namespace

Result<void> exportPng(QChart& chart, const std::filesystem::path& path,
                       const ChartExportOptions& options)
{
    if (auto fit = checked(chart, options); !fit) return fit.error();
    const double scale = options.dpi / pointsPerInch;
    QImage image((QSizeF(options.size) * scale).toSize(), QImage::Format_RGB32);
    if (image.isNull())
        return Error{ErrorCode::OutOfMemory,
                     "Not enough memory for an image of this size.",
                     {},
                     "Choose a smaller size or resolution."};
    image.fill(chart.backgroundBrush().color());
    {
        QPainter painter(&image);
        painter.setRenderHint(QPainter::Antialiasing);
        BorrowedChart(chart, options.size).render(painter, QRectF(QPointF(0, 0), image.size()));
    }
    const int dotsPerMeter = static_cast<int>(std::lround(options.dpi * inchesPerMeter));
    image.setDotsPerMeterX(dotsPerMeter);
    image.setDotsPerMeterY(dotsPerMeter);
    image.setText(QStringLiteral("Software"), QStringLiteral("Spillway"));
    if (!options.title.isEmpty()) image.setText(QStringLiteral("Title"), options.title);
    if (!options.description.isEmpty())
        image.setText(QStringLiteral("Description"), options.description);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (!image.save(&buffer, "PNG"))
        return Error{ErrorCode::Io, "The image could not be encoded as PNG.", {}, {}};
    return writeBytes(bytes, path);
}

namespace {

/// What may stand in XML; control characters may not, however they are written.
QString xmlText(const QString& text)
{
    return chartText(text.toStdString()).toHtmlEscaped();
}

QByteArray svgDocument(QChart& chart, const ChartExportOptions& options)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(options.size);
    generator.setViewBox(QRect(QPoint(0, 0), options.size));
    generator.setResolution(static_cast<int>(pointsPerInch));
    // Qt writes both as they are.
    generator.setTitle(
        xmlText(options.title.isEmpty() ? QStringLiteral("Spillway") : options.title));
    generator.setDescription(xmlText(options.description));
    {
        QPainter painter(&generator);
        const QRectF paper(QPointF(0, 0), options.size);
        painter.fillRect(paper, chart.backgroundBrush()); // a viewer's own may be dark
        BorrowedChart(chart, options.size).render(painter, paper);
    }
    return bytes;
}

} // namespace

Result<void> exportSvg(QChart& chart, const std::filesystem::path& path,
                       const ChartExportOptions& options)
{
    if (auto fit = checked(chart, options); !fit) return fit.error();
    return writeBytes(svgDocument(chart, options), path);
}

Result<std::string> svgElement(QChart& chart, const ChartExportOptions& options)
{
    if (auto fit = checked(chart, options); !fit) return fit.error();
    const QByteArray document = svgDocument(chart, options);
    return document.mid(std::max<qsizetype>(0, document.indexOf("<svg"))).toStdString();
}

Result<void> exportPdf(QChart& chart, const std::filesystem::path& path,
                       const ChartExportOptions& options)
{
    if (auto fit = checked(chart, options); !fit) return fit.error();
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    {
        QPdfWriter writer(&buffer);
        writer.setCreator(QStringLiteral("Spillway"));
        writer.setTitle(options.title);
        if (!options.description.isEmpty()) writer.setDocumentXmpMetadata(xmpOf(options));
        const QSizeF inches = QSizeF(options.size) / pointsPerInch;
        writer.setPageSize(QPageSize(inches, QPageSize::Inch, {}, QPageSize::ExactMatch));
        writer.setPageMargins(QMarginsF());
        // Text is measured at the resolution it was laid out for.
        writer.setResolution(static_cast<int>(pointsPerInch));
        QPainter painter(&writer);
        BorrowedChart(chart, options.size).render(painter, QRectF(QPointF(0, 0), options.size));
    }
    return writeBytes(bytes, path);
}

Result<void> exportChart(QChart& chart, const std::filesystem::path& path,
                         const ChartExportOptions& options)
{
    const auto ending = QString::fromStdString(path.extension().string()).toLower();
    if (ending == QLatin1String(".png")) return exportPng(chart, path, options);
    if (ending == QLatin1String(".svg")) return exportSvg(chart, path, options);
    if (ending == QLatin1String(".pdf")) return exportPdf(chart, path, options);
    return invalidArgument(path.filename().string() + " has no known file extension.",
                           "Use one of .png, .svg, .pdf.");
}

} // namespace spillway
