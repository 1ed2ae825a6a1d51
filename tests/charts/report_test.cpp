#include "charts/report.h"
#include "comparisons.h"
#include "suites/suites.h"

#include <QApplication>
#include <QFile>
#include <QXmlStreamReader>
#include <QtTest>

using namespace spillway;

class ReportTest : public QObject {
    Q_OBJECT
private slots:
    void holdsVerdictChartsTablesMethodsAndRuns();
    void needsNoNetworkAndRunsNothing();
    void chartsInItAreWellFormed();
    void hostileNamesAreEscaped();
    void theStudysCurvesAreInItWhenAsked();
    void emptySessionSaysSo();
};

namespace {

ReportInput input()
{
    Runs runs;
    runs.addCell("chunked", 1, 2.0, 60);
    runs.addCell("chunked", 2, 1.1, 80);
    runs.addCell("duckdb", 2, 1.5, 80);
    runs.addCell("polars", 2, 2.5, 80);
    ReportInput report{
        .title = "study", .records = runs.records(), .comparisons = {runs.comparison()}};
    report.datasets.push_back({.name = "large_data.csv", .fingerprint = "fingerprint"});
    Environment environment;
    environment.cpuModel = "A CPU";
    report.environments = {environment};
    return report;
}

} // namespace

void ReportTest::holdsVerdictChartsTablesMethodsAndRuns()
{
    const auto html = QString::fromStdString(htmlReport(input()));
    QCOMPARE(html.count("<svg"), 6);
    for (const char* part :
         {"class=\"verdict\"", "Methods", "Every run", "A CPU", "Environment", "speedup(p)",
          "Fastest on large_data.csv: DuckDB", "p (Holm)", "as a Python program", "import duckdb"})
        QVERIFY2(html.contains(part), part);
}

void ReportTest::needsNoNetworkAndRunsNothing()
{
    const auto html = QString::fromStdString(htmlReport(input()));
    QVERIFY(!html.contains("<script", Qt::CaseInsensitive));
    QVERIFY(!html.contains("<link", Qt::CaseInsensitive));
    QVERIFY(!html.contains("<img", Qt::CaseInsensitive));
    QVERIFY(!html.contains("@import"));
}

void ReportTest::chartsInItAreWellFormed()
{
    const auto html = QString::fromStdString(htmlReport(input()));
    for (qsizetype at = html.indexOf("<svg"); at >= 0; at = html.indexOf("<svg", at + 1)) {
        const auto end = html.indexOf("</svg>", at);
        QXmlStreamReader reader(html.mid(at, end + 6 - at));
        while (!reader.atEnd())
            reader.readNext();
        QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
    }
}

void ReportTest::hostileNamesAreEscaped()
{
    ReportInput report = input();
    report.title = "<script>alert(1)</script>";
    report.comparisons.front().datasetName = "<b>bold</b>.csv";
    report.notes = "a < b";
    const auto html = QString::fromStdString(htmlReport(report));
    QVERIFY(!html.contains("<script>"));
    QVERIFY(!html.contains("<b>bold"));
    QVERIFY(html.contains("a &lt; b"));
}

void ReportTest::theStudysCurvesAreInItWhenAsked()
{
    auto report = input();
    const auto plain = QString::fromStdString(htmlReport(report));
    QVERIFY(!plain.contains("Table I, published") && !plain.contains("The paper's figures"));
    report.charts.published = bothForms;
    report.charts.theme = ChartTheme::darkTheme();
    const auto html = QString::fromStdString(htmlReport(report));
    for (const char* part : {"Table I, published", "Table I, recomputed", "The paper's figures",
                             "another machine", "<th>Table</th>", "Recomputed speedup"})
        QVERIFY2(html.contains(part), part);
    QVERIFY(!html.contains(ChartTheme::darkTheme().background.name()));
}

void ReportTest::emptySessionSaysSo()
{
    const auto html = QString::fromStdString(htmlReport({.title = "empty"}));
    QVERIFY(html.contains("No finished runs yet."));
    QVERIFY(!html.contains("<svg"));
}

SPILLWAY_TESTS(ReportTest, QApplication)
#include "report_test.moc"
