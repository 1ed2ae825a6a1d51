#include "base/json.h"
#include "example_plan.h"
#include "suites/suites.h"

#include "experiment/expand.h"
#include "experiment/more_runs.h"

#include <QtTest>

#include <algorithm>
#include <set>

using namespace spillway;

/// What "Run n more" starts.
class MoreRunsTest : public QObject {
    Q_OBJECT
private slots:
    void theyAreOfTheSameCells();
    void aCopyInAnotherFormatIsTheDatasetItIsACopyOf();
    void anEngineIsNamedOnce();
    void theWorkloadIsAsItRan();
    void whatIsNoLongerThereIsSaid();

private:
    static std::vector<StoredPlan> stored(const Plan& plan) { return {{1, toLine(toJson(plan))}}; }
    /// A run of every cell of `plan`, which is stored under the id 1.
    static std::vector<RunRecord> recordsOf(const Plan& plan);
    static CellKey cell(const std::vector<RunRecord>& records, const char* engine, int workers,
                        FileFormat format = FileFormat::Csv);
};

std::vector<RunRecord> MoreRunsTest::recordsOf(const Plan& plan)
{
    std::vector<RunRecord> records;
    auto engines = example::engines();
    for (auto& engine : engines)
        for (auto& [kind, facts] : engine.manifest.kinds)
            facts.formats = {FileFormat::Csv, FileFormat::Parquet};
    for (const auto& run : expand(plan, engines)) {
        RunRecord record;
        record.id = static_cast<std::int64_t>(records.size()) + 1;
        record.planId = 1;
        record.cell = run.cell;
        record.workload = run.workload;
        records.push_back(std::move(record));
    }
    return records;
}

CellKey MoreRunsTest::cell(const std::vector<RunRecord>& records, const char* engine, int workers,
                           FileFormat format)
{
    const auto found = std::ranges::find_if(records, [&](const RunRecord& record) {
        return record.cell.engine == engine && record.cell.workers == workers &&
               record.cell.format == format && record.cell.dataset == "f1" &&
               record.cell.memoryLimit == example::plan().memoryLimit;
    });
    if (found == records.end()) qFatal("There is no such cell.");
    return found->cell;
}

void MoreRunsTest::theyAreOfTheSameCells()
{
    Plan plan = example::plan();
    plan.datasets.push_back(example::dataset("another"));
    plan.furtherLimits = {1'000'000'000};
    plan.budget = Seconds(60);
    const auto records = recordsOf(plan);
    const std::vector cells{cell(records, "dask", 2), cell(records, "chunked", 4)};
    const auto more = planOfMore({cells, 5, plan.workloads.front()}, records, stored(plan));
    QVERIFY(more);
    QCOMPARE(more->repeats, 5);
    QVERIFY(!more->budget);
    std::set<CellKey> planned;
    for (const auto& run : expand(*more, example::engines()))
        planned.insert(run.cell);
    for (const auto& wanted : cells)
        QVERIFY(planned.contains(wanted));
    for (const auto& key : planned) {
        QCOMPARE(key.dataset, cells.front().dataset);
        QCOMPARE(key.memoryLimit, cells.front().memoryLimit);
    }
    QCOMPARE(planned.size(), std::size_t(4)); // two engines, two worker counts
}

/// Its runs stand under the fingerprint of the original, which no dataset of the plan may have.
void MoreRunsTest::aCopyInAnotherFormatIsTheDatasetItIsACopyOf()
{
    Plan plan = example::plan();
    Dataset copy = plan.datasets.front();
    copy.fingerprint = "copy";
    copy.origin = plan.datasets.front().fingerprint;
    copy.schema.files = FileFormat::Parquet;
    plan.datasets.push_back(copy);
    const auto records = recordsOf(plan);
    const auto copied = cell(records, "dask", 2, FileFormat::Parquet);
    QCOMPARE(copied.dataset, plan.datasets.front().fingerprint);
    const auto only = planOfMore({{copied}, 1, plan.workloads.front()}, records, stored(plan));
    QVERIFY2(only, only ? "" : only.error().message.c_str());
    QCOMPARE(only->datasets, std::vector{copy});
    const auto both = planOfMore({{cell(records, "chunked", 2), copied}, 1, plan.workloads.front()},
                                 records, stored(plan));
    QVERIFY(both);
    QCOMPARE(both->datasets, plan.datasets);
}

void MoreRunsTest::anEngineIsNamedOnce()
{
    const Plan plan = example::plan();
    const auto records = recordsOf(plan);
    const auto more = planOfMore(
        {{cell(records, "dask", 4), cell(records, "dask", 1)}, 1, plan.workloads.front()}, records,
        stored(plan));
    QVERIFY(more);
    QCOMPARE(more->engines, (std::vector{EngineChoice{"dask", "tuned"}}));
    QCOMPARE(more->workers, (std::vector{1, 4}));
}

/// Parameters of a later plan, or of this one's other work, are not put over it.
void MoreRunsTest::theWorkloadIsAsItRan()
{
    Plan plan = example::plan();
    plan.workloads = {Workload{.kind = "logreg"}};
    plan.parameters = {{"solver", "sgd"}};
    plan.untilDecided = true; // it says how many rounds, not the repeats
    Workload ran = plan.workloads.front();
    ran.parameters["solver"] = std::string("lbfgs");
    RunRecord record;
    record.planId = 1;
    record.cell.engine = "dask";
    record.cell.dataset = plan.datasets.front().fingerprint;
    const auto more = planOfMore({{record.cell}, 1, ran}, {record}, stored(plan));
    QVERIFY2(more, more ? "" : more.error().message.c_str());
    QCOMPARE(more->workloads, std::vector{ran});
    QVERIFY(more->parameters.empty());
    QVERIFY(!more->untilDecided);
}

void MoreRunsTest::whatIsNoLongerThereIsSaid()
{
    const Plan plan = example::plan();
    const auto records = recordsOf(plan);
    const auto words = [&](const MoreRuns& more, const std::vector<StoredPlan>& plans) {
        const auto made = planOfMore(more, records, plans);
        return made ? QString() : QString::fromStdString(made.error().message);
    };
    const MoreRuns more{{cell(records, "dask", 2)}, 1, plan.workloads.front()};
    QVERIFY(words(more, {}).contains("does not hold the plan"));
    Plan other = plan;
    other.datasets = {example::dataset("other")};
    QVERIFY(words(more, stored(other)).contains("does not hold the data"));
    QVERIFY(words({{}, 1, plan.workloads.front()}, stored(plan)).contains("Nothing is undecided"));
}

SPILLWAY_TESTS(MoreRunsTest, QCoreApplication)
#include "more_runs_test.moc"
