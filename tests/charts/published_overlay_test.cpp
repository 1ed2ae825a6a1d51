#include "charts/published_overlay.h"
#include "suites/suites.h"

#include "workloads/etl/etl.h"
#include "workloads/logreg/logreg.h"

#include <QtTest>

#include <algorithm>

using namespace spillway;

namespace {

/// One line, 2 and 4 workers, of a dataset of two million rows.
Comparison measured(Workload workload)
{
    Comparison comparison;
    comparison.workload = std::move(workload);
    comparison.workers = {2, 4};
    comparison.baselineWorkers = 2;
    comparison.rows = 2'000'000;
    EngineLine line{.engine = "dask", .profile = "naive"};
    for (const int workers : {2, 4}) {
        CellSummary cell;
        cell.cell.engine = "dask";
        cell.cell.workers = workers;
        cell.seconds =
            Interval{.median = 8.0 / workers, .low = 8.0 / workers, .high = 8.0 / workers};
        cell.secondsRepeats = {8.0 / workers};
        cell.speedup = workers / 2.0;
        cell.efficiency = 1;
        cell.statuses[RunStatus::Ok] = 1;
        line.cells.push_back(std::move(cell));
    }
    comparison.lines = {std::move(line)};
    return comparison;
}

ChartModel model(ChartKind kind, const PublishedForms& published, Workload workload = EtlWorkload{})
{
    ChartOptions options;
    options.published = published;
    return chartModel(measured(std::move(workload)), kind, options);
}

} // namespace

/// The paper's curves beside measured ones.
class PublishedOverlayTest : public QObject {
    Q_OBJECT
private slots:
    void theStudyTravelsInside();
    void nothingIsDrawnUnlessAsked();
    void curvesAreMarkedAndStandForNoCell();
    void runtimesArePerMillionRows();
    void peakMemoryHasNone();
    void regressionHasTheRegressionsTables();
    void bothFormsStandSideBySide();
    void aNoteBelongsToTheChartItExplains();
};

void PublishedOverlayTest::theStudyTravelsInside()
{
    QCOMPARE(paperStudy().tables.size(), std::size_t(6));
}

void PublishedOverlayTest::nothingIsDrawnUnlessAsked()
{
    const auto plain = model(ChartKind::Speedup, {});
    QCOMPARE(plain.lines.size(), std::size_t(1));
    QCOMPARE(plain.x.ticks.size(), std::size_t(2));
    QVERIFY(plain.note.isEmpty());
}

void PublishedOverlayTest::curvesAreMarkedAndStandForNoCell()
{
    for (const auto as : {PublishedAs::Printed, PublishedAs::Recomputed}) {
        const auto drawn = model(ChartKind::Efficiency, {as});
        QCOMPARE(drawn.lines.size(), std::size_t(5));
        QVERIFY(!drawn.lines[0].published);
        for (std::size_t i = 1; i < drawn.lines.size(); ++i) {
            const auto& line = drawn.lines[i];
            QVERIFY(line.published && !dashPattern(line.profile).isEmpty());
            for (const auto& point : line.segments.front())
                QVERIFY(point.cell.engine.empty() && !point.interval);
        }
        QCOMPARE(drawn.x.ticks.size(), std::size_t(4)); // also 8 and 16 workers
        QVERIFY(drawn.caption.contains(drawn.note));
    }
}

void PublishedOverlayTest::runtimesArePerMillionRows()
{
    const auto drawn = model(ChartKind::Runtime, {PublishedAs::Printed});
    QCOMPARE(drawn.lines[0].segments[0][0].value, 2.0); // 4 s for two million rows
    QCOMPARE(drawn.lines[0].segments[0][0].interval->low, 2.0);
    QVERIFY(std::abs(drawn.lines[1].segments[0][0].value - 56.9 / 180) < 1e-9);
    QVERIFY(drawn.caption.join(' ').contains("per million rows"));
}

void PublishedOverlayTest::peakMemoryHasNone()
{
    QCOMPARE(model(ChartKind::PeakMemory, {PublishedAs::Printed}).lines.size(), std::size_t(1));
}

void PublishedOverlayTest::regressionHasTheRegressionsTables()
{
    const auto lines =
        publishedChartLines(LogregWorkload{}, *chartKindFromId("accuracy"), PublishedAs::Printed);
    QCOMPARE(lines.size(), std::size_t(2));
    QVERIFY(lines[0].title.contains("Table V,"));
    QCOMPARE(lines[0].segments[0][0].value, 0.24995);
}

void PublishedOverlayTest::bothFormsStandSideBySide()
{
    const auto drawn = model(ChartKind::Speedup, bothForms);
    QCOMPARE(drawn.lines.size(), std::size_t(9)); // four tables, twice
    QCOMPARE(std::ranges::count(drawn.lines, "published", &ChartLine::profile), 4);
    QCOMPARE(std::ranges::count(drawn.lines, "recomputed", &ChartLine::profile), 4);
    QVERIFY(drawn.note.contains("published") && drawn.note.contains("recomputed"));
    // The logs give no accuracy other than the printed one.
    QVERIFY(
        publishedChartLines(LogregWorkload{}, *chartKindFromId("accuracy"), PublishedAs::Recomputed)
            .empty());
}

void PublishedOverlayTest::aNoteBelongsToTheChartItExplains()
{
    const Workload logreg = LogregWorkload{};
    for (const auto& workload : {Workload(EtlWorkload{}), logreg})
        for (const ChartKind kind : chartKinds(workload)) {
            const auto drawn = model(kind, bothForms, workload);
            const auto said = drawn.caption.join(" · ") + drawn.note;
            QCOMPARE(said.contains("(p/2)"), kind == ChartKind::Efficiency);
            QCOMPARE(said.contains("efficiency(p)"), kind == ChartKind::Efficiency);
            QCOMPARE(said.contains("speedup(p) ="), kind == ChartKind::Speedup);
            QCOMPARE(said.contains("per million rows"), kind == ChartKind::Runtime);
            const bool curves = std::ranges::any_of(drawn.lines, &ChartLine::published);
            QCOMPARE(said.contains("dotted, +"), curves);
        }
}

SPILLWAY_TESTS(PublishedOverlayTest, QCoreApplication)
#include "published_overlay_test.moc"
