#include "base/json.h"
#include "data/open_dataset.h"
#include "experiment/runner.h"
#include "generator/generator.h"
#include "measure/machine.h"
#include "suites/suites.h"

#include "faults/scratch_leftovers.h"
#include "workloads/etl/etl_result.h"
#include "workloads/logreg/logreg.h"

#include <QtTest>

#include <fstream>
#include <thread>

using namespace spillway;
namespace fs = std::filesystem;

class RunnerTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void planIsRunCheckedAndStored();
    void otherDataGetAReferenceFromANativePass();
    void sumsThatCancelAreNotWrong();
    void wrongAnswerIsExcludedAndSaysWhy();
    void twoIdenticalFailuresSkipTheRest();
    void excludedFailuresDoNotSkipTheirCell();
    void refusalIsStoredOnceAndIsNoFailure();
    void stoppedRunLeavesThePlanGoing();
    void stoppedPlanCanBeContinued();
    void changedDataAreNoticed();
    void growingDataFailTheRun();
    void thePlansScratchBoundEndsARun();
    void missingDataStopThePlanBeforeItStarts();
    void sessionThatCannotBeWrittenEndsThePlan();
    void finishedPlanRunsNothingMore();

private:
    Plan plan(std::vector<EngineChoice> engines = {{"chunked", {}}}) const;
    fs::path root() const { return directory_->path().toStdString(); }
    Result<PlanOutcome> run(const Plan& plan, PlanObserver& observer, bool continued = false,
                            std::stop_token stop = {});

    std::unique_ptr<QTemporaryDir> data_;
    std::unique_ptr<QTemporaryDir> directory_;
    std::unique_ptr<EngineRegistry> registry_;
    std::optional<SessionStore> store_;
    Dataset generated_;
    Runner* runner_ = nullptr; ///< while run() is in it
};

namespace {

struct PlanRecorder : PlanObserver {
    void onPlan(const std::vector<PlannedRun>& runs) override { planned = runs; }
    void onReference(const Dataset&) override { ++references; }
    void onRunEnded(const RunRecord& record, std::size_t) override
    {
        ended.push_back(record);
        if (afterRun) afterRun(record);
    }
    void onEvent(const Event& event) override
    {
        if (std::holds_alternative<PhaseEvent>(event.body) && onPhase) onPhase();
    }

    std::vector<PlannedRun> planned;
    std::vector<RunRecord> ended;
    int references = 0;
    std::function<void()> onPhase;
    std::function<void(const RunRecord&)> afterRun;
};

void writeManifest(const fs::path& directory, const std::string& mode)
{
    EngineManifest manifest;
    manifest.id = mode;
    manifest.title = mode;
    manifest.family = EngineFamily::Script;
    manifest.program = SCRIPTED_ENGINE;
    manifest.arguments = {mode};
    manifest.kinds["etl"].profiles = {{"default", "Default", "h"}};
    std::ofstream(directory / (mode + ".json")) << toLine(toJson(manifest));
}

int countOf(const std::vector<RunRecord>& records, RunStatus status)
{
    return static_cast<int>(std::ranges::count(records, status, &RunRecord::status));
}

#define VERIFY_RESULT(expression)                                                                  \
    do {                                                                                           \
        const auto& verified = (expression);                                                       \
        QVERIFY2(verified.has_value(), verified ? "" : describe(verified.error()).c_str());        \
    } while (false)

} // namespace

