#include "charts/chart_ratios.h"
#include "comparisons.h"
#include "suites/suites.h"

#include <QApplication>
#include <QtTest>

using namespace spillway;

class ChartRatiosTest : public QObject {
    Q_OBJECT
private slots:
    void everythingIsAMultipleOfTheLeastOfADeployableEngine();
    void withoutADeployableEngineTheLeastOfAllIsOne();
    void memoryHasAUnitOfItsOwn();
    void otherChartsStayAsTheyAre();
    void theStudyIsLeftOut();
    void nothingFinishedIsNoRatio();

private:
    static ChartModel ratios(const Comparison& comparison, ChartKind kind)
    {
        return chartModel(comparison, kind, {.ratios = true});
    }
};

namespace {

const ChartPoint& pointOf(const ChartModel& model, const std::string& engine, int workers)
{
    for (const auto& line : model.lines)
        for (const auto& segment : line.segments)
            for (const auto& point : segment)
                if (line.engine == engine && point.workers == workers) return point;
    qFatal("no such point");
}

} // namespace

void ChartRatiosTest::everythingIsAMultipleOfTheLeastOfADeployableEngine()
{
    Runs runs;
    runs.addCell("chunked", 2, 0.5, 10, 0.1);
    runs.addCell("polars", 2, 2, 300, 1, 1);
    runs.addCell("polars", 4, 1, 400, 1, 1);
    runs.addCell("dask", 4, 3, 700, 1);
    const auto model = ratios(runs.comparison(), ChartKind::Runtime);
    const double one = 0.99; // the least of one repeat around 1 s
    QCOMPARE(pointOf(model, "polars", 4).value, 1.0);
    QCOMPARE(pointOf(model, "polars", 2).value, 2.0);
    const auto absolute = chartModel(runs.comparison(), ChartKind::Runtime, {});
    const auto& dask = pointOf(absolute, "dask", 4);
    const auto& divided = pointOf(model, "dask", 4);
    QCOMPARE(divided.value, dask.value / one);
    QCOMPARE(divided.interval->low, dask.interval->low / one);
    QCOMPARE(divided.interval->high, dask.interval->high / one);
    QCOMPARE(divided.repeats.front(), dask.repeats.front() / one);
    QCOMPARE(divided.setup, dask.setup / one);
    QVERIFY(pointOf(model, "chunked", 2).value < 1);
    QVERIFY2(model.caption.front().startsWith("Ratio to Polars, 4 workers, 0.99 s"),
             qPrintable(model.caption.front()));
    QVERIFY(model.describe(model.lines.back(), divided).contains(QStringLiteral(" ×")));
    for (const auto& tick : model.y.ticks)
        QVERIFY(tick.label.endsWith(QStringLiteral("×")));
}

void ChartRatiosTest::withoutADeployableEngineTheLeastOfAllIsOne()
{
    Runs runs;
    runs.addCell("chunked", 2, 0.5, 10, 0, 1);
    runs.addCell("objectstore", 2, 0.6, 10, 0, 1);
    const auto model = ratios(runs.comparison(), ChartKind::Runtime);
    QCOMPARE(pointOf(model, "chunked", 2).value, 1.0);
    QCOMPARE(pointOf(model, "objectstore", 2).value, 1.2);
}

void ChartRatiosTest::memoryHasAUnitOfItsOwn()
{
    const auto model = ratios(normalRuns().comparison(), ChartKind::PeakMemory);
    QVERIFY2(model.caption.front().contains(QStringLiteral(" MB")),
             qPrintable(model.caption.front()));
    // The limit is an amount and no ratio; the line is that of the ratio 1.
    QCOMPARE(model.references.size(), std::size_t(1));
    QCOMPARE(model.references.front().atLowX, 1.0);
    QVERIFY(!model.caption.join(QString()).contains("limit"));
}

void ChartRatiosTest::otherChartsStayAsTheyAre()
{
    const auto comparison = normalRuns().comparison();
    for (const auto kind : {ChartKind::Efficiency, ChartKind::Speedup, ChartKind::TradeOff}) {
        const auto plain = chartModel(comparison, kind, {});
        const auto model = ratios(comparison, kind);
        QCOMPARE(model.caption, plain.caption);
        QCOMPARE(pointOf(model, "polars", 4).value, pointOf(plain, "polars", 4).value);
    }
}

void ChartRatiosTest::theStudyIsLeftOut()
{
    const auto model = chartModel(normalRuns().comparison(), ChartKind::Runtime,
                                  {.published = {PublishedAs::Printed}, .ratios = true});
    QVERIFY(std::ranges::none_of(model.lines, &ChartLine::published));
    QVERIFY(!model.perMillionRows);
}

void ChartRatiosTest::nothingFinishedIsNoRatio()
{
    Runs runs;
    runs.fail("polars", 2, RunStatus::TimedOut, "Not finished.");
    const auto model = ratios(runs.comparison(), ChartKind::Runtime);
    QVERIFY(model.ratioTo.isEmpty());
    QCOMPARE(model.message, QStringLiteral("Nothing finished."));
}

SPILLWAY_TESTS(ChartRatiosTest, QApplication)
#include "chart_ratios_test.moc"
