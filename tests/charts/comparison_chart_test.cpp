#include "base/json.h"
#include "charts/chart_model.h"
#include "charts/comparison_chart.h"
#include "charts/comparison_overlay.h"
#include "comparisons.h"
#include "data/dataset_manifest.h"
#include "suites/suites.h"
#include "workloads/etl/etl.h"
#include "workloads/logreg/logreg.h"

#include <QApplication>
#include <QChart>
#include <QLineSeries>
#include <QLogValueAxis>
#include <QSignalSpy>
#include <QValueAxis>
#include <QWheelEvent>
#include <QtTest>

#include <memory>

using namespace spillway;

namespace {

std::unique_ptr<QChart> made(const Comparison& comparison, ChartKind kind, int cores = 4)
{
    ChartOptions options;
    options.usableCores = cores;
    return std::unique_ptr<QChart>(makeComparisonChart(comparison, kind, options));
}

ChartModel modelOf(const Comparison& comparison, ChartKind kind, int cores = 4)
{
    ChartOptions options;
    options.usableCores = cores;
    return chartModel(comparison, kind, options);
}

const ComparisonOverlay& overlayOf(const QChart& chart)
{
    for (const auto* item : chart.childItems())
        if (const auto* object = item->toGraphicsObject())
            if (const auto* overlay = qobject_cast<const ComparisonOverlay*>(object))
                return *overlay;
    qFatal("The chart has no overlay.");
}

const EngineLine& lineOf(const Comparison& comparison, const std::string& engine)
{
    for (const auto& line : comparison.lines)
        if (line.engine == engine) return line;
    qFatal("No such engine.");
}

} // namespace

class ComparisonChartTest : public QObject {
    Q_OBJECT
private slots:
    void seriesHoldExactlyTheNumbers_data();
    void seriesHoldExactlyTheNumbers();
    void linesBreakWhereNothingFinished();
    void failuresCarryTheirStatus();
    void axisIsLogarithmicAboveAFactorOfTen();
    void aValueOfZeroDoesNotChooseALogarithmicAxis();
    void setUpIsCutWhereTheMeasuredTimesEnd();
    void manySetUpsAreLeftOut();
    void limitIsALineOnlyWithinReach();
    void ratiosSayTheirFormulaAndIdeal();
    void missingBaselineAsksForAnother();
    void accuracySpansTwoPointsAndSaysItsAxis();
    void shadeBeginsBetweenCoresAndTheNextCount();
    void intervalsAreNamedForWhatTheyAre();
    void labelsOfLineEndsNeverOverlap();
    void kindsFitTheWorkloadAndKeepTheirNames();
    void tableHoldsTheChartsNumbers();
    void tradeOffHasAPointACell();
    void tradeOffMarksTheFrontierOfWhatCanBeDeployed();
    void tradeOffListsFailuresAndTheLimit();
    void tradeOffNumbersCoverNothing();
    void clickPicksTheCellUnderIt();
    void emptyViewSurvivesTheMouse();
    void wheelGoesToTheParent();
};

void ComparisonChartTest::seriesHoldExactlyTheNumbers_data()
{
    QTest::addColumn<ChartKind>("kind");
    for (const auto kind : {ChartKind::Runtime, ChartKind::PeakMemory, ChartKind::Efficiency,
                            ChartKind::Speedup, *chartKindFromId("accuracy")})
        QTest::newRow(qPrintable(chartId(kind))) << kind;
}

void ComparisonChartTest::seriesHoldExactlyTheNumbers()
{
    QFETCH(ChartKind, kind);
    const auto comparison = normalRuns(LogregWorkload{}).comparison();
    const auto chart = made(comparison, kind);
    QCOMPARE(chart->series().size(), 4);
    for (qsizetype i = 0; i < 4; ++i) {
        auto* series = qobject_cast<QLineSeries*>(chart->series()[i]);
        const auto& cells = comparison.lines[static_cast<std::size_t>(i)].cells;
        QCOMPARE(series->count(), 5);
        QCOMPARE(series->attachedAxes().size(), 2);
        QVERIFY(!series->useOpenGL());
        for (qsizetype p = 0; p < 5; ++p) {
            const auto& cell = cells[static_cast<std::size_t>(p)];
            const double value = kind == ChartKind::Runtime      ? cell.seconds->median
                                 : kind == ChartKind::PeakMemory ? cell.peakBytes->median
                                 : kind == ChartKind::Efficiency ? *cell.efficiency
                                 : kind == ChartKind::Speedup    ? *cell.speedup
                                                                 : cell.measure("accuracy")->median;
            QCOMPARE(series->at(static_cast<int>(p)), QPointF(cell.cell.workers, value));
        }
    }
}