void RunnerTest::initTestCase()
{
    data_ = std::make_unique<QTemporaryDir>();
    const fs::path csv = fs::path(data_->path().toStdString()) / "small.csv";
    const auto made = generate({.rows = 20'000}, csv, {.threads = 1}, {});
    VERIFY_RESULT(made);
    const auto opened = openDataset(csv.string());
    VERIFY_RESULT(opened);
    generated_ = opened->dataset;
    const fs::path engines = fs::path(data_->path().toStdString()) / "engines";
    fs::create_directory(engines);
    fs::copy_file(SPILLWAY_SOURCE_DIR "/resources/engines/chunked.json", engines / "chunked.json");
    for (const char* mode : {"lie", "fail", "hang", "grow", "spill", "round"})
        writeManifest(engines, mode);
    registry_ = std::make_unique<EngineRegistry>(
        EngineRegistry::Locations{engines, SPILLWAY_SOURCE_DIR "/core/workloads", engines / "user",
                                  WORKER_PROGRAM, engines / "adapters", engines / "environments"});
    QVERIFY2(registry_->problems().empty(),
             registry_->problems().empty() ? "" : registry_->problems().front().c_str());
    QCOMPARE(registry_->engines().size(), std::size_t(7));
}

void RunnerTest::init()
{
    store_.reset();
    // Scratch is refused on memory: beside the build, not in /tmp.
    directory_ = std::make_unique<QTemporaryDir>(SPILLWAY_BINARY_DIR "/runner_test-XXXXXX");
    auto store = SessionStore::create(root() / "s.spillway");
    VERIFY_RESULT(store);
    store_ = std::move(*store);
}

Plan RunnerTest::plan(std::vector<EngineChoice> engines) const
{
    Plan plan;
    plan.datasets = {generated_};
    plan.workloads = {EtlWorkload{"category", {"x", "y"}, {}}};
    plan.engines = std::move(engines);
    plan.workers = {1};
    plan.repeats = 2;
    plan.timeout = Seconds(60);
    return plan;
}

Result<PlanOutcome> RunnerTest::run(const Plan& plan, PlanObserver& observer, bool continued,
                                    std::stop_token stop)
{
    Runner runner(*registry_, *store_,
                  {.supervisor = {WORKER_PROGRAM, root() / "scratch", Seconds(0.05)},
                   .continuePlan = continued});
    runner_ = &runner;
    auto outcome = runner.run(plan, observer, std::move(stop));
    runner_ = nullptr;
    return outcome;
}

void RunnerTest::planIsRunCheckedAndStored()
{
    Plan two = plan();
    two.workers = {1, usableCores() + 1};
    two.memoryLimit = 2'000'000'000;
    PlanRecorder seen;
    const auto outcome = run(two, seen);
    VERIFY_RESULT(outcome);
    for (const auto& record : seen.ended)
        QVERIFY2(!record.error, record.error ? describe(*record.error).c_str() : "");
    QCOMPARE(outcome->ok, 6);
    QCOMPARE(outcome->failed, 0);
    QVERIFY(!outcome->cancelled);
    QCOMPARE(seen.planned.size(), std::size_t(6));
    QCOMPARE(seen.references, 0); // the manifest knows
    const auto stored = store_->runs();
    VERIFY_RESULT(stored);
    QVERIFY(*stored == seen.ended);
    for (std::size_t i = 0; i < stored->size(); ++i) {
        const auto& record = (*stored)[i];
        QVERIFY2(record.status == RunStatus::Ok,
                 record.error ? describe(*record.error).c_str() : "");
        QVERIFY(record.cell == seen.planned[i].cell);
        QCOMPARE(record.round, seen.planned[i].round);
        QCOMPARE(record.repeat, seen.planned[i].repeat);
        QCOMPARE(record.warmup, seen.planned[i].warmup);
        QCOMPARE(record.planId, 1);
        QVERIFY(record.seconds && *record.seconds > 0);
        QCOMPARE(EtlResult::of(*record.result).rows, 20'000);
        QVERIFY(*record.result == *stored->front().result);
        const bool oversubscribed = std::ranges::count(record.flags, "oversubscribed") > 0;
        QCOMPARE(oversubscribed, record.cell.workers > usableCores());
        QCOMPARE(std::ranges::count(record.flags, "unchecked"), 0);
    }
    QVERIFY(store_->plans()->front().finished);
    QVERIFY(*planFromText(store_->plans()->front().text) == two);
    QVERIFY(*store_->datasets() == std::vector{generated_});
    QCOMPARE(store_->environments()->size(), std::size_t(1));
    QCOMPARE(store_->environmentOf(1)->coresUsable, usableCores());
    QVERIFY(test::scratchLeftovers(root() / "scratch").empty());
}

void RunnerTest::otherDataGetAReferenceFromANativePass()
{
    const auto csv = root() / "own.csv";
    std::ofstream(csv) << "k,v\na,1\nb,2\na,3\n";
    const auto opened = openDataset(csv.string());
    VERIFY_RESULT(opened);
    Plan own = plan({{"chunked", {}}, {"lie", {}}});
    own.datasets = {opened->dataset};
    own.workloads = {EtlWorkload{"k", {"v"}, {}}};
    PlanRecorder seen;
    const auto outcome = run(own, seen);
    VERIFY_RESULT(outcome);
    QCOMPARE(outcome->ok, 3);
    QCOMPARE(seen.references, 1);
    QVERIFY(countOf(seen.ended, RunStatus::WrongResult) == 2);
    QCOMPARE(store_->runs()->size(), std::size_t(6)); // the pass is no run
    const auto facts = store_->datasetFacts(opened->dataset.fingerprint);
    VERIFY_RESULT(facts);
    QVERIFY2((*facts)["references"][0]["groups"] ==
                 Json({{"a", 2, Json::array({2.0}), Json::array({2.0})},
                       {"b", 1, Json::array({2.0}), Json::array({2.0})}}),
             toLine(*facts).c_str());
    // The session knows from now on.
    own.seed = 2;
    VERIFY_RESULT(run(own, seen));
    QCOMPARE(seen.references, 1);
}

/// 40 entries of a ledger that add up to 0: what is left of their sum is rounding, in every engine
/// that does not compensate. The native pass tells the mean of |x|.
void RunnerTest::sumsThatCancelAreNotWrong()
{
    const auto csv = root() / "ledger.csv";
    std::ofstream out(csv);
    out << "k,x\n";
    for (const char* sign : {"", "-"})
        for (int i = 0; i < 20; ++i)
            out << "ledger," << sign << 6059 + i * 331 << '.' << 10 + i << '\n';
    out.close();
    const auto opened = openDataset(csv.string());
    VERIFY_RESULT(opened);
    Plan ledger = plan({{"round", {}}, {"chunked", {}}});
    ledger.datasets = {opened->dataset};
    ledger.workloads = {EtlWorkload{"k", {"x"}, {}}};
    PlanRecorder seen;
    const auto outcome = run(ledger, seen);
    VERIFY_RESULT(outcome);
    for (const auto& record : seen.ended) {
        QVERIFY2(record.status == RunStatus::Ok,
                 record.error ? describe(*record.error).c_str() : "");
        QCOMPARE(std::ranges::count(record.flags, "unchecked"), 0);
    }
    QCOMPARE(seen.references, 1);
}

void RunnerTest::wrongAnswerIsExcludedAndSaysWhy()
{
    PlanRecorder seen;
    const auto outcome = run(plan({{"lie", {}}}), seen);
    VERIFY_RESULT(outcome);
    QCOMPARE(outcome->ok, 0);
    const auto& record = seen.ended.front();
    QCOMPARE(record.status, RunStatus::WrongResult);
    QVERIFY2(record.error->message.starts_with("Finished in "), record.error->message.c_str());
    QVERIFY(record.error->message.find(" with a wrong answer: group A has 1 rows, expected ") !=
            std::string::npos);
    QVERIFY(record.error->message.ends_with(". Excluded."));
}

void RunnerTest::twoIdenticalFailuresSkipTheRest()
{
    Plan failing = plan({{"fail", {}}, {"chunked", {}}});
    failing.repeats = 4;
    PlanRecorder seen;
    const auto outcome = run(failing, seen);
    VERIFY_RESULT(outcome);
    QCOMPARE(outcome->ok, 5);
    QCOMPARE(outcome->failed, 2);
    QCOMPARE(outcome->skipped, 3);
    const auto stored = store_->runs();
    QCOMPARE(countOf(*stored, RunStatus::Skipped), 3);
    for (const auto& record : *stored)
        if (record.status == RunStatus::Skipped)
            QCOMPARE(record.error->message,
                     std::string("Skipped after two identical failures (failed): It broke."));
    // More repeats do not try it again.
    failing.repeats = 5;
    const auto more = run(failing, seen, true);
    VERIFY_RESULT(more);
    QCOMPARE(more->ok, 1);
    QCOMPARE(store_->runs()->size(), stored->size() + 1);
}

void RunnerTest::excludedFailuresDoNotSkipTheirCell()
{
    Plan failing = plan({{"fail", {}}});
    failing.repeats = 3;
    PlanRecorder seen;
    VERIFY_RESULT(run(failing, seen));
    for (const auto& record : *store_->runs())
        QVERIFY(store_->excludeRun(record.id, "the disk was full").has_value());
    const auto again = run(failing, seen, true);
    VERIFY_RESULT(again);
    QCOMPARE(again->failed, 2); // it was tried
}

void RunnerTest::refusalIsStoredOnceAndIsNoFailure()
{
    Plan mixed = plan({{"hang", {}}, {"chunked", {}}, {"dusk", {}}});
    mixed.workloads = {LogregWorkload{.label = "category", .features = {"x", "y"}}};
    mixed.engines.erase(mixed.engines.begin() + 1);
    PlanRecorder seen;
    const auto outcome = run(mixed, seen);
    VERIFY_RESULT(outcome);
    QCOMPARE(outcome->unsupported, 2);
    QCOMPARE(outcome->failed, 0);
    QCOMPARE(store_->runs()->size(), std::size_t(2));
    QCOMPARE(store_->runs()->front().status, RunStatus::Unsupported);
    QCOMPARE(store_->runs()->front().error->message,
             std::string("hang has no logistic regression."));
    QVERIFY(!store_->runs()->front().startedAt.empty());
    VERIFY_RESULT(run(mixed, seen, true));
    QCOMPARE(store_->runs()->size(), std::size_t(2));
}

void RunnerTest::stoppedRunLeavesThePlanGoing()
{
    Plan hanging = plan({{"hang", {}}});
    hanging.warmup = 0;
    PlanRecorder seen;
    // From another thread, as a window does.
    seen.onPhase = [this] { std::jthread([this] { runner_->stopCurrentRun(); }); };
    const auto outcome = run(hanging, seen);
    VERIFY_RESULT(outcome);
    QVERIFY(!outcome->cancelled);
    QCOMPARE(countOf(seen.ended, RunStatus::Cancelled), 2);
    QCOMPARE(outcome->failed, 2);
    QVERIFY(test::scratchLeftovers(root() / "scratch").empty());
}

void RunnerTest::stoppedPlanCanBeContinued()
{
    const Plan four = [this] {
        Plan p = plan();
        p.repeats = 4;
        return p;
    }();
    PlanRecorder seen;
    std::stop_source stop;
    // In the middle of the third run.
    int phases = 0;
    seen.onPhase = [&] {
        if (seen.ended.size() == 2 && ++phases == 1) stop.request_stop();
    };
    const auto outcome = run(four, seen, false, stop.get_token());
    VERIFY_RESULT(outcome);
    QVERIFY(outcome->cancelled);
    QVERIFY(seen.ended.size() == 3 && outcome->ok >= 2);
    QVERIFY(!store_->plans()->front().finished);
    // As another program, after a crash: only the file is there.
    store_ = *SessionStore::open(root() / "s.spillway");
    PlanRecorder rest;
    const auto continued = run(four, rest, true);
    VERIFY_RESULT(continued);
    QCOMPARE(continued->ok + outcome->ok, 5);
    QCOMPARE(countOf(*store_->runs(), RunStatus::Ok), 5);
    QCOMPARE(store_->plans()->size(), std::size_t(1));
    QVERIFY(store_->plans()->front().finished);
}

void RunnerTest::changedDataAreNoticed()
{
    const auto csv = root() / "own.csv";
    std::ofstream(csv) << "k,v\na,1\nb,2\n";
    Plan own = plan();
    own.datasets = {openDataset(csv.string())->dataset};
    own.workloads = {EtlWorkload{"k", {"v"}, {}}};
    own.repeats = 3;
    PlanRecorder seen;
    seen.afterRun = [&](const RunRecord&) {
        if (seen.ended.size() == 1) std::ofstream(csv, std::ios::app) << "c,3\n";
    };
    const auto outcome = run(own, seen);
    VERIFY_RESULT(outcome);
    QCOMPARE(outcome->ok, 1);
    QCOMPARE(outcome->failed, 2);
    QCOMPARE(outcome->skipped, 1);
    QCOMPARE(seen.ended[1].error->code, ErrorCode::DataUnreadable);
    const auto again = run(own, seen, true);
    QVERIFY(again.has_error());
    QCOMPARE(again.error().code, ErrorCode::DataUnreadable);
    QVERIFY(!again.error().remedy.empty());
}

void RunnerTest::growingDataFailTheRun()
{
    const auto csv = root() / "own.csv";
    std::ofstream(csv) << "id,x,y,category\n0,1,1,A\n";
    Plan own = plan({{"grow", {}}});
    own.datasets = {openDataset(csv.string())->dataset};
    own.warmup = 0;
    own.repeats = 1;
    PlanRecorder seen;
    const auto outcome = run(own, seen);
    VERIFY_RESULT(outcome);
    QCOMPARE(seen.ended[0].status, RunStatus::Failed);
    QCOMPARE(seen.ended[0].error->code, ErrorCode::DataUnreadable);
}

void RunnerTest::thePlansScratchBoundEndsARun()
{
    Plan spilling = plan({{"spill", {}}});
    spilling.warmup = 0;
    spilling.repeats = 1;
    spilling.maxScratch = 1'000'000;
    PlanRecorder seen;
    VERIFY_RESULT(run(spilling, seen));
    QCOMPARE(seen.ended[0].status, RunStatus::Failed);
    QCOMPARE(seen.ended[0].error->code, ErrorCode::NoSpace);
}

void RunnerTest::missingDataStopThePlanBeforeItStarts()
{
    Plan own = plan();
    own.datasets[0].paths = {root() / "none.csv"};
    PlanRecorder seen;
    const auto outcome = run(own, seen);
    QVERIFY(outcome.has_error());
    QCOMPARE(outcome.error().code, ErrorCode::DataUnreadable);
    QVERIFY(seen.planned.empty() && store_->plans()->empty());
}

void RunnerTest::sessionThatCannotBeWrittenEndsThePlan()
{
    PlanRecorder seen;
    seen.afterRun = [&](const RunRecord&) {
        fs::rename(root() / "s.spillway", root() / "gone.spillway");
    };
    const auto outcome = run(plan(), seen);
    QVERIFY(outcome.has_error());
    QCOMPARE(seen.ended.size(), std::size_t(1));
    QCOMPARE(SessionStore::open(root() / "gone.spillway")->runs()->size(), std::size_t(1));
}

void RunnerTest::finishedPlanRunsNothingMore()
{
    PlanRecorder seen;
    VERIFY_RESULT(run(plan(), seen));
    PlanRecorder again;
    const auto outcome = run(plan(), again, true);
    VERIFY_RESULT(outcome);
    QVERIFY(again.planned.empty() && again.ended.empty());
    QCOMPARE(store_->plans()->size(), std::size_t(1));
}

SPILLWAY_TESTS(RunnerTest, QCoreApplication)
#include "runner_test.moc"
