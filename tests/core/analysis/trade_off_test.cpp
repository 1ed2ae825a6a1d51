#include "analysis/trade_off.h"
#include "records.h"
#include "suites/suites.h"

#include <QtTest>

using namespace spillway;

namespace {

/// A cell by its engine, named so that a test reads as places on the plot.
struct Placed {
    const char* engine;
    double seconds;
    double peakMegabytes;
};

std::vector<RunRecord> runsOf(const std::vector<Placed>& cells)
{
    std::vector<RunRecord> records;
    for (const auto& placed : cells) {
        records.push_back(etlRun(placed.engine, 2, 1, placed.seconds));
        records.back().peakBytes = std::llround(placed.peakMegabytes * 1e6);
    }
    return records;
}

QString frontierOf(const std::vector<RunRecord>& records)
{
    const auto comparison = compare(records, 4, {.engines = catalogueWithReferences()}).front();
    QStringList engines;
    for (const auto* cell : paretoFrontier(comparison))
        engines << QString::fromStdString(cell->cell.engine);
    return engines.join(' ');
}

} // namespace

class TradeOffTest : public QObject {
    Q_OBJECT
private slots:
    void whatAnotherBeatsIsLeftOut_data();
    void whatAnotherBeatsIsLeftOut();
    void aCellThatFailedOnceIsNoChoice();
    void anUncheckedCellTakesNoPlaceFromACheckedOne();
    void withoutMeasuredMemoryThereIsNoPlace();
};

void TradeOffTest::whatAnotherBeatsIsLeftOut_data()
{
    QTest::addColumn<std::vector<Placed>>("cells");
    QTest::addColumn<QString>("frontier");
    using Cells = std::vector<Placed>;
    QTest::newRow("one") << Cells{{"dask", 4, 100}} << "dask";
    QTest::newRow("a chain") << Cells{{"dask", 4, 100}, {"ray", 2, 200}, {"polars", 1, 300}}
                             << "dask ray polars";
    QTest::newRow("beaten in both") << Cells{{"dask", 4, 300}, {"polars", 1, 100}} << "polars";
    QTest::newRow("beaten in one, equal in the other")
        << Cells{{"dask", 4, 100}, {"ray", 2, 100}, {"polars", 2, 200}} << "ray";
    QTest::newRow("equal in both") << Cells{{"dask", 4, 100}, {"ray", 4, 100}} << "dask ray";
    QTest::newRow("inside a step")
        << Cells{{"dask", 4, 100}, {"ray", 3.9, 299}, {"polars", 1, 300}, {"duckdb", 4.1, 200}}
        << "dask ray polars";
    QTest::newRow("native twins are no choice")
        << Cells{{"chunked", 1, 10}, {"dask", 4, 100}} << "dask";
    QTest::newRow("nor is a user's engine whose manifest says so")
        << Cells{{"awk", 1, 10}, {"my-engine", 4, 100}} << "my-engine";
    QTest::newRow("native twins alone")
        << Cells{{"chunked", 1, 10}, {"objectstore", 2, 100}} << "chunked";
}

void TradeOffTest::whatAnotherBeatsIsLeftOut()
{
    QFETCH(std::vector<Placed>, cells);
    QTEST(frontierOf(runsOf(cells)), "frontier");
}

void TradeOffTest::aCellThatFailedOnceIsNoChoice()
{
    auto records = runsOf({{"dask", 4, 300}, {"polars", 1, 100}});
    records.push_back(failedRun("polars", 2, 2, RunStatus::MemoryLimit, "Stopped."));
    QCOMPARE(frontierOf(records), QStringLiteral("dask"));
}

void TradeOffTest::anUncheckedCellTakesNoPlaceFromACheckedOne()
{
    auto records = runsOf({{"dask", 4, 300}, {"polars", 1, 100}});
    records[1].flags = {"unchecked"};
    QCOMPARE(frontierOf(records), QStringLiteral("dask"));
    records[0].flags = {"unchecked"};
    QCOMPARE(frontierOf(records), QStringLiteral("polars"));
}

void TradeOffTest::withoutMeasuredMemoryThereIsNoPlace()
{
    QCOMPARE(frontierOf({failedRun("dask", 2, 1, RunStatus::Failed, "exit code 1")}), QString());
    auto comparison = compare(runsOf({{"dask", 4, 300}, {"polars", 1, 100}}), 4).front();
    comparison.lines[1].cells[0].peakBytes.reset();
    const auto frontier = paretoFrontier(comparison);
    QCOMPARE(frontier.size(), std::size_t(1));
    QCOMPARE(frontier.front(), &comparison.lines[0].cells[0]);
}

SPILLWAY_TESTS(TradeOffTest, QCoreApplication)
#include "trade_off_test.moc"
