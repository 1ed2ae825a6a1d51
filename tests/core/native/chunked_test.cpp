#include "../on_target.h"
#include "base/json.h"
#include "native_data.h"
#include "suites/suites.h"
#include "workloads/native/native_kinds.h"

#include "native/chunked/chunked_engine.h"
#include "workloads/etl/etl_result.h"
#include "workloads/logreg/logreg_result.h"

#include <QTemporaryDir>
#include <QtTest>

#include <map>
#include <set>

using namespace spillway;
using spillway::testing::bits;
using spillway::testing::regression;
using Materialise = EtlWorkload::Materialise;
using Solver = LogregWorkload::Solver;

/// The engine in process, on small blocks so that small files have many.
class ChunkedTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void everyWorkerCountAndPartitionSizeGivesTheSameBits_data();
    void everyWorkerCountAndPartitionSizeGivesTheSameBits();
    void everyInstructionSetFindsTheSame();
    void groupMeansAreRight();
    void theReferenceTellsMagnitudesAndTheSameMeans();
    void averagedModelsDependOnWorkersAndLearn();
    void regressionNeedsSomethingToLearn_data();
    void regressionNeedsSomethingToLearn();
    void rowsWithMissingValuesAreDroppedAndCounted();
    void constantFeaturesHaveNoWeight();
    void separableDataConverges();
    void fewDistinctRowsAreWarnedOf();
    void columnsMustExistOnce_data();
    void columnsMustExistOnce();
    void aMalformedRowIsTheSameErrorForEveryLayout_data();
    void aMalformedRowIsTheSameErrorForEveryLayout();
    void aFileThatChangesIsNoticed();
    void manyGroupsAreCounted();
    void phasesAndCountersAddUp();
    void stopEndsEveryPhase_data();
    void stopEndsEveryPhase();

private:
    struct Layout {
        int workers = 1;
        Bytes partition = maxPartitionBytes;
        Bytes block = 20'000;
    };
    Dataset data(const std::string& name, const std::string& text) const;
    static RunSpec spec(const Dataset& dataset, const Workload& workload, int workers = 2);
    static Result<RunResult> run(RunSpec spec, const Layout& layout);
    static Result<LogregResult> learn(const Dataset& dataset, const LogregWorkload& workload);

    QTemporaryDir directory_;
    Dataset plain_;
    Dataset quoted_;
    Dataset several_;
};

namespace {

const EtlWorkload means{.groupBy = "category", .values = {"x", "y"}};

/// Text fields with line breaks and quotes, so that guesses about blocks go wrong.
std::string quotedRows(int rows)
{
    testing::Sequence random(11);
    std::string text = "note,x,y,category\n";
    for (int i = 0; i < rows; ++i) {
        text += random.next() % 3 == 0 ? "\"1,2,3,A\n4,5,6,B\n\"\"7\"\" \n\"" : "plain";
        text += fmt::format(",{},{},{}\n", random.unit(), random.unit(), "ABC"[random.next() % 3]);
    }
    // One field that spans several blocks.
    text += "\"";
    for (int i = 0; i < 9000; ++i)
        text += "1,2,3,A\n";
    text += "\",0.5,,\"B\"\n";
    for (int i = 0; i < 500; ++i)
        text += fmt::format("x,NA,{},C\n", random.unit());
    return text;
}

} // namespace

void ChunkedTest::initTestCase()
{
    plain_ = data("plain.csv", testing::plainRows(9000, 4, 1));
    quoted_ = data("quoted.csv", quotedRows(9000));
    several_ = plain_;
    for (int i = 2; i < 5; ++i) {
        const auto more = data(fmt::format("part{}.csv", i),
                               testing::plainRows(1500 * i, 4, static_cast<unsigned>(i)));
        several_.paths.push_back(more.paths.front());
        several_.bytes += more.bytes;
    }
}

Dataset ChunkedTest::data(const std::string& name, const std::string& text) const
{
    const auto path = std::filesystem::path(directory_.path().toStdString()) / name;
    return testing::datasetOf({testing::writeText(path, text)}, {"note", "category"});
}

RunSpec ChunkedTest::spec(const Dataset& dataset, const Workload& workload, int workers)
{
    return {.runId = "1",
            .dataset = dataset,
            .workload = workload,
            .workers = workers,
            .scratch = "/nowhere"};
}

