#include "live_runs.h"
#include "suites/suites.h"
#include "ui/live/race_model.h"

#include <QAbstractItemModelTester>
#include <QItemSelectionModel>
#include <QtTest>

using namespace spillway;

namespace {

constexpr auto fatal = QAbstractItemModelTester::FailureReportingMode::QtTest;

/// Chunked, Polars and DuckDB with 1 and 2 workers: a warm-up round and two that count; Spark is
/// refused.
PlanProgress plannedRace()
{
    PlanProgress plan;
    PlannedRun refused = plannedRun(cellOf("pyspark", "default", 1), 1);
    refused.refusal = Error{ErrorCode::Unsupported, "PySpark is not ready.", {}, {}};
    plan.runs.push_back(refused);
    for (int round = 0; round < 3; ++round)
        for (const char* engine : {"chunked", "polars", "duckdb"})
            for (const int workers : {1, 2}) {
                PlannedRun run = plannedRun(cellOf(engine, "default", workers), std::max(1, round));
                run.warmup = round == 0;
                run.round = round;
                plan.runs.push_back(run);
            }
    plan.statuses.resize(plan.runs.size());
    plan.wallSeconds.resize(plan.runs.size());
    plan.statuses[0] = RunStatus::Unsupported;
    return plan;
}

EngineCatalogue catalogue()
{
    return EngineCatalogue({{.id = "chunked", .title = "Chunked", .deployable = false, .own = true},
                            {.id = "polars", .title = "Polars"},
                            {.id = "duckdb", .title = "DuckDB"},
                            {.id = "pyspark", .title = "PySpark"}});
}

/// What is raced, and the rows that come of it.
struct RaceStage {
    PlanProgress plan = plannedRace();
    std::vector<RunRecord> records;
    std::optional<WatchedRun> live;

    void end(std::size_t position, RunStatus status, double seconds)
    {
        endRun(plan, records, position, status, seconds);
        records.back().warmup = plan.runs[position].warmup;
        records.back().round = plan.runs[position].round;
        records.back().planId = 1;
    }
    void run(std::size_t position, double elapsed)
    {
        plan.current = position;
        live = madeUpRun(plan.runs[position].cell, elapsed + 1, Seconds(100), false);
    }
    std::vector<RaceRow> rows() const
    {
        const auto comparisons = compare(records, 2, {.engines = catalogue()});
        return raceRows(plan, raceOf(plan.runs[1].cell), raceResults(comparisons, records),
                        catalogue(), live ? &*live : nullptr, Seconds(103));
    }
    const RaceRow row(const std::string& engine, int workers) const
    {
        for (const RaceRow& each : rows())
            if (each.cell.engine == engine && each.cell.workers == workers) return each;
        return {};
    }
};

QStringList order(const std::vector<RaceRow>& rows)
{
    QStringList names;
    for (const RaceRow& row : rows)
        names << RaceModel::engineWords(row);
    return names;
}

} // namespace

class RaceTest : public QObject {
    Q_OBJECT
private slots:
    void everyCellHasARowBeforeAnythingRuns()
    {
        const RaceStage stage;
        const auto rows = stage.rows();
        QCOMPARE(rows.size(), std::size_t(7));
        QCOMPARE(std::ranges::count(rows, RaceState::Waiting, &RaceRow::state), 6);
        QCOMPARE(rows.back().state, RaceState::Refused); // what cannot run comes last
        QCOMPARE(RaceModel::timeWords(rows.front()), QStringLiteral("waiting"));
    }

    void theWarmUpIsShownAtOnceAndSaidToBeOne()
    {
        RaceStage stage;
        stage.end(3, RunStatus::Ok, 0.9); // Polars, 1 worker
        const RaceRow polars = stage.row("polars", 1);
        QVERIFY(polars.figures.warmup);
        QCOMPARE(*polars.figures.seconds, 0.9);
        QCOMPARE(RaceModel::timeWords(polars), QStringLiteral("0.90 s warm-up"));
        QCOMPARE(RaceModel::runsWords(polars), QStringLiteral("0/2"));
        QCOMPARE(polars.place, 1);
    }

    void aCountedRunTakesTheWarmUpsPlace()
    {
        RaceStage stage;
        stage.end(3, RunStatus::Ok, 9);
        stage.end(9, RunStatus::Ok, 0.5);
        stage.end(15, RunStatus::Ok, 0.7);
        const RaceRow polars = stage.row("polars", 1);
        QVERIFY(!polars.figures.warmup);
        QCOMPARE(*polars.figures.seconds, 0.6); // the warm-up is in no statistic
        QCOMPARE(polars.figures.repeats, (std::vector<double>{0.5, 0.7}));
        QCOMPARE(polars.state, RaceState::Done);
    }

    void whatIsCountedIsRankedBeforeAWarmUp()
    {
        RaceStage stage;
        stage.end(3, RunStatus::Ok, 0.9); // Polars, 1 worker
        stage.end(6, RunStatus::Ok, 0.4); // DuckDB, 2 workers
        stage.end(9, RunStatus::Ok, 0.8); // Polars again: the only one that a verdict knows
        const auto rows = stage.rows();
        QCOMPARE(order(rows).mid(0, 2), (QStringList{"Polars, 1 worker", "DuckDB, 2 workers"}));
        QCOMPARE(rows[0].place, 1);
        QCOMPARE(rows[1].place, 2);
    }

