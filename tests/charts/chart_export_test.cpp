#include "charts/chart_export.h"
#include "charts/comparison_chart.h"
#include "comparisons.h"
#include "suites/suites.h"

#include <QApplication>
#include <QChart>
#include <QGraphicsScene>
#include <QImage>
#include <QPainter>
#include <QSvgRenderer>
#include <QTemporaryDir>
#include <QXmlStreamReader>
#include <QtTest>

#include <memory>

using namespace spillway;

class ChartExportTest : public QObject {
    Q_OBJECT
private slots:
    void pngHasItsSizeAndResolution();
    void pngIsTheSameWhateverWasExportedBefore();
    void svgIsWellFormedWithRealText();
    void svgBringsItsOwnPaper();
    void nothingIsLeftOfAFailedExport();
    void theEndingSaysWhichFormat();
    void refusesWhatMakesNoSense();
    void filesSayWhatTheyShowAndHowItWasMeasured();

private:
    std::unique_ptr<QChart> chart_{
        makeComparisonChart(failingRuns().comparison(), ChartKind::Runtime, {})};
    QTemporaryDir folder_;
    std::filesystem::path path(const char* name) const
    {
        return std::filesystem::path(folder_.path().toStdString()) / name;
    }
};

void ChartExportTest::pngHasItsSizeAndResolution()
{
    for (const int dpi : {96, 300}) {
        const auto written = exportPng(*chart_, path("chart.png"), {QSize(600, 400), dpi});
        QVERIFY2(written, written ? "" : written.error().message.c_str());
        const QImage image(folder_.filePath("chart.png"));
        QCOMPARE(image.size(), (QSizeF(600, 400) * dpi / 96.0).toSize());
        QCOMPARE(image.dotsPerMeterX(), qRound(dpi / 0.0254));
        QCOMPARE(image.dotsPerMeterY(), qRound(dpi / 0.0254));
        int inked = 0;
        for (int x = 0; x < image.width(); ++x)
            inked += image.pixelColor(x, image.height() / 2) != QColor(Qt::white);
        QVERIFY(inked > 20);
        QCOMPARE(image.pixelColor(1, 1), QColor(Qt::white));
        QCOMPARE(image.pixelColor(image.width() - 2, image.height() - 2), QColor(Qt::white));
    }
}

void ChartExportTest::pngIsTheSameWhateverWasExportedBefore()
{
    QVERIFY(exportPng(*chart_, path("a.png"), {QSize(420, 260), 96}));
    QVERIFY(exportPng(*chart_, path("big.png"), {QSize(1600, 900), 96}));
    QVERIFY(exportPng(*chart_, path("b.png"), {QSize(420, 260), 96}));
    QCOMPARE(QImage(folder_.filePath("a.png")), QImage(folder_.filePath("b.png")));
    QVERIFY(!chart_->scene());
}

/// Whatever the data are called.
void ChartExportTest::filesSayWhatTheyShowAndHowItWasMeasured()
{
    const QString title = "Runtime · </title><script>x</script> & \"ä\".csv";
    const QString methods = "Measured on <b>, 2 cores & more; medians.";
    const ChartExportOptions options{
        .size = {300, 200}, .dpi = 96, .title = title, .description = methods};
    QVERIFY(exportPng(*chart_, path("said.png"), options));
    const QImage image(folder_.filePath("said.png"));
    QCOMPARE(image.text("Title"), title);
    QCOMPARE(image.text("Description"), methods);

    QVERIFY(exportSvg(*chart_, path("said.svg"), options));
    QFile svg(folder_.filePath("said.svg"));
    QVERIFY(svg.open(QIODevice::ReadOnly));
    QXmlStreamReader xml(&svg);
    QStringList said;
    while (!xml.atEnd()) {
        xml.readNext();
        if (xml.isStartElement() &&
            (xml.name() == QLatin1String("title") || xml.name() == QLatin1String("desc")))
            said << xml.readElementText();
    }
    QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
    QCOMPARE(said.mid(0, 2), (QStringList{title, methods}));

    QVERIFY(exportPdf(*chart_, path("said.pdf"), options));
    QFile pdf(folder_.filePath("said.pdf"));
    QVERIFY(pdf.open(QIODevice::ReadOnly));
    const QByteArray all = pdf.readAll();
    QVERIFY(all.contains("Measured on &lt;b&gt;, 2 cores &amp; more; medians."));
    QVERIFY(!all.contains("<script>"));
}

