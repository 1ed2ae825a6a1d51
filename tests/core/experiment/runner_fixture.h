#pragma once

#include "base/json.h"
#include "data/open_dataset.h"
#include "experiment/runner.h"
#include "generator/generator.h"
#include "workloads/etl/etl.h"

#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <sys/stat.h>

#include <fstream>
#include <functional>

namespace spillway::testing {

namespace fs = std::filesystem;

/// What a plan reported.
struct Recorder : PlanObserver {
    void onPlan(const std::vector<PlannedRun>& runs) override { planned = runs; }
    void onRoundsAdded(const std::vector<PlannedRun>& runs, int rounds) override
    {
        added.emplace_back(rounds, runs.size());
        planned.insert(planned.end(), runs.begin(), runs.end());
    }
    void onLeftOut(const std::vector<std::size_t>& positions) override
    {
        for (auto position = positions.rbegin(); position != positions.rend(); ++position)
            planned.erase(planned.begin() + static_cast<std::ptrdiff_t>(*position));
    }
    void onDatasetProgress(const Dataset&, DatasetStep step, Bytes done, Bytes total) override
    {
        (step == DatasetStep::NativePass ? passed : hashed) = {done, total};
        if (onRead) onRead(step);
    }
    void onManifestRefuted(const Dataset& dataset) override { refuted.push_back(dataset.name); }
    void onReference(const Dataset&) override { ++references; }
    void onDatasetRead(const Dataset&, const DatasetShape& shape) override
    {
        shapes.push_back(shape);
    }
    void onCacheProgress(Bytes done, Bytes total) override { cached = {done, total}; }
    void onState(RunState state) override
    {
        if (onEnter) onEnter(state);
    }
    void onRunStarted(const PlannedRun& run, std::size_t) override { current = run; }
    void onRunEnded(const RunRecord& record, std::size_t) override
    {
        ended.push_back(record);
        if (afterRun) afterRun(record);
    }

    std::vector<PlannedRun> planned;
    std::vector<std::pair<int, std::size_t>> added; ///< after so many rounds so many runs
    std::vector<RunRecord> ended;
    std::vector<DatasetShape> shapes;
    std::vector<std::string> refuted;
    PlannedRun current;
    int references = 0;
    std::pair<Bytes, Bytes> hashed;
    std::pair<Bytes, Bytes> passed;
    std::pair<Bytes, Bytes> cached;
    std::function<void(DatasetStep)> onRead;
    std::function<void(RunState)> onEnter;
    std::function<void(const RunRecord&)> afterRun;
};

/// The real runner with the native engine and the scripted ones, in a directory on a disk.
class RunnerFixture {
public:
    RunnerFixture()
    {
        const fs::path engines = root() / "engines";
        fs::create_directory(engines);
        fs::copy_file(SPILLWAY_SOURCE_DIR "/resources/engines/chunked.json",
                      engines / "chunked.json");
        for (const char* mode : {"skip", "fail", "hang", "tasks"})
            writeManifest(engines, mode);
        registry_.emplace(EngineRegistry::Locations{
            engines, SPILLWAY_SOURCE_DIR "/core/workloads", engines / "user", WORKER_PROGRAM,
            engines / "adapters", engines / "environments"});
        auto store = SessionStore::create(root() / "s.spillway");
        if (store) store_.emplace(std::move(*store));
    }

    fs::path root() const { return directory_.path().toStdString(); }
    SessionStore& store() { return *store_; }
    fs::path write(const char* name, std::string_view content) const
    {
        const auto path = root() / name;
        std::ofstream(path, std::ios::binary) << content;
        return path;
    }
    /// Rows "a,1" and "b,2" in turn below "k,v", `bytes` or a little more.
    fs::path writeRows(const char* name, Bytes bytes, const std::string& more = {}) const
    {
        std::string content = "k,v\n";
        while (static_cast<Bytes>(content.size()) < bytes)
            content += "a,1\nb,2\n";
        return write(name, content + more);
    }
    /// An ETL plan of v by k, for each data file.
    static Plan plan(const std::vector<fs::path>& files, const std::string& engine = "chunked")
    {
        Plan plan;
        for (const auto& file : files) {
            auto opened = openDataset(file.string());
            if (opened) plan.datasets.push_back(opened->dataset);
        }
        plan.workloads = {EtlWorkload{"k", {"v"}, {}}};
        plan.engines = {{engine, {}}};
        plan.workers = {1};
        plan.warmup = 0;
        plan.repeats = 2;
        plan.timeout = Seconds(60);
        return plan;
    }
    Result<PlanOutcome> run(const Plan& plan, PlanObserver& observer,
                            std::optional<Bytes> freeMemory = {}, bool continued = false,
                            std::stop_token stop = {}, const fs::path& scratch = {})
    {
        Runner runner(
            *registry_, *store_,
            {.supervisor = {WORKER_PROGRAM, scratch.empty() ? root() / "scratch" : scratch,
                            Seconds(0.05)},
             .continuePlan = continued,
             .rerunFailed = rerunFailed,
             .undecided = undecided,
             .freeMemory = freeMemory,
             .began = began,
             .clock = clock});
        return runner.run(plan, observer, std::move(stop));
    }

    std::optional<Seconds> began;
    std::function<Seconds()> clock = monotonicNow;
    UndecidedCells undecided;
    bool rerunFailed = false;

private:
    static void writeManifest(const fs::path& directory, const std::string& mode)
    {
        EngineManifest manifest;
        manifest.id = mode;
        manifest.title = mode;
        manifest.family = EngineFamily::Script;
        manifest.program = SCRIPTED_ENGINE;
        manifest.arguments = {mode};
        if (mode == "tasks") manifest.protocol = protocolVersion;
        for (const char* kind : {"etl", "logreg", "tasks"})
            manifest.kinds[kind].profiles = {{"default", "Default", "h"}};
        std::ofstream(directory / (mode + ".json")) << toLine(toJson(manifest));
    }

    // Scratch is refused on memory: beside the build, not in /tmp.
    QTemporaryDir directory_{SPILLWAY_BINARY_DIR "/experiment-XXXXXX"};
    std::optional<EngineRegistry> registry_;
    std::optional<SessionStore> store_;
};

} // namespace spillway::testing

#define VERIFY_RESULT(expression)                                                                  \
    do {                                                                                           \
        const auto& verified = (expression);                                                       \
        QVERIFY2(verified.has_value(), verified ? "" : describe(verified.error()).c_str());        \
    } while (false)