    void rowsAreRankedAsTheyFinishAndReferencesHaveNoPlace()
    {
        RaceStage stage;
        stage.end(1, RunStatus::Ok, 0.2); // Chunked, 1 worker: a reference
        stage.end(3, RunStatus::Ok, 0.9);
        stage.end(6, RunStatus::Ok, 0.4); // DuckDB, 2 workers
        stage.run(2, 1);                  // Chunked, 2 workers
        stage.end(5, RunStatus::MemoryLimit, 3);
        const auto rows = stage.rows();
        QCOMPARE(order(rows),
                 (QStringList{"Chunked, 1 worker", "DuckDB, 2 workers", "Polars, 1 worker",
                              "Chunked, 2 workers", "Polars, 2 workers", "DuckDB, 1 worker",
                              "PySpark, 1 worker"}));
        QCOMPARE(rows[0].place, 0);
        QCOMPARE(rows[1].place, 1);
        QCOMPARE(rows[2].place, 2);
        QCOMPARE(rows[5].place, 0); // it failed
        // Why is in the row, as far as there is room.
        QVERIFY(RaceModel::timeWords(rows[5]).startsWith(
            QStringLiteral("memory limit: Stopped by Spillway at 2.1 GB (limit 2.0 GB)")));
        QVERIFY(RaceModel::sentence(rows[5]).contains(QStringLiteral("limit 2.0 GB")));
    }

    void whatRunsFillsItsBarWithTheTimeSinceGo()
    {
        RaceStage stage;
        stage.run(4, 2); // it went one second after its start
        const RaceRow running = stage.row("polars", 2);
        QCOMPARE(running.state, RaceState::Running);
        QVERIFY(running.warmingUp);
        QCOMPARE(*running.elapsed, 2.0);
        QVERIFY(running.peakNow.value_or(0) > 0);
        QVERIFY2(RaceModel::timeWords(running).startsWith(QStringLiteral("2.0 s…")),
                 qPrintable(RaceModel::timeWords(running)));
        // Until then there is no time, only what it does.
        stage.live->goAt.reset();
        stage.live->state = RunState::SettingUp;
        const RaceRow starting = stage.row("polars", 2);
        QVERIFY(!starting.elapsed);
        QCOMPARE(RaceModel::timeWords(starting), QStringLiteral("Starting Polars…"));
    }

    void spillingIsMarked()
    {
        RaceStage stage;
        stage.end(3, RunStatus::Ok, 4);
        stage.records.back().spilledBytes = 300'000'000;
        QCOMPARE(RaceModel::memoryWords(stage.row("polars", 1)),
                 QStringLiteral("1.10 GB · 300 MB spilled"));
        stage.live = madeUpRun(stage.plan.runs[4].cell, 8, Seconds(100), true);
        stage.plan.current = 4;
        QVERIFY(RaceModel::memoryWords(stage.row("polars", 2)).contains("spilled"));
        // What an engine does not tell is left out.
        QCOMPARE(RaceModel::memoryWords(stage.row("duckdb", 1)), QString());
    }

    void aStoppedRunIsNotDone()
    {
        RaceStage stage;
        stage.end(3, RunStatus::Cancelled, 1);
        const RaceRow stopped = stage.row("polars", 1);
        QCOMPARE(stopped.state, RaceState::Stopped);
        QCOMPARE(RaceModel::timeWords(stopped), QStringLiteral("stopped"));
        QVERIFY(!stopped.figures.seconds);
    }

    void anAxisIsAtMostTwentyTimesTheShortestBar()
    {
        RaceStage stage;
        RaceModel model;
        stage.end(3, RunStatus::Ok, 0.5);
        stage.end(5, RunStatus::Ok, 2);
        model.setRows(stage.rows(), EngineStyles(catalogue()));
        QCOMPARE(model.reach(), 2.0);
        stage.end(4, RunStatus::Ok, 60);
        model.setRows(stage.rows(), EngineStyles(catalogue()));
        QCOMPARE(model.reach(), 10.0);
    }

    void aRowThatMovesStaysSelected()
    {
        RaceStage stage;
        RaceModel model;
        QAbstractItemModelTester tester(&model, fatal);
        QItemSelectionModel selection(&model);
        const EngineStyles styles(catalogue());
        stage.end(3, RunStatus::Ok, 0.5);
        model.setRows(stage.rows(), styles);
        selection.setCurrentIndex(model.index(0, RaceModel::Time),
                                  QItemSelectionModel::ClearAndSelect);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        stage.end(5, RunStatus::Ok, 0.2); // DuckDB passes Polars
        model.setRows(stage.rows(), styles);
        QCOMPARE(reset.size(), 0);
        QCOMPARE(selection.currentIndex().row(), 1);
        QCOMPARE(model.row(selection.currentIndex().row()).cell.engine, std::string("polars"));
        QVERIFY(model.index(1, RaceModel::Time)
                    .data(Qt::AccessibleTextRole)
                    .toString()
                    .startsWith(
                        QStringLiteral("Polars, 1 worker: 0.50 s warm-up; peak memory 1.10 GB")));
    }

    void aPlanOfSeveralLimitsIsSeveralRaces()
    {
        PlanProgress plan = plannedRace();
        const auto one = racesOf(plan);
        QCOMPARE(one.size(), std::size_t(1));
        QVERIFY(one.front().title.isEmpty());
        plan.datasets = {"taxi.csv", "orders.csv"};
        plan.runs[2].cell.memoryLimit = 1'000'000'000;
        plan.runs[3].cell.dataset = "b0b";
        plan.runs[3].dataset = 1;
        QStringList titles;
        for (const Race& race : racesOf(plan))
            titles << race.title;
        QCOMPARE(titles,
                 (QStringList{"taxi.csv · 2.00 GB", "taxi.csv · 1.00 GB", "orders.csv · 2.00 GB"}));
    }
};

SPILLWAY_TESTS(RaceTest, QCoreApplication)
#include "race_test.moc"