void ChartExportTest::svgIsWellFormedWithRealText()
{
    QVERIFY(exportSvg(*chart_, path("chart.svg"), {QSize(600, 400), 300}));
    QFile file(folder_.filePath("chart.svg"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QXmlStreamReader xml(&file);
    QStringList texts;
    int shapes = 0;
    while (!xml.atEnd()) {
        xml.readNext();
        if (!xml.isStartElement()) continue;
        if (xml.name() == QLatin1String("svg"))
            QCOMPARE(xml.attributes().value("viewBox").toString(), QStringLiteral("0 0 600 400"));
        if (xml.name() == QLatin1String("text"))
            texts << xml.readElementText(QXmlStreamReader::IncludeChildElements).trimmed();
        else if (xml.name() == QLatin1String("path") || xml.name() == QLatin1String("polyline"))
            ++shapes;
    }
    QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
    for (const auto* text : {"Runtime", "Workers", "Chunked", "did not finish", "16"})
        QVERIFY2(texts.contains(QString(text)), text);
    QVERIFY(shapes > 20);
}

void ChartExportTest::svgBringsItsOwnPaper()
{
    QVERIFY(exportSvg(*chart_, path("paper.svg"), {QSize(600, 400), 300}));
    QImage dark(600, 400, QImage::Format_RGB32);
    dark.fill(Qt::black);
    QPainter painter(&dark);
    QSvgRenderer(folder_.filePath("paper.svg")).render(&painter);
    for (const QPoint corner : {QPoint(1, 1), QPoint(598, 398)})
        QCOMPARE(dark.pixelColor(corner), QColor(Qt::white));
}

void ChartExportTest::nothingIsLeftOfAFailedExport()
{
    const auto missing = path("no/such/folder") / "chart.png";
    const auto png = exportPng(*chart_, missing);
    QVERIFY(!png);
    QCOMPARE(png.error().code, ErrorCode::NotFound);
    QVERIFY(!exportSvg(*chart_, missing));
    QVERIFY(!std::filesystem::exists(path("no")));
    QVERIFY(!chart_->scene());
}

void ChartExportTest::theEndingSaysWhichFormat()
{
    const auto beginning = [&](const char* name) {
        QFile file(folder_.filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.read(4) : QByteArray();
    };
    for (const char* const name : {"a.PNG", "a.svg", "a.pdf"})
        QVERIFY(exportChart(*chart_, path(name)));
    QCOMPARE(beginning("a.PNG"), QByteArray("\x89PNG"));
    QCOMPARE(beginning("a.svg"), QByteArray("<?xm"));
    QCOMPARE(beginning("a.pdf"), QByteArray("%PDF"));
    const auto unknown = exportChart(*chart_, path("a.gif"));
    QCOMPARE(unknown.error().code, ErrorCode::InvalidArgument);
    QCOMPARE(unknown.error().remedy, std::string("Use one of .png, .svg, .pdf."));
    QVERIFY(!std::filesystem::exists(path("a.gif")));
}

void ChartExportTest::refusesWhatMakesNoSense()
{
    QCOMPARE(exportPng(*chart_, path("x.png"), {QSize(5, 5), 96}).error().code,
             ErrorCode::InvalidArgument);
    QCOMPARE(exportPng(*chart_, path("x.png"), {QSize(600, 400), 0}).error().code,
             ErrorCode::InvalidArgument);
    QGraphicsScene scene;
    scene.addItem(chart_.get());
    QCOMPARE(exportSvg(*chart_, path("x.svg")).error().code, ErrorCode::Internal);
    scene.removeItem(chart_.get());
    QVERIFY(!std::filesystem::exists(path("x.png")) && !std::filesystem::exists(path("x.svg")));
}

SPILLWAY_TESTS(ChartExportTest, QApplication)
#include "chart_export_test.moc"
