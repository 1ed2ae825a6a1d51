#include "analysis/cache_start.h"
#include "analysis/recommendation.h"
#include "analysis/session_ratio.h"
#include "analysis/short_table.h"
#include "base/json.h"
#include "records.h"
#include "suites/suites.h"

#include <fmt/format.h>

#include <QtTest>

using namespace spillway;

/// Times that began with another share of the data in the page cache are in no ratio, and the
/// reason is given.
class CacheStartTest : public QObject {
    Q_OBJECT
private slots:
    void aRatioNeedsTheSameStart_data();
    void aRatioNeedsTheSameStart();
    void bytesReadFromTheSameStartAreNoReason();
    void speedupIsRefused();
    void theRecommendationIsRefused();
    void twoSessionsAreNotDivided();
    void repeatsOfDifferentStartsAreFlagged();
    void theTablesShowWhatWasCachedAndRead();
    void otherBytesBetweenTheSamplesAreOtherData();
};

namespace {

void addStarted(std::vector<RunRecord>& records, const std::string& engine, int workers,
                double resident, double seconds = 5, Bytes read = 0)
{
    for (int repeat = 1; repeat <= 6; ++repeat) {
        auto record = etlRun(engine, workers, repeat, seconds + 0.01 * repeat);
        record.residency = Residency{resident, 0.5};
        record.diskReadBytes = read;
        records.push_back(std::move(record));
    }
}

bool flagged(const CellSummary& cell, const char* flag)
{
    return std::ranges::find(cell.flags, flag) != cell.flags.end();
}

} // namespace

void CacheStartTest::aRatioNeedsTheSameStart_data()
{
    QTest::addColumn<double>("one");
    QTest::addColumn<double>("other");
    QTest::addColumn<bool>("divided");
    QTest::newRow("both warm") << 1.0 << 0.99 << true;
    QTest::newRow("both evicted") << 0.0 << 0.01 << true;
    QTest::newRow("warm and evicted") << 0.98 << 0.02 << false;
    QTest::newRow("a third left by the run before") << 0.34 << 0.0 << false;
}

void CacheStartTest::aRatioNeedsTheSameStart()
{
    QFETCH(double, one);
    QFETCH(double, other);
    QFETCH(bool, divided);
    std::vector<RunRecord> records;
    addStarted(records, "dask", 1, one);
    addStarted(records, "polars", 1, other);
    const auto lines = compare(records, 4).front().lines;
    const auto obstacle = cacheObstacle(lines[0].cells[0], lines[1].cells[0]);
    QCOMPARE(!obstacle, divided);
    if (obstacle)
        QVERIFY2(obstacle->starts_with(fmt::format("one started with {:.0f} %", 100 * one)),
                 obstacle->c_str());
    QCOMPARE(startAlike(compare(records, 4).front()), divided);
}

void CacheStartTest::bytesReadFromTheSameStartAreNoReason()
{
    std::vector<RunRecord> records;
    addStarted(records, "dask", 1, 0, 5, 1'000'000'000);
    addStarted(records, "polars", 1, 0, 6, 3'000'000'000);
    const auto found = recommend(compare(records, 4).front(), {});
    QCOMPARE(found.rivals.front().standing, Standing::Slower);
}

void CacheStartTest::speedupIsRefused()
{
    std::vector<RunRecord> records;
    addStarted(records, "dask", 1, 0.98);
    addStarted(records, "dask", 2, 0.02);
    addStarted(records, "dask", 4, 0.97);
    const auto cells = compare(records, 4).front().lines.front().cells;
    QVERIFY(!cells[1].speedup && !cells[1].efficiency);
    QVERIFY(flagged(cells[1], "cache-differs"));
    QVERIFY(cells[2].speedup && !flagged(cells[2], "cache-differs"));
}

void CacheStartTest::theRecommendationIsRefused()
{
    std::vector<RunRecord> records;
    addStarted(records, "dask", 1, 0.98, 5);
    addStarted(records, "polars", 1, 0.02, 9);
    const auto found = recommend(compare(records, 4).front(), {});
    QCOMPARE(found.kind, RecommendationKind::CannotTell);
    QCOMPARE(found.rivals.front().standing, Standing::OtherStart);
    QVERIFY(!found.rivals.front().ratio);
    QVERIFY2(sentence(found).find("No ratio to Polars") != std::string::npos &&
                 sentence(found).find("one started with 2 % of the data in the page cache, "
                                      "the other with 98 %") != std::string::npos,
             sentence(found).c_str());
    QVERIFY(!nextRuns(found).empty());
    QCOMPARE(toJson(found)["rivals"][0]["standing"].get<std::string>(), std::string("other-start"));
    QVERIFY(toJson(found)["rivals"][0]["no_ratio"].is_string());
    QCOMPARE(recommendationTable(found).rows.size(), std::size_t(2));
}

void CacheStartTest::twoSessionsAreNotDivided()
{
    std::vector<RunRecord> first;
    std::vector<RunRecord> second;
    addStarted(first, "dask", 1, 1);
    addStarted(second, "dask", 1, 0);
    const auto table = sideBySideTable(compare(first, 4).front(), compare(second, 4).front());
    const auto column = [&](const char* id) {
        const auto found = std::ranges::find(table.columns, id, &TableColumn::id);
        return static_cast<std::size_t>(found - table.columns.begin());
    };
    QVERIFY(std::holds_alternative<std::monostate>(table.rows[0][column("seconds_ratio")]));
    QVERIFY(std::holds_alternative<double>(table.rows[0][column("peak_ratio")]));
    QVERIFY(std::get<std::string>(table.rows[0][column("no_ratio")])
                .starts_with("one started with 100 %"));
}

void CacheStartTest::repeatsOfDifferentStartsAreFlagged()
{
    std::vector<RunRecord> records;
    addStarted(records, "dask", 1, 1);
    records.back().residency->atGo = 0.4;
    QVERIFY(flagged(compare(records, 4).front().lines.front().cells[0], "mixed-cache"));
}

void CacheStartTest::theTablesShowWhatWasCachedAndRead()
{
    std::vector<RunRecord> records;
    addStarted(records, "dask", 1, 0.02, 5, 417'000'000);
    const auto comparison = compare(records, 4).front();
    const auto brief = toText(shortTable(comparison), 200);
    QVERIFY2(brief.find("2 %, 417 MB read") != std::string::npos, brief.c_str());
    const auto cells = toJson(summaryTable(comparison));
    QVERIFY2(toLine(cells).find("disk_read_mb_median") != std::string::npos &&
                 toLine(cells).find("resident_at_go") != std::string::npos,
             toLine(cells).c_str());
    const auto runs = toCsv(runsTable(records));
    QVERIFY2(runs.find("417000000") != std::string::npos, runs.c_str());
}

void CacheStartTest::otherBytesBetweenTheSamplesAreOtherData()
{
    std::vector<RunRecord> records;
    addStarted(records, "dask", 1, 1);
    auto others = records;
    for (auto& record : records)
        record.dataHash = "one";
    for (auto& record : others)
        record.dataHash = "other";
    const auto reasons = ratioObstacles(compare(records, 4).front(), compare(others, 4).front());
    QCOMPARE(reasons.size(), std::size_t(1));
    QVERIFY(ratioObstacles(compare(records, 4).front(), compare(records, 4).front()).empty());
}

SPILLWAY_TESTS(CacheStartTest, QCoreApplication)
#include "cache_start_test.moc"
