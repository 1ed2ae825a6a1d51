#include "analysis/ease.h"
#include "analysis/snippet.h"
#include "records.h"
#include "suites/suites.h"

#include <QFile>
#include <QtTest>

#include <algorithm>

using namespace spillway;

/// What an engine takes beside the time: from facts of its runs, never from guesses.
class EaseTest : public QObject {
    Q_OBJECT
private slots:
    void aProgramIsAsLongAsItsCode();
    void workWithoutAProgramHasNoLines();
    void aQueryHasTheLinesOfTheProgramThatRan_data();
    void aQueryHasTheLinesOfTheProgramThatRan();
    void figuresAreMediansOfTheMostWorkers();
    void theNewestInstallationCounts();
    void startingIsToldWhicheverTimeIsCompared();
    void aLineThatNeverRanHasNoRow();
    void theLastComparisonOfAKindSpeaks();
    void theTableLeavesOutWhatIsNotKnown();
};

namespace {

RunRecord restingRun(const std::string& engine, int workers, int repeat, double start, Bytes bytes)
{
    auto record = etlRun(engine, workers, repeat, 1.0);
    record.setupSeconds = start;
    record.atRest = AtRest{start, workers + 2, bytes};
    return record;
}

std::vector<EaseRow> rowsOf(const std::vector<RunRecord>& records)
{
    return easeOf(compare(records, 4));
}

const TableValue& valueOf(const Table& table, std::size_t row, const std::string& column)
{
    const auto found = std::ranges::find(table.columns, column, &TableColumn::id);
    return table.rows.at(row).at(std::size_t(found - table.columns.begin()));
}

} // namespace

void EaseTest::aProgramIsAsLongAsItsCode()
{
    int lines = 0;
    for (const char* part : {"ray_start", "ray_csv", "etl/ray_naive"}) {
        QFile file(QStringLiteral(SPILLWAY_SOURCE_DIR "/resources/snippets/%1.py").arg(part));
        QVERIFY(file.open(QIODevice::ReadOnly));
        for (const auto& line : file.readAll().split('\n')) {
            const auto code = line.trimmed();
            lines += !code.isEmpty() && !code.startsWith('#') && !code.startsWith("\"\"\"");
        }
    }
    QVERIFY(lines > 20);
    const Workload etl = EtlWorkload{"category", {"x"}};
    QCOMPARE(programLines(etl, "ray", "naive"), std::optional(lines));
    // One for all profiles.
    QVERIFY(programLines(etl, "polars", "default") == programLines(etl, "polars", "other"));
}

void EaseTest::workWithoutAProgramHasNoLines()
{
    QVERIFY(!programLines(EtlWorkload{"category", {"x"}}, "chunked", "default"));
    QVERIFY(!programLines(Workload{.kind = "tasks"}, "ray", "single"));
    QVERIFY(!programLines(Workload{.kind = "no such kind"}, "ray", "naive"));
}

void EaseTest::aQueryHasTheLinesOfTheProgramThatRan_data()
{
    QTest::addColumn<QString>("setting");
    QTest::addColumn<int>("lines");
    QTest::newRow("told") << "41" << 41;
    QTest::newRow("nothing") << "" << 0;
    QTest::newRow("no number") << "4 lines" << 0;
    QTest::newRow("less than none") << "-4" << 0;
    QTest::newRow("too many") << "99999999999" << 0;
}

void EaseTest::aQueryHasTheLinesOfTheProgramThatRan()
{
    QFETCH(QString, setting);
    QFETCH(int, lines);
    auto run = restingRun("dask", 2, 1, 0.5, 1000);
    run.workload = Workload{.kind = "query"};
    run.settings[programLinesSetting] = setting.toStdString();
    const auto rows = rowsOf({run});
    QCOMPARE(rows.size(), std::size_t(1));
    QCOMPARE(rows[0].lines.value_or(0), lines);
}