Result<RunResult> ChunkedTest::run(RunSpec spec, const Layout& layout)
{
    ChunkedEngine engine(nativeKinds(), {.partitionBytes = layout.partition,
                                         .streamedBytes = layout.partition,
                                         .block = layout.block});
    testing::EventLog log;
    spec.workers = layout.workers;
    const auto prepared = engine.prepare(spec);
    if (!prepared) return prepared.error();
    return engine.run(spec, log, {});
}

Result<LogregResult> ChunkedTest::learn(const Dataset& dataset, const LogregWorkload& workload)
{
    auto result = run(spec(dataset, workload), {.workers = 2});
    if (!result) return result.error();
    return LogregResult::of(*result);
}

void ChunkedTest::everyWorkerCountAndPartitionSizeGivesTheSameBits_data()
{
    QTest::addColumn<int>("dataset");
    QTest::addColumn<int>("job");
    const char* const datasets[] = {"plain", "quoted", "several files"};
    const char* const jobs[] = {"streamed", "loaded", "lbfgs", "sgd"};
    for (int dataset = 0; dataset < 3; ++dataset)
        for (int job = 0; job < 4; ++job)
            QTest::addRow("%s, %s", datasets[dataset], jobs[job]) << dataset << job;
}

void ChunkedTest::everyWorkerCountAndPartitionSizeGivesTheSameBits()
{
    QFETCH(int, dataset);
    QFETCH(int, job);
    auto etl = means;
    etl.materialise = job == 1 ? Materialise::Loaded : Materialise::Streamed;
    auto fit = regression;
    fit.solver = job == 3 ? Solver::Sgd : Solver::Lbfgs;
    fit.maxIterations = 4;
    const Workload workload = job < 2 ? Workload(etl) : Workload(fit);
    const Dataset& used = dataset == 0 ? plain_ : dataset == 1 ? quoted_ : several_;

    const auto first = run(spec(used, workload), {.workers = 1});
    QVERIFY2(first.has_value(), first.has_error() ? first.error().message.c_str() : "");
    for (const int workers : {1, 2, 3, 8})
        for (const Bytes partition : {Bytes(1), Bytes(45'000), maxPartitionBytes}) {
            const auto other =
                run(spec(used, workload), {.workers = workers, .partition = partition});
            QVERIFY(other.has_value());
            QCOMPARE(bits(*other), bits(*first));
        }
}

/// Sums of the group-by to the last bit, since numbers are rounded correctly whoever reads them;
/// a fit within rounding of its sums.
void ChunkedTest::everyInstructionSetFindsTheSame()
{
    const auto targets = hwy::SupportedAndGeneratedTargets();
    std::optional<std::string> sums;
    std::optional<LogregResult> fit;
    for (const std::int64_t target : targets) {
        const testing::OnTarget on(target);
        const auto grouped = run(spec(plain_, means), {.workers = 2});
        const auto found = learn(plain_, regression);
        QVERIFY(grouped && found);
        if (!sums) sums = bits(*grouped);
        if (!fit) fit = *found;
        QCOMPARE(bits(*grouped), *sums);
        QCOMPARE(found->trainRows, fit->trainRows);
        QCOMPARE(found->iterations, fit->iterations);
        QVERIFY(std::abs(found->loss - fit->loss) <= 1e-12);
        for (std::size_t k = 0; k < fit->coefficients.size(); ++k)
            for (std::size_t j = 0; j < fit->coefficients[k].size(); ++j)
                QVERIFY(std::abs(found->coefficients[k][j] - fit->coefficients[k][j]) <= 1e-9);
    }
}

void ChunkedTest::groupMeansAreRight()
{
    const auto streamed = run(spec(several_, means), {.workers = 2});
    auto loaded = means;
    loaded.materialise = Materialise::Loaded;
    QCOMPARE(bits(*run(spec(several_, loaded), {.workers = 2})), bits(*streamed));

    struct Plain {
        std::int64_t rows = 0;
        long double x = 0;
        long double y = 0;
    };
    std::map<std::string, Plain> truth;
    for (const auto& path : several_.paths) {
        std::ifstream file(path);
        std::string line;
        std::getline(file, line);
        while (std::getline(file, line)) {
            std::istringstream fields(line);
            std::string id, x, y, key;
            std::getline(fields, id, ',') && std::getline(fields, x, ',') &&
                std::getline(fields, y, ',') && std::getline(fields, key);
            Plain& group = truth[key];
            ++group.rows;
            group.x += std::strtod(x.c_str(), nullptr);
            group.y += std::strtod(y.c_str(), nullptr);
        }
    }
    const auto& etl = EtlResult::of(*streamed);
    QCOMPARE(etl.groups.size(), truth.size());
    QCOMPARE(etl.rows, 22'500);
    for (const GroupMean& group : etl.groups) {
        const Plain& plain = truth.at(group.key);
        QCOMPARE(group.count, plain.rows);
        QVERIFY(std::abs(group.means[0] - static_cast<double>(plain.x / plain.rows)) < 1e-15);
        QVERIFY(std::abs(group.means[1] - static_cast<double>(plain.y / plain.rows)) < 1e-15);
    }
}

void ChunkedTest::theReferenceTellsMagnitudesAndTheSameMeans()
{
    const auto csv = data("signed.csv", "k,a,b\nL,1.5,-2\nL,-1.5,NA\nM,-3,4\nL,0.5,-1\n");
    const EtlWorkload work{.groupBy = "k", .values = {"a", "b"}};
    auto asked = spec(csv, work);
    const auto plain = EtlResult::of(*run(asked, {}));
    QVERIFY(plain.groups[0].magnitudes.empty());
    asked.profile = referenceProfile;
    const auto told = EtlResult::of(*run(asked, {}));
    QCOMPARE(told.groupsHash, plain.groupsHash);
    QCOMPARE(told.missing, plain.missing);
    QCOMPARE(told.values, plain.values);
    QCOMPARE(told.groups[0].means, plain.groups[0].means);
    QCOMPARE(told.groups[0].magnitudes, (std::vector<double>{3.5 / 3, 1.5}));
    QCOMPARE(told.groups[1].magnitudes, (std::vector<double>{3, 4}));
}

void ChunkedTest::averagedModelsDependOnWorkersAndLearn()
{
    auto best = regression;
    best.maxIterations = 100;
    best.tolerance = 1e-8;
    const double least = learn(plain_, best)->loss;
    auto averaged = regression;
    averaged.solver = Solver::SgdAveraged;
    for (const int workers : {1, 2, 4}) {
        const Layout layout{.workers = workers, .partition = 45'000};
        const auto once = run(spec(plain_, averaged), layout);
        QVERIFY(once.has_value());
        QCOMPARE(bits(*run(spec(plain_, averaged), layout)), bits(*once));
        const auto& fit = LogregResult::of(*once);
        QVERIFY(fit.loss >= least * (1 - 1e-9));
        QVERIFY2(fit.loss <= least * 1.15,
                 fmt::format("{} workers: {} against {}", workers, fit.loss, least).c_str());
        QCOMPARE(fit.lossHistory.size(), static_cast<std::size_t>(fit.iterations));
        QCOMPARE(fit.dataPasses, 2 * fit.iterations);
    }
}

void ChunkedTest::regressionNeedsSomethingToLearn_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<double>("testFraction");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char* name, const char* text, double fraction, const char* says) {
        QTest::newRow(name) << QByteArray(text) << fraction << QByteArray(says);
    };
    row("no rows", "x,y,category\n", 0, "No row is left");
    row("all rows dropped", "x,y,category\n1,,A\n,2,B\n1,2,\n", 0, "3 dropped");
    row("one class", "x,y,category\n1,2,A\n3,4,A\n", 0, "one class only: \"A\"");
    row("one class after dropping", "x,y,category\n1,2,A\n3,NA,B\n", 0, "one class only");
    row("more classes than training rows", "x,y,category\n1,2,A\n3,4,B\n5,6,C\n7,8,D\n", 0.5,
        "4 classes in");
    row("infinite feature", "x,y,category\n1,2,A\n3,inf,B\n", 0,
        "\"y\" has an infinite value in row 2 of the data");
    row("no row to train on", "x,y,category\n1,2,A\n1,2,B\n", 0.9999999999, "no row to train on");
}

void ChunkedTest::regressionNeedsSomethingToLearn()
{
    QFETCH(QByteArray, text);
    QFETCH(double, testFraction);
    QFETCH(QByteArray, says);
    auto workload = regression;
    workload.testFraction = testFraction;
    const auto result = learn(data("edge.csv", text.toStdString()), workload);
    QVERIFY(result.has_error());
    QCOMPARE(result.error().code, ErrorCode::InvalidArgument);
    QCOMPARE(result.error().phase, "load");
    QVERIFY2(result.error().message.find(says.toStdString()) != std::string::npos,
             result.error().message.c_str());
    QVERIFY(!result.error().remedy.empty());
}

void ChunkedTest::rowsWithMissingValuesAreDroppedAndCounted()
{
    const std::string rows = testing::plainRows(3000, 3, 5);
    const auto clean = learn(data("clean.csv", rows), regression);
    const auto dirty = learn(data("dirty.csv", rows + "1,,0.5,A\n2,0.5,nan,B\n3,0.1,0.2,NA\n"
                                                      "4,0.1,0.2,\n"),
                             regression);
    QVERIFY(dirty.has_value());
    QCOMPARE(dirty->droppedRows, 4);
    QCOMPARE(dirty->rows, 3000);
    QCOMPARE(dirty->classes, clean->classes);
    QCOMPARE(dirty->coefficients, clean->coefficients);
    QCOMPARE(dirty->warnings.size(), 1);
}

void ChunkedTest::constantFeaturesHaveNoWeight()
{
    testing::Sequence random(2);
    std::string text = "x,y,category\n";
    for (int i = 0; i < 2000; ++i) {
        const double x = random.unit();
        text += fmt::format("{},0.1,{}\n", x, x + 0.3 * random.unit() > 0.6 ? "B" : "A");
    }
    const auto fit = learn(data("constant.csv", text), regression);
    QVERIFY(fit.has_value());
    QCOMPARE(fit->coefficients.size(), 1);
    QVERIFY(fit->coefficients[0][0] > 1);
    QCOMPARE(fit->coefficients[0][1], 0);
    QVERIFY(fit->warnings.front().find("\"y\" is constant") != std::string::npos);
    QVERIFY(*fit->testAccuracy > 0.85);
    QVERIFY(fit->majorityAccuracy < fit->accuracy());
}

void ChunkedTest::separableDataConverges()
{
    std::string text = "x,y,category\n";
    for (int i = 0; i < 1500; ++i)
        text += fmt::format("{},{},{}\n", i, i % 7, i < 750 ? "left" : "right");
    auto workload = regression;
    workload.maxIterations = 500;
    workload.tolerance = 1e-8;
    const auto fit = learn(data("separable.csv", text), workload);
    QVERIFY(fit.has_value());
    QVERIFY(fit->converged);
    QVERIFY(std::isfinite(fit->coefficients[0][0]));
    QVERIFY(fit->trainAccuracy > 0.99);
    QVERIFY2(fit->loss < 0.1, std::to_string(fit->loss).c_str());
}

void ChunkedTest::fewDistinctRowsAreWarnedOf()
{
    std::string text = "x,y,category\n";
    for (int i = 0; i < 5000; ++i)
        text += fmt::format("{},{},{}\n", i % 30, i % 7, i % 2 ? "A" : "B");
    const auto few = data("few.csv", text);
    const auto warned = learn(few, regression);
    QVERIFY(warned->warnings.front().find("distinct rows") != std::string::npos);
    auto whole = regression;
    whole.testFraction = 0;
    QVERIFY(learn(few, whole)->warnings.empty());
    QVERIFY(!learn(few, whole)->testAccuracy);
    QVERIFY(learn(plain_, regression)->warnings.empty());
}

void ChunkedTest::columnsMustExistOnce_data()
{
    QTest::addColumn<bool>("etl");
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("second");
    QTest::newRow("no such key") << true << QByteArray("colour") << QByteArray("y");
    QTest::newRow("no such value") << true << QByteArray("category") << QByteArray("z");
    QTest::newRow("a value twice") << true << QByteArray("category") << QByteArray("x");
    QTest::newRow("no such label") << false << QByteArray("colour") << QByteArray("y");
    QTest::newRow("a feature twice") << false << QByteArray("category") << QByteArray("x");
    QTest::newRow("the label as feature") << false << QByteArray("y") << QByteArray("y");
}

void ChunkedTest::columnsMustExistOnce()
{
    QFETCH(bool, etl);
    QFETCH(QByteArray, key);
    QFETCH(QByteArray, second);
    const std::vector<std::string> columns{"x", second.toStdString()};
    const auto workload =
        etl ? Workload(EtlWorkload{.groupBy = key.toStdString(), .values = columns})
            : Workload(LogregWorkload{.label = key.toStdString(), .features = columns});
    const auto result = run(spec(plain_, workload), {});
    QVERIFY(result.has_error());
    QCOMPARE(result.error().code, ErrorCode::InvalidArgument);
    QVERIFY(!result.error().message.empty());
}

void ChunkedTest::aMalformedRowIsTheSameErrorForEveryLayout_data()
{
    QTest::addColumn<bool>("loaded");
    QTest::newRow("streamed") << false;
    QTest::newRow("loaded") << true;
}

void ChunkedTest::aMalformedRowIsTheSameErrorForEveryLayout()
{
    QFETCH(bool, loaded);
    std::string text = quotedRows(4000);
    text += "x,oops,1,A\n" + quotedRows(3000) + "x,1,2\n";
    const auto bad = data("bad.csv", text);
    auto workload = means;
    workload.materialise = loaded ? Materialise::Loaded : Materialise::Streamed;
    std::set<std::string> messages;
    for (const int workers : {1, 2, 8})
        for (const Bytes partition : {Bytes(1), Bytes(60'000), maxPartitionBytes}) {
            const auto result =
                run(spec(bad, workload), {.workers = workers, .partition = partition});
            QVERIFY(result.has_error());
            QCOMPARE(result.error().code, ErrorCode::DataUnreadable);
            QCOMPARE(result.error().phase, loaded ? "load" : "compute");
            messages.insert(result.error().message);
        }
    QCOMPARE(messages.size(), 1);
    QVERIFY(messages.begin()->find("oops") != std::string::npos);
}

void ChunkedTest::aFileThatChangesIsNoticed()
{
    const auto dataset = data("changing.csv", testing::plainRows(2000, 4, 9));
    std::filesystem::resize_file(dataset.paths.front(), 5000);
    const auto result = run(spec(dataset, means), {});
    QVERIFY(result.has_error());
    QCOMPARE(result.error().code, ErrorCode::DataUnreadable);
}

void ChunkedTest::manyGroupsAreCounted()
{
    const EtlWorkload byId{.groupBy = "id", .values = {"x", "y"}};
    const auto result = run(spec(plain_, byId), {.workers = 3, .partition = 45'000});
    const auto& etl = EtlResult::of(*result);
    QCOMPARE(etl.groupsCount, 9000);
    for (std::size_t i = 1; i < etl.groups.size(); ++i)
        QVERIFY(etl.groups[i - 1].key < etl.groups[i].key);
}

void ChunkedTest::phasesAndCountersAddUp()
{
    ChunkedEngine engine(nativeKinds(), {.partitionBytes = 45'000, .block = 20'000});
    testing::EventLog log;
    const auto job = spec(plain_, regression, 2);
    QVERIFY(engine.prepare(job).has_value());
    QVERIFY(engine.run(job, log, {}).has_value());
    std::vector<std::string> phases;
    for (const auto& phase : log.all<PhaseEvent>())
        phases.push_back((phase.begin ? "+" : "-") + phase.name);
    const std::vector<std::string> expected{"+load", "-load", "+fit", "-fit", "+score", "-score"};
    QCOMPARE(phases, expected);
    const auto counters = log.all<CountersEvent>().back();
    QCOMPARE(*counters.rows, 9000);
    QCOMPARE(*counters.bytesRead, plain_.bytes - Bytes(std::string("id,x,y,category\n").size()));
    QCOMPARE(*counters.queued, 0);
    QVERIFY(*counters.storeBytes > 9000 * 2 * 8);
    std::size_t tasks = 0;
    for (const auto& event : log.all<TasksEvent>())
        for (const TaskSpan& span : event.spans) {
            ++tasks;
            QVERIFY(span.worker >= 0 && span.worker < 2);
            QVERIFY(span.begin <= span.end);
        }
    QCOMPARE(static_cast<std::int64_t>(tasks), *counters.tasks);
}

void ChunkedTest::stopEndsEveryPhase_data()
{
    QTest::addColumn<QByteArray>("phase");
    for (const char* phase : {"load", "fit", "score"})
        QTest::newRow(phase) << QByteArray(phase);
}

namespace {

/// Asks for a stop when a phase begins.
class StoppingLog : public EventSink {
public:
    explicit StoppingLog(std::string phase) : phase_(std::move(phase)) {}
    void deliver(Event event) override
    {
        const auto* phase = std::get_if<PhaseEvent>(&event.body);
        if (phase && phase->begin && phase->name == phase_) stop.request_stop();
    }
    std::stop_source stop;

private:
    std::string phase_;
};

} // namespace

void ChunkedTest::stopEndsEveryPhase()
{
    QFETCH(QByteArray, phase);
    ChunkedEngine engine(nativeKinds(), {.partitionBytes = 45'000, .block = 20'000});
    StoppingLog log(phase.toStdString());
    const auto job = spec(plain_, regression, 2);
    QVERIFY(engine.prepare(job).has_value());
    const auto result = engine.run(job, log, log.stop.get_token());
    QVERIFY(result.has_error());
    QCOMPARE(result.error().code, ErrorCode::Cancelled);
    QCOMPARE(result.error().phase, phase.toStdString());
}

SPILLWAY_TESTS(ChunkedTest, QCoreApplication)
#include "chunked_test.moc"
