#pragma once

#include "base/json.h"
#include "data/open_dataset.h"
#include "experiment/runner.h"
#include "generator/generator.h"
#include "scratch_leftovers.h"
#include "workloads/etl/etl_check.h"
#include "workloads/etl/etl_result.h"
#include "workloads/logreg/logreg_result.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <memory>

/// An adapter may say what it likes: each row of a test is one thing that it says, and what becomes
/// of the run. Whatever it is, the next run works and the session can be read.
namespace spillway::test {

#define VERIFY_RESULT(expression)                                                                  \
    do {                                                                                           \
        const auto& verified = (expression);                                                       \
        QVERIFY2(verified.has_value(), verified ? "" : describe(verified.error()).c_str());        \
    } while (false)

/// What an adapter says, step by step; as it stands, a run that ends well.
struct Script {
    Json hello{{"type", "hello"}, {"engine", "hostile"}, {"version", "1"}, {"pid", 1}};
    Json ready{{"type", "ready"}, {"settings", Json::object()}};
    std::vector<std::string> running;
    Json result;
    Json timings = Json::object();
    bool failed = false; ///< nothing but "bye" comes after what it said while running

    void say(const Json& event) { running.push_back(toLine(event)); }
    void sayTimes(int times, const Json& event)
    {
        running.push_back(fmt::format("@repeat {} {}", times, toLine(event)));
    }
    void write(const std::filesystem::path& file) const
    {
        std::ofstream out(file);
        out << toLine(hello) << '\n' << toLine(ready) << "\n@go\n";
        for (const auto& line : running)
            out << line << '\n';
        const Json last{{"type", "result"}, {"result", result}, {"timings", timings}};
        if (!failed) out << R"({"type":"done"})" << '\n' << toLine(last) << '\n';
        out << R"({"type":"bye"})" << '\n';
    }
};

using Change = std::function<void(Script&)>;

class PlanRecorder : public PlanObserver {
public:
    std::vector<RunRecord> ended;
    void onRunEnded(const RunRecord& record, std::size_t) override { ended.push_back(record); }
};

/// A generated dataset, a session, an adapter that says what a row wants, and one that behaves.
class HostileFixture {
public:
    const Workload etl = EtlWorkload{"category", {"x", "y"}, {}};
    const Workload logreg = LogregWorkload{.label = "category", .features = {"x", "y"}};
    Dataset dataset;