void EaseTest::figuresAreMediansOfTheMostWorkers()
{
    const auto rows =
        rowsOf({restingRun("dask", 1, 1, 9, 9'000), restingRun("dask", 2, 1, 1, 1'000),
                restingRun("dask", 2, 2, 3, 5'000), restingRun("dask", 2, 3, 2, 2'000)});
    QCOMPARE(rows.size(), std::size_t(1));
    QCOMPARE(rows[0].work, std::string("group-by mean"));
    QCOMPARE(rows[0].workers, 2);
    QCOMPARE(rows[0].startSeconds->median, 2.0);
    QCOMPARE(rows[0].restProcesses->median, 4.0);
    QCOMPARE(rows[0].restBytes->median, 2000.0);
}

void EaseTest::theNewestInstallationCounts()
{
    auto older = restingRun("dask", 2, 1, 1, 1'000);
    auto newer = restingRun("dask", 2, 2, 1, 1'000);
    older.installation = Installation{.packages = 20, .bytes = 1, .seconds = 9, .newBytes = 1};
    newer.installation = Installation{.packages = 23, .bytes = 2, .seconds = {}, .newBytes = {}};
    const auto rows = rowsOf({newer, older});
    QCOMPARE(rows[0].installation->packages, 23);
    QVERIFY(!rows[0].installation->seconds);
}

void EaseTest::startingIsToldWhicheverTimeIsCompared()
{
    const std::vector<RunRecord> records{restingRun("dask", 2, 1, 0.75, 1'000)};
    const auto rows = easeOf(compare(records, 4, {.time = TimeMeasure::WithSetup}));
    QCOMPARE(rows.at(0).startSeconds->median, 0.75);
}

void EaseTest::aLineThatNeverRanHasNoRow()
{
    auto failed = failedRun("ray", 2, 1, RunStatus::Failed, "no port");
    failed.atRest = AtRest{1, 2, 3}; // it had started
    const auto rows = rowsOf({failed, restingRun("dask", 2, 1, 1, 1)});
    QCOMPARE(rows.size(), std::size_t(1));
    QCOMPARE(rows[0].engine, std::string("dask"));
    QVERIFY(rowsOf({etlRun("polars", 2, 1, 1)}).empty()); // of an earlier version, without samples
}

void EaseTest::theLastComparisonOfAKindSpeaks()
{
    auto first = restingRun("dask", 2, 1, 1, 1'000);
    auto second = restingRun("dask", 2, 2, 2, 2'000);
    second.cell.dataset = "another";
    auto third = restingRun("ray", 2, 3, 3, 3'000);
    third.workload = Workload{.kind = "tasks"};
    third.cell.workload = "tasks";
    const auto rows = rowsOf({first, second, third});
    QCOMPARE(rows.size(), std::size_t(2));
    QCOMPARE(rows[0].restBytes->median, 2000.0);
    QCOMPARE(rows[1].work, std::string("independent tasks"));
    QVERIFY(!rows[1].lines);
}

void EaseTest::theTableLeavesOutWhatIsNotKnown()
{
    auto full = restingRun("dask", 2, 1, 0.5, 250'000'000);
    full.installation = Installation{
        .packages = 23, .bytes = 277'000'000, .seconds = 12.5, .newBytes = 140'000'000};
    const auto table = easeTable(rowsOf({full, restingRun("chunked", 2, 1, 0.01, 3'000'000)}));
    QCOMPARE(std::get<std::int64_t>(valueOf(table, 0, "packages")), std::int64_t(23));
    QCOMPARE(std::get<double>(valueOf(table, 0, "installed_mb")), 277.0);
    QCOMPARE(std::get<double>(valueOf(table, 0, "set_up_s")), 12.5);
    QCOMPARE(std::get<double>(valueOf(table, 0, "new_mb")), 140.0);
    QCOMPARE(std::get<double>(valueOf(table, 0, "start_s")), 0.5);
    QCOMPARE(std::get<double>(valueOf(table, 0, "processes_at_rest")), 4.0);
    QCOMPARE(std::get<double>(valueOf(table, 0, "memory_at_rest_mb")), 250.0);
    for (const char* unknown : {"lines", "packages", "installed_mb", "set_up_s", "new_mb"})
        QVERIFY2(std::holds_alternative<std::monostate>(valueOf(table, 1, unknown)), unknown);
}

SPILLWAY_TESTS(EaseTest, QCoreApplication)
#include "ease_test.moc"