void ComparisonChartTest::linesBreakWhereNothingFinished()
{
    Runs runs;
    for (const int p : {1, 2, 8})
        runs.addCell("dask", p, 10.0 / p, 700);
    runs.fail("dask", 4, RunStatus::TimedOut, "Not finished.");
    const auto chart = made(runs.comparison(), ChartKind::Runtime);
    QCOMPARE(chart->series().size(), 2);
    QCOMPARE(qobject_cast<QLineSeries*>(chart->series()[0])->count(), 2);
    QCOMPARE(qobject_cast<QLineSeries*>(chart->series()[1])->count(), 1);
}

void ComparisonChartTest::failuresCarryTheirStatus()
{
    const auto model = modelOf(failingRuns().comparison(), ChartKind::PeakMemory);
    QVERIFY(model.anyFailure());
    const auto& ray = model.lines[2];
    QCOMPARE(ray.title, QStringLiteral("Ray"));
    QCOMPARE(ray.failures.size(), 2u);
    QCOMPARE(ray.failures[0].workers, 8);
    QCOMPARE(ray.failures[0].status, RunStatus::MemoryLimit);
    QCOMPARE(ray.failures[1].status, RunStatus::WrongResult);
    const auto& polars = model.lines.back();
    QVERIFY(polars.failures.empty());
    QCOMPARE(labelText(polars), QStringLiteral("Polars: unsupported"));
}

void ComparisonChartTest::axisIsLogarithmicAboveAFactorOfTen()
{
    const auto wide = [](double slowest) {
        Runs runs;
        runs.addCell("a", 1, slowest, 100, 0, 1);
        runs.addCell("a", 2, 1, 100, 0, 1);
        return modelOf(runs.comparison(), ChartKind::Runtime);
    };
    const auto linear = wide(9.9);
    QVERIFY(!linear.y.logarithmic);
    QCOMPARE(linear.y.low, 0.0);
    const auto logarithmic = wide(11);
    QVERIFY(logarithmic.y.logarithmic);
    QVERIFY(logarithmic.caption.front().contains("logarithmic"));
    const auto chart = made(failingRuns().comparison(), ChartKind::Runtime);
    QVERIFY(qobject_cast<QLogValueAxis*>(chart->axes(Qt::Vertical).front()));
    ChartOptions options;
    options.logarithmic = false;
    QVERIFY(!chartModel(failingRuns().comparison(), ChartKind::Runtime, options).y.logarithmic);
}

void ComparisonChartTest::aValueOfZeroDoesNotChooseALogarithmicAxis()
{
    Runs runs;
    runs.addCell("a", 1, 50, 0, 0, 1);
    runs.addCell("a", 2, 0, 0, 0, 1);
    QVERIFY(!modelOf(runs.comparison(), ChartKind::Runtime).y.logarithmic);
    const auto chart = made(runs.comparison(), ChartKind::PeakMemory);
    QCOMPARE(chart->series().size(), 1);
}

void ComparisonChartTest::setUpIsCutWhereTheMeasuredTimesEnd()
{
    Runs slow;
    slow.addCell("ray", 2, 0.3, 500, 20);
    slow.addCell("polars", 2, 0.2, 100, 0);
    const auto cut = modelOf(slow.comparison(), ChartKind::Runtime);
    QVERIFY2(cut.y.high < 1, qPrintable(QString::number(cut.y.high)));
    QVERIFY(!cut.y.logarithmic);
    QVERIFY(cut.showsSetup);
    QVERIFY(cut.caption.contains("hollow stem: set-up, cut at //"));
    Runs quick;
    quick.addCell("polars", 2, 0.2, 100, 0.02);
    QVERIFY(
        modelOf(quick.comparison(), ChartKind::Runtime).caption.contains("hollow stem: set-up"));
    Runs none;
    none.addCell("polars", 2, 0.2, 100, 0.001);
    QVERIFY(!modelOf(none.comparison(), ChartKind::Runtime).showsSetup);
}

/// With 16 worker counts of seven engines they would cover the curves.
void ComparisonChartTest::manySetUpsAreLeftOut()
{
    Runs many;
    for (int workers = 1; workers <= 16; ++workers)
        for (const char* engine : {"ray", "dask", "polars", "duckdb"})
            many.addCell(engine, workers, 1.0 / workers, 100, 2);
    const auto model = modelOf(many.comparison(), ChartKind::Runtime);
    QVERIFY(!model.showsSetup);
    QVERIFY(model.caption.filter("set-up").isEmpty());
}