    void prepare();
    std::filesystem::path root() const { return directory_->path().toStdString(); }
    /// One run of `engine`, as a plan of its own.
    RunRecord runOf(const std::string& engine, const Workload& workload);
    /// What a test's row fetches: `change` of a script that ends with `right`, the `status` that
    /// the run ends with (of a failure followed by the error's code: "failed protocol") and `words`
    /// of its message.
    void runRow(const Workload& workload, Json right);
    /// Every run and trace of the session; bounded in size.
    void checkSession() const;
    Json rightEtl() const;
    Json rightLogreg() const;

private:
    std::unique_ptr<QTemporaryDir> directory_;
    std::unique_ptr<EngineRegistry> registry_;
    std::optional<SessionStore> store_;
    DatasetManifest manifest_;
};

inline void HostileFixture::prepare()
{
    // Scratch is refused on memory: beside the build, not in /tmp.
    directory_ = std::make_unique<QTemporaryDir>(SPILLWAY_BINARY_DIR "/hostile_adapter-XXXXXX");
    const auto csv = root() / "small.csv";
    VERIFY_RESULT(generate({.rows = 2000}, csv, {.threads = 1}, {}));
    const auto opened = openDataset(csv.string());
    VERIFY_RESULT(opened);
    dataset = opened->dataset;
    manifest_ = *opened->manifest;
    const auto engines = root() / "engines";
    std::filesystem::create_directory(engines);
    for (const char* id : {"hostile", "tame"}) {
        EngineManifest manifest;
        manifest.id = manifest.title = id;
        manifest.family = EngineFamily::Script;
        manifest.program = FAULT_CHILD;
        manifest.arguments = {"script", (root() / id).string()};
        for (const char* kind : {"etl", "logreg"})
            manifest.kinds[kind].profiles = {{"default", "Default", "h"}};
        std::ofstream(engines / (std::string(id) + ".json")) << toLine(toJson(manifest));
    }
    registry_ = std::make_unique<EngineRegistry>(
        EngineRegistry::Locations{engines, engines / "workloads", engines / "user", GUARD_PROGRAM,
                                  engines / "adapters", engines / "environments"});
    QCOMPARE(registry_->engines().size(), std::size_t(2));
    auto store = SessionStore::create(root() / "s.spillway");
    VERIFY_RESULT(store);
    store_ = std::move(*store);
}

inline Json HostileFixture::rightEtl() const
{
    auto right = EtlResult::of(referenceFromManifest(manifest_, EtlWorkload::of(etl))->result);
    for (auto& group : right.groups)
        group.magnitudes.clear();
    return toJson(RunResult(right));
}

/// A model of four classes that has learnt nothing.
inline Json HostileFixture::rightLogreg() const
{
    LogregResult fit;
    fit.classes = {"A", "B", "C", "D"};
    fit.coefficients.assign(4, {0, 0});
    fit.intercepts.assign(4, 0);
    fit.loss = fit.objective = std::log(4.0);
    fit.testLoss = fit.loss;
    fit.lossHistory = {fit.loss};
    fit.trainAccuracy = fit.majorityAccuracy = 0.25;
    fit.testAccuracy = 0.25;
    fit.iterations = 1;
    fit.rows = 2000;
    fit.trainRows = 1600;
    return toJson(RunResult(fit));
}

inline RunRecord HostileFixture::runOf(const std::string& engine, const Workload& workload)
{
    Plan plan;
    plan.datasets = {dataset};
    plan.workloads = {workload};
    plan.engines = {{engine, {}}};
    plan.workers = {1};
    plan.repeats = 1;
    plan.warmup = 0;
    plan.timeout = Seconds(120);
    PlanRecorder seen;
    Runner runner(*registry_, *store_,
                  {.supervisor = {GUARD_PROGRAM, root() / "scratch", Seconds(0.05)}});
    const auto outcome = runner.run(plan, seen, {});
    if (!outcome) qWarning("%s", describe(outcome.error()).c_str());
    return seen.ended.empty() ? RunRecord{} : seen.ended.front();
}

inline void HostileFixture::runRow(const Workload& workload, Json right)
{
    QFETCH(Change, change);
    QFETCH(QString, status);
    QFETCH(QString, words);
    Script script;
    script.result = std::move(right);
    script.write(root() / "tame");
    change(script);
    script.write(root() / "hostile");
    const auto record = runOf("hostile", workload);
    const auto message = record.error ? record.error->message : std::string();
    const auto ended = std::string(name(record.status)) +
                       (record.error ? " " + std::string(name(record.error->code)) : "");
    QVERIFY2(ended == status.toStdString(), (ended + ": " + message).c_str());
    QVERIFY2(message.find(words.toStdString()) != std::string::npos, message.c_str());
    QVERIFY(message.size() < 5000);
    QVERIFY(record.id > 0);
    // The next run works, and what was stored can be read.
    const auto next = runOf("tame", workload);
    QVERIFY2(next.status == RunStatus::Ok, next.error ? describe(*next.error).c_str() : "");
    const auto session = SessionStore::openReadOnly(root() / "s.spillway");
    VERIFY_RESULT(session);
    const auto runs = session->runs();
    VERIFY_RESULT(runs);
    const auto text = [](const RunRecord& run) { return toLine(toFullJson(run)); };
    QCOMPARE(text(runs->back()), text(next));
    QCOMPARE(text((*runs)[runs->size() - 2]), text(record));
    VERIFY_RESULT(session->trace(record.id));
    QVERIFY(scratchLeftovers(root() / "scratch").empty());
}

inline void HostileFixture::checkSession() const
{
    const auto session = SessionStore::openReadOnly(root() / "s.spillway");
    VERIFY_RESULT(session);
    const auto runs = session->runs();
    VERIFY_RESULT(runs);
    for (const auto& record : *runs) {
        const auto trace = session->trace(record.id);
        VERIFY_RESULT(trace);
        std::size_t bytes = 0;
        for (const auto& one : trace->events)
            bytes += eventLine(one).size();
        QVERIFY(bytes < 2 * maxKeptEventBytes);
        for (const auto& task : trace->tasks)
            QVERIFY(task.begin <= task.end && record.goAt && task.end > *record.goAt);
    }
    QVERIFY(std::filesystem::file_size(root() / "s.spillway") < 100'000'000);
}

inline void addColumns()
{
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("status");
    QTest::addColumn<QString>("words");
}

inline constexpr const char* ok = "ok";
inline constexpr const char* breach = "failed protocol";
inline constexpr const char* wrong = "wrong-result engine-failed";

inline void row(const char* name, const char* status, const char* words, Change change)
{
    QTest::newRow(name) << std::move(change) << status << words;
}

} // namespace spillway::test
