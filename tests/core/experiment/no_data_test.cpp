#include "core/experiment/example_plan.h"
#include "core/experiment/runner_fixture.h"
#include "protocol/run_spec.h"
#include "suites/suites.h"

#include <QtTest>

using namespace spillway;

/// Work that reads no data, from plan to session.
class NoDataTest : public QObject {
    Q_OBJECT
private slots:
    void aPlanIsCompletedWithNoData();
    void dataAndWorkHaveToFit();
    void workWithoutDataRunsOnceBesideTheDataOfOthers();
    void planFilesAndCommandsNameNoData();
    void theSpecificationHasNoInputs();
    void aRunIsCheckedStoredAndContinued();
    void aWrongAnswerIsWrong();
};

namespace {

Workload tasksWorkload()
{
    return {.kind = "tasks", .columns = {}, .parameters = {{"size", "quick"}}};
}

Plan planWithoutData(const std::string& engine)
{
    Plan plan;
    plan.workloads = {tasksWorkload()};
    plan.engines = {{engine, {}}};
    plan.workers = {2};
    plan.warmup = 0;
    plan.repeats = 2;
    plan.timeout = Seconds(60);
    completeData(plan);
    return plan;
}

} // namespace

void NoDataTest::aPlanIsCompletedWithNoData()
{
    auto plan = planWithoutData("a");
    QCOMPARE(plan.datasets, std::vector{noData()});
    completeData(plan);
    QCOMPARE(plan.datasets.size(), 1U);
    VERIFY_RESULT(plan.validate());
    auto withData = example::plan();
    completeData(withData);
    QCOMPARE(withData.datasets.size(), 1U);
    QVERIFY(!isNoData(withData.datasets.front()));
}

void NoDataTest::dataAndWorkHaveToFit()
{
    auto idle = planWithoutData("a");
    idle.datasets.push_back(example::dataset());
    const auto leftOver = idle.validate();
    QVERIFY(!leftOver);
    QCOMPARE(leftOver.error().message,
             std::string("No workload of the plan reads data, and it has \"data f1\"."));
    auto hungry = example::plan();
    hungry.datasets = {noData()};
    const auto without = hungry.validate();
    QVERIFY(!without);
    QCOMPARE(without.error().message, std::string("The plan has no dataset."));
    auto faked = example::plan();
    faked.datasets.front().paths.clear();
    QVERIFY(!faked.validate());
}

void NoDataTest::workWithoutDataRunsOnceBesideTheDataOfOthers()
{
    auto plan = example::plan();
    plan.datasets = {example::dataset("f1"), example::dataset("f2")};
    plan.workloads.push_back(tasksWorkload());
    plan.engines = {{"mill", {}}};
    plan.workers = {1};
    plan.warmup = 0;
    plan.repeats = 1;
    completeData(plan);
    VERIFY_RESULT(plan.validate());
    auto mill = example::engine("mill", {"etl", "tasks"});
    mill.manifest.protocol = protocolVersion;
    const auto runs = expand(plan, {mill});
    QCOMPARE(runs.size(), 3U);
    for (const auto& run : runs) {
        const bool none = run.workload.kind == "tasks";
        QVERIFY(!run.refusal);
        QCOMPARE(isNoData(plan.datasets[run.dataset]), none);
        QCOMPARE(run.cell.cache, none ? CacheState::AsIs : CacheState::Warm);
    }
}

void NoDataTest::planFilesAndCommandsNameNoData()
{
    auto plan = example::plan();
    plan.workloads.push_back(tasksWorkload());
    completeData(plan);
    const Json json = toJson(plan);
    QCOMPARE(json["datasets"].size(), 1U);
    const auto read = planFromJson(json);
    VERIFY_RESULT(read);
    QCOMPARE(*read, plan);
    const auto lines = QString::fromStdString(commandLineOf(plan)).split('\n');
    QCOMPARE(lines.size(), 2);
    QVERIFY2(lines[0].contains("--data") && lines[0].contains("--workload etl"),
             qPrintable(lines[0]));
    QVERIFY2(lines[1].startsWith("spillway run --workload tasks --param size=quick --engine"),
             qPrintable(lines[1]));
    const auto alone = planFromText(
        R"({"version": 1, "workloads": [{"kind": "tasks"}], "engines": ["a"], "workers": [1]})");
    VERIFY_RESULT(alone);
    VERIFY_RESULT(alone->validate());
}

void NoDataTest::theSpecificationHasNoInputs()
{
    RunSpec spec{.runId = "1", .dataset = noData(), .workload = tasksWorkload(), .workers = 2};
    spec.seed = 9;
    VERIFY_RESULT(spec.validate());
    const Json json = toJson(spec, protocolVersion);
    QCOMPARE(json["inputs"], Json::object());
    const auto read = runSpecFromJson(json);
    VERIFY_RESULT(read);
    QCOMPARE(read->dataset, noData());
    QCOMPARE(read->workload, spec.workload);
    spec.dataset = example::dataset();
    QVERIFY(!spec.validate());
}

void NoDataTest::aRunIsCheckedStoredAndContinued()
{
    testing::RunnerFixture fixture;
    testing::Recorder seen;
    const auto plan = planWithoutData("tasks");
    const auto outcome = fixture.run(plan, seen);
    VERIFY_RESULT(outcome);
    QCOMPARE(outcome->ok, 2);
    QCOMPARE(seen.references, 0);
    for (const auto& record : seen.ended) {
        QVERIFY2(record.status == RunStatus::Ok,
                 record.error ? describe(*record.error).c_str() : "");
        QCOMPARE(record.datasetName, std::string("this machine"));
        QCOMPARE(record.cell.dataset, noData().fingerprint);
        QVERIFY(std::ranges::find(record.flags, "unchecked") == record.flags.end());
    }
    testing::Recorder again;
    const auto continued = fixture.run(plan, again, {}, true);
    VERIFY_RESULT(continued);
    QVERIFY(again.planned.empty());
    const auto stored = fixture.store().plans();
    VERIFY_RESULT(stored);
    QCOMPARE(stored->size(), 1U);
}

void NoDataTest::aWrongAnswerIsWrong()
{
    testing::RunnerFixture fixture;
    testing::Recorder seen;
    auto plan = planWithoutData("tasks");
    plan.seed = 99; // the engine answers for another
    const auto outcome = fixture.run(plan, seen);
    VERIFY_RESULT(outcome);
    QCOMPARE(outcome->ok, 0);
    QCOMPARE(seen.ended.front().status, RunStatus::WrongResult);
    QVERIFY2(seen.ended.front().error->message.find("have the checksum") != std::string::npos,
             seen.ended.front().error->message.c_str());
}

SPILLWAY_TESTS(NoDataTest, QCoreApplication)
#include "no_data_test.moc"
