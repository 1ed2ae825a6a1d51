#include "analysis/document_tables.h"
#include "base/json.h"
#include "charts/comparisons.h"
#include "charts/report.h"
#include "suites/suites.h"

#include <QApplication>
#include <QtTest>

#include <atomic>
#include <cstdlib>
#include <functional>
#include <new>

using namespace spillway;

namespace {

std::atomic<std::int64_t> allocations{0};

} // namespace

// Work is counted in allocations: unlike time their number is the same on a busy machine.
void* operator new(std::size_t size)
{
    ++allocations;
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
// std::stable_sort asks for its room with this one, and gives it back to the same delete.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept
{
    ++allocations;
    return std::malloc(size);
}
void operator delete(void* memory) noexcept
{
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept
{
    std::free(memory);
}

/// A session of twice as many runs is twice as much work, in every format.
class ReportGrowthTest : public QObject {
    Q_OBJECT
private slots:
    void workGrowsWithTheRuns_data();
    void workGrowsWithTheRuns();
};

namespace {

using Records = std::vector<RunRecord>;
using Work = std::function<std::string(const Records&)>;

/// As many repeats of 20 cells as make `count` runs.
Records manyRuns(int count)
{
    Runs runs;
    for (int i = 0; i < count / 20; ++i)
        for (const char* engine : {"chunked", "duckdb", "polars", "dask"})
            for (const int workers : {1, 2, 4, 8, 16})
                runs.add(engine, workers, 2.0 / workers + 0.001 * i, 60);
    auto records = runs.records();
    for (auto& record : records) {
        record.startedAt = "2026-11-28T10:00:00Z"; // as long as a real one: no short string
        record.enforcement = "watchdog, and the engine's own";
    }
    return records;
}

std::string report(const Records& records)
{
    ReportInput input{.title = "study", .records = records, .comparisons = compare(records, 4)};
    input.datasets.push_back({.name = "large_data.csv", .fingerprint = "fingerprint"});
    return htmlReport(input);
}

} // namespace

void ReportGrowthTest::workGrowsWithTheRuns_data()
{
    QTest::addColumn<Work>("work");
    QTest::newRow("report") << Work(report);
    QTest::newRow("html") << Work([](const Records& r) { return toHtml(runsTable(r)); });
    QTest::newRow("markdown") << Work([](const Records& r) { return toMarkdown(runsTable(r)); });
    QTest::newRow("latex") << Work([](const Records& r) { return toLatex(runsTable(r)); });
    QTest::newRow("csv") << Work([](const Records& r) { return toCsv(runsTable(r)); });
    QTest::newRow("json") << Work([](const Records& r) { return toLine(toJson(runsTable(r))); });
    QTest::newRow("text") << Work([](const Records& r) { return toText(runsTable(r)); });
    QTest::newRow("comparison") << Work(
        [](const Records& r) { return toLine(toJson(summaryTable(compare(r, 4).front()))); });
}

void ReportGrowthTest::workGrowsWithTheRuns()
{
    QFETCH(Work, work);
    const auto counted = [&](int runs) {
        const auto records = manyRuns(runs);
        const auto before = allocations.load();
        const auto text = work(records);
        if (text.empty()) qFatal("Nothing came out.");
        return static_cast<double>(allocations.load() - before);
    };
    counted(400); // what is made once
    const double small = counted(400);
    const double large = counted(1600);
    QVERIFY2(large < 5 * small, qPrintable(QString::number(large / small)));
}

SPILLWAY_TESTS(ReportGrowthTest, QApplication)
#include "report_growth_test.moc"