void ComparisonChartTest::limitIsALineOnlyWithinReach()
{
    Runs runs;
    runs.setLimit(100'000'000);
    runs.addCell("a", 1, 5, 80, 0, 1);
    auto model = modelOf(runs.comparison(), ChartKind::PeakMemory);
    QCOMPARE(model.references.size(), 1u);
    QCOMPARE(model.references.front().atLowX, 1e8);
    Runs far;
    far.setLimit(8'000'000'000);
    far.addCell("a", 1, 5, 80, 0, 1);
    model = modelOf(far.comparison(), ChartKind::PeakMemory);
    QVERIFY(model.references.empty());
    QVERIFY(model.caption.contains("limit 8.00 GB, beyond this scale"));
}

void ComparisonChartTest::ratiosSayTheirFormulaAndIdeal()
{
    const auto comparison = normalRuns().comparison(4, 2);
    const auto speedup = modelOf(comparison, ChartKind::Speedup);
    QCOMPARE(speedup.caption.front(), QStringLiteral("speedup(p) = T(p₀) / T(p), p₀ = 2 workers"));
    QVERIFY(speedup.y.logarithmic);
    QCOMPARE(speedup.references.front().atHighX, speedup.x.high / 2);
    const auto efficiency = modelOf(comparison, ChartKind::Efficiency);
    QVERIFY(efficiency.caption.front().startsWith("efficiency(p) ="));
    QCOMPARE(efficiency.y.low, 0.0);
    QVERIFY(efficiency.y.high >= 1.2);
    QCOMPARE(efficiency.references.front().atLowX, 1.0);
    const auto normal = modelOf(normalRuns().comparison(), ChartKind::Efficiency);
    QCOMPARE(normal.y.high, 1.2);
}

void ComparisonChartTest::missingBaselineAsksForAnother()
{
    const auto model = modelOf(failingRuns().comparison(4, 32), ChartKind::Speedup);
    QCOMPARE(model.message,
             QStringLiteral("No run finished with 32 workers. Choose another baseline."));
    QVERIFY(made(failingRuns().comparison(4, 32), ChartKind::Speedup)->series().isEmpty());
    Runs runs; // one line has the baseline, the other has not
    runs.addCell("a", 1, 5, 80);
    runs.addCell("b", 2, 5, 80);
    const auto half = modelOf(runs.comparison(4, 1), ChartKind::Efficiency);
    QVERIFY(half.message.isEmpty());
    QCOMPARE(labelText(half.lines[1]), QStringLiteral("b: no baseline"));
    QCOMPARE(labelText(modelOf(runs.comparison(4, 1), ChartKind::Runtime).lines[1]),
             QStringLiteral("b"));
    Comparison empty;
    QCOMPARE(modelOf(empty, ChartKind::Runtime).message,
             QStringLiteral("No finished runs yet. Points appear after the first run."));
}

void ComparisonChartTest::accuracySpansTwoPointsAndSaysItsAxis()
{
    auto comparison = singlePoint(LogregWorkload{}).comparison();
    DatasetManifest manifest;
    manifest.trueAccuracy = 0.2521;
    addLevelsOf(manifest, comparison);
    const auto model = modelOf(comparison, *chartKindFromId("accuracy"));
    QVERIFY(model.y.high - model.y.low >= 0.02);
    QVERIFY(model.y.low > 0);
    QVERIFY(model.caption.front().contains("axis not from zero"));
    QCOMPARE(model.references.size(), 2u);
    QCOMPARE(model.references[0].atLowX, 0.2503);
    QCOMPARE(model.references[1].title, QStringLiteral("true weights 25.2 %"));
}

void ComparisonChartTest::shadeBeginsBetweenCoresAndTheNextCount()
{
    const auto model = modelOf(normalRuns().comparison(), ChartKind::Runtime, 4);
    QVERIFY(*model.coresEnd > 4 && *model.coresEnd < 8);
    QVERIFY(!modelOf(normalRuns().comparison(), ChartKind::Runtime, 16).coresEnd);
    const auto six = modelOf(normalRuns().comparison(), ChartKind::Runtime, 6);
    QCOMPARE(*six.coresEnd, 6.0);
    QCOMPARE(six.coresText, QStringLiteral("beyond 6 cores"));
}

void ComparisonChartTest::intervalsAreNamedForWhatTheyAre()
{
    const auto captionOf = [](int repeats) {
        Runs runs;
        runs.addCell("a", 1, 5, 80, 0, repeats);
        return modelOf(runs.comparison(), ChartKind::Runtime).caption.join('|');
    };
    QVERIFY(captionOf(6).contains("95 % interval of the median"));
    QVERIFY(captionOf(3).contains("min–max"));
    QVERIFY(!captionOf(1).contains("bars"));
}

void ComparisonChartTest::labelsOfLineEndsNeverOverlap()
{
    for (const auto& runs : {normalRuns(), manyEngines(), failingRuns()})
        for (const auto size : {QSize(420, 260), QSize(1100, 620)}) {
            const auto chart = made(runs.comparison(), ChartKind::Speedup);
            chart->resize(size);
            auto rects = overlayOf(*chart).labelRects();
            std::sort(rects.begin(), rects.end(),
                      [](const QRectF& a, const QRectF& b) { return a.top() < b.top(); });
            for (std::size_t i = 0; i < rects.size(); ++i) {
                QVERIFY(QRectF(QPointF(0, 0), size).contains(rects[i]));
                if (i > 0) QVERIFY(rects[i].top() >= rects[i - 1].bottom() - 0.01);
            }
        }
}

void ComparisonChartTest::kindsFitTheWorkloadAndKeepTheirNames()
{
    QCOMPARE(chartKinds(EtlWorkload{}).size(), 6);
    QCOMPARE(
        chartKinds(LogregWorkload{}),
        (QList<ChartKind>{ChartKind::PeakMemory, *chartKindFromId("accuracy"), ChartKind::Runtime,
                          *chartKindFromId("balance"), ChartKind::TradeOff}));
    // The names of files and of `spillway export --only`: scripts of users spell them.
    const auto ids = chartIds(" ") + ' ';
    QVERIFY2(ids.starts_with("runtime peak-memory efficiency speedup trade-off "), ids.c_str());
    QVERIFY2(ids.find(" accuracy ") != ids.npos && ids.find(" balance ") != ids.npos, ids.c_str());
    for (const auto& spec : chartSpecs()) {
        QCOMPARE(*chartKindFromId(QString::fromStdString(spec.id)), spec.kind);
        QCOMPARE(chartId(spec.kind), QString::fromStdString(spec.id));
        QVERIFY(!spec.columns.empty());
    }
    QVERIFY(!chartKindFromId("pie"));
}

void ComparisonChartTest::tableHoldsTheChartsNumbers()
{
    const auto comparison = failingRuns().comparison();
    const auto table = chartTable(comparison, ChartKind::PeakMemory);
    const auto json = toJson(table);
    QCOMPARE(json["rows"][0]["peak_mb_median"].get<double>(),
             lineOf(comparison, "chunked").cells[0].peakBytes->median / 1e6);
    std::size_t failed = 0;
    for (const auto& row : json["rows"]) {
        QCOMPARE(row.size(), table.columns.size());
        failed += row["error"].is_null() ? 0 : 1;
    }
    QCOMPARE(failed, 10u);
}

void ComparisonChartTest::tradeOffHasAPointACell()
{
    const auto comparison = normalRuns().comparison();
    const auto model = modelOf(comparison, ChartKind::TradeOff);
    QVERIFY(!model.coresEnd);
    QCOMPARE(model.xTitle, QStringLiteral("Peak memory in MB, logarithmic axis"));
    for (std::size_t i = 0; i < model.lines.size(); ++i) {
        const auto& cells = comparison.lines[i].cells;
        QCOMPARE(model.lines[i].segments.size(), cells.size()); // so that no line joins them
        for (std::size_t p = 0; p < cells.size(); ++p) {
            const auto& point = model.lines[i].segments[p].front();
            QCOMPARE(point.x(), cells[p].peakBytes->median);
            QCOMPARE(point.value, cells[p].seconds->median);
        }
    }
    QVERIFY(model.describe(model.lines[3], model.lines[3].segments[0].front())
                .startsWith("Dask tuned, 1 worker: 11.4 s (11.0–11.9, 6 runs)\npeak 779 MB ("));
}

void ComparisonChartTest::tradeOffMarksTheFrontierOfWhatCanBeDeployed()
{
    Runs runs;
    runs.addCell("chunked", 1, 1, 50);
    runs.addCell("dask", 1, 8, 100);
    runs.addCell("dask", 4, 9, 300);
    runs.addCell("polars", 2, 2, 400);
    const auto model = modelOf(runs.comparison(), ChartKind::TradeOff);
    QCOMPARE(model.frontier.size(), 2u);
    QCOMPARE(model.frontier[0].engine, std::string("dask"));
    QCOMPARE(model.frontier[0].workers, 1);
    QCOMPARE(model.frontier[1].engine, std::string("polars"));
    QVERIFY(model.caption.contains("frontier: no deployable engine is faster in less memory"));
    const auto rows = toJson(chartTable(runs.comparison(), ChartKind::TradeOff))["rows"];
    QStringList marks;
    for (const auto& row : rows)
        marks << QString::fromStdString(row["frontier"].get<std::string>());
    QCOMPARE(marks.join(' '), QStringLiteral("no yes no yes"));
    QCOMPARE(rows[3]["seconds_median"].get<double>(), 2.01);
    QVERIFY(rows[3]["peak_mb_low"].get<double>() < rows[3]["peak_mb_high"].get<double>());
}

void ComparisonChartTest::tradeOffListsFailuresAndTheLimit()
{
    const auto model = modelOf(failingRuns().comparison(), ChartKind::TradeOff);
    QCOMPARE(model.references.size(), 1u);
    QVERIFY(model.references.front().upright);
    QCOMPARE(model.references.front().atLowX, 1e9);
    std::size_t failures = 0;
    for (const auto& line : model.lines)
        failures += line.failures.size();
    QCOMPARE(failures, 10u);
    const auto chart = made(failingRuns().comparison(), ChartKind::TradeOff);
    chart->resize(420, 260);
    const auto& overlay = overlayOf(*chart);
    QStringList found; // the strip has every one of them, in reach of the mouse
    for (int x = 0; x < 420; ++x)
        if (const auto hit = overlay.hitAt({double(x), 51}); hit && hit->position.y() < 62)
            found << QStringLiteral("%1 %2").arg(hit->cell.engine.c_str()).arg(hit->cell.workers);
    found.removeDuplicates();
    QCOMPARE(found.size(), 10);
}

void ComparisonChartTest::tradeOffNumbersCoverNothing()
{
    for (const auto& runs : {normalRuns(), manyEngines(), failingRuns()})
        for (const auto size : {QSize(420, 260), QSize(1100, 620)}) {
            const auto chart = made(runs.comparison(), ChartKind::TradeOff);
            chart->resize(size);
            const auto rects = overlayOf(*chart).pointLabelRects();
            QVERIFY(rects.size() >= 8);
            for (std::size_t i = 0; i < rects.size(); ++i) {
                QVERIFY(QRectF(QPointF(0, 0), size).contains(rects[i]));
                for (std::size_t j = 0; j < i; ++j)
                    QVERIFY(!rects[i].intersects(rects[j]));
            }
        }
}

void ComparisonChartTest::clickPicksTheCellUnderIt()
{
    ComparisonChartView view(ChartKind::Runtime);
    view.resize(420, 260);
    const auto comparison = normalRuns().comparison();
    view.setComparison(comparison, {});
    view.show();
    QSignalSpy activated(&view, &ComparisonChartView::cellActivated);
    QSignalSpy enlarged(&view, &ComparisonChartView::enlargeRequested);
    const auto& cell = comparison.lines[3].cells[4];
    auto* series = view.chart()->series()[3];
    const auto spot = view.mapFromScene(
        view.chart()->mapToScene(view.chart()->mapToPosition({16, cell.seconds->median}, series)));
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, spot);
    QCOMPARE(activated.size(), 1);
    QCOMPARE(activated.front().front().value<CellKey>().workers, 16);
    QCOMPARE(activated.front().front().value<CellKey>().engine, std::string("dask"));
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, {2, 2});
    QCOMPARE(activated.size(), 1);
    QTest::mouseDClick(view.viewport(), Qt::LeftButton, {}, {200, 100});
    QCOMPARE(enlarged.size(), 1);
    QVERIFY(view.accessibleDescription().contains("Dask tuned, 16 workers: "));
}

void ComparisonChartTest::emptyViewSurvivesTheMouse()
{
    ComparisonChartView view(ChartKind::Speedup);
    view.resize(420, 260);
    view.show();
    QSignalSpy activated(&view, &ComparisonChartView::cellActivated);
    for (const auto& message : {QString(), QStringLiteral("Nothing here")}) {
        view.clear(message);
        QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, {200, 130});
        QTest::mouseMove(view.viewport(), {210, 140});
        QTest::mouseDClick(view.viewport(), Qt::LeftButton, {}, {200, 130});
    }
    QCOMPARE(activated.size(), 0);
    QCOMPARE(view.accessibleDescription(), QStringLiteral("Nothing here"));
}

void ComparisonChartTest::wheelGoesToTheParent()
{
    ComparisonChartView view(ChartKind::Runtime);
    QWheelEvent event({50, 50}, {50, 50}, {}, {0, 120}, Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(view.viewport(), &event);
    QVERIFY(!event.isAccepted());
}

SPILLWAY_TESTS(ComparisonChartTest, QApplication)
#include "comparison_chart_test.moc"
