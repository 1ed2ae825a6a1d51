#include "base/json.h"
#include "example_plan.h"
#include "experiment/expand.h"
#include "session/session_store.h"
#include "suites/suites.h"
#include "workloads/logreg/logreg.h"

#include <QtTest>

#include <map>
#include <set>

using namespace spillway;

/// Sessions that Spillway 0.1.0 made, when each kind of work was still a type of its own, open and
/// go on as they did.
class OldSessionsTest : public QObject {
    Q_OBJECT
private slots:
    void runsAreReadAndStandInTheCellsOfNewOnes_data() { sessions(); }
    void runsAreReadAndStandInTheCellsOfNewOnes();
    void aFinishedPlanHasNothingLeftToDo_data() { sessions(); }
    void aFinishedPlanHasNothingLeftToDo();
    void parametersThatWereSetAreThere();
    void fitsThatWereNeverCheckedSaySo();

private:
    void sessions();
    Result<SessionStore> opened(const QString& name);

    QTemporaryDir directory_;
};

void OldSessionsTest::sessions()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("etl");
    QTest::addColumn<int>("logreg");
    QTest::newRow("two plans, both kinds") << "both-kinds" << 12 << 6;
    QTest::newRow("two limits, an engine that was not there") << "limits" << 10 << 0;
    QTest::newRow("preset paper") << "study" << 8 << 8;
}

/// A copy: opening migrates.
Result<SessionStore> OldSessionsTest::opened(const QString& name)
{
    const QString copy = directory_.filePath(name + ".spillway");
    QFile::remove(copy);
    QFile::copy(
        QStringLiteral(SPILLWAY_SOURCE_DIR "/tests/core/experiment/old_sessions/%1.spillway")
            .arg(name),
        copy);
    QFile::setPermissions(copy, QFile::ReadOwner | QFile::WriteOwner);
    return SessionStore::open(copy.toStdString());
}

void OldSessionsTest::runsAreReadAndStandInTheCellsOfNewOnes()
{
    QFETCH(const QString, name);
    QFETCH(const int, etl);
    QFETCH(const int, logreg);
    const auto store = opened(name);
    QVERIFY2(store.has_value(), store ? "" : describe(store.error()).c_str());
    const auto runs = store->runs();
    QVERIFY2(runs.has_value(), runs ? "" : describe(runs.error()).c_str());
    std::map<std::string, int> kinds;
    for (const auto& run : *runs) {
        ++kinds[run.workload.kind];
        QVERIFY(validate(run.workload));
        QCOMPARE(QString::fromStdString(run.cell.workload),
                 QString::fromStdString(identityOf(run.workload)));
        if (run.status == RunStatus::Ok) QVERIFY(run.result.has_value());
    }
    QCOMPARE(kinds["etl"], etl);
    QCOMPARE(kinds["logreg"], logreg);
}

void OldSessionsTest::aFinishedPlanHasNothingLeftToDo()
{
    QFETCH(const QString, name);
    const auto store = opened(name);
    const auto runs = store->runs();
    auto engines = example::engines();
    engines.push_back(example::engine("objectstore"));
    for (auto& engine : engines)
        if (engine.manifest.id == "polars") engine.state = EngineState::NotInstalled;
    const auto plans = store->plans();
    QVERIFY(plans && !plans->empty());
    for (const auto& stored : *plans) {
        const auto plan = planFromText(stored.text);
        QVERIFY2(plan.has_value(), plan ? "" : describe(plan.error()).c_str());
        const auto all = expand(*plan, engines);
        QVERIFY(!all.empty());
        QVERIFY(missingRuns(all, *runs).empty());
        auto more = *plan;
        ++more.repeats;
        QVERIFY(!missingRuns(expand(more, engines), *runs).empty());
    }
}

void OldSessionsTest::parametersThatWereSetAreThere()
{
    const auto store = opened("both-kinds");
    const auto runs = store->runs();
    const auto fit =
        std::ranges::find(*runs, "logreg", [](const RunRecord& run) { return run.workload.kind; });
    QVERIFY(fit != runs->end());
    const LogregWorkload expected{.label = "category",
                                  .features = {"x", "y"},
                                  .solver = LogregWorkload::Solver::Sgd,
                                  .maxIterations = 5,
                                  .c = 2};
    QVERIFY(LogregWorkload::of(fit->workload) == expected);
    QCOMPARE(fit->workload.parameters.size(), std::size_t(3));
}

void OldSessionsTest::fitsThatWereNeverCheckedSaySo()
{
    const auto store = opened("both-kinds");
    std::map<std::string, std::set<bool>> unchecked;
    for (const RunRecord& run : *store->runs())
        if (run.status == RunStatus::Ok)
            unchecked[run.workload.kind].insert(std::ranges::count(run.flags, "unchecked") == 1);
    QVERIFY(unchecked["logreg"] == std::set<bool>{true});
    QVERIFY(unchecked["etl"] == std::set<bool>{false});
}

SPILLWAY_TESTS(OldSessionsTest, QCoreApplication)
#include "old_sessions_test.moc"
