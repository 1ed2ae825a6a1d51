#include "objectstore_data.h"
#include "suites/suites.h"

#include "native/chunked/chunked_engine.h"
#include "workloads/etl/etl_result.h"
#include "workloads/logreg/logreg_result.h"

#include <QtTest>

#include <array>

using namespace spillway;
using spillway::testing::bits;
using spillway::testing::means;
using spillway::testing::ObjectstoreRun;
using spillway::testing::regression;
using spillway::testing::smallBlocks;
using Materialise = EtlWorkload::Materialise;
using Solver = LogregWorkload::Solver;

/// The whole engine: this process is the driver, store and executors are the real program.
class ObjectstoreTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void theResultIsThatOfTheChunkedEngine_data();
    void theResultIsThatOfTheChunkedEngine();
    void averagedModelsAreThoseOfTheChunkedEngine();
    void rowsFarLongerThanABlockAreReadInEveryFile();
    void aDialectIsReadAsByTheChunkedEngine();
    void smallFilesShareTasks();
    void manyGroupsGoThroughTheStore();
    void anErrorIsThatOfTheChunkedEngine_data();
    void anErrorIsThatOfTheChunkedEngine();
    void phasesAndCountersAddUp();
    void aStopEndsTheRun();

private:
    Dataset data(const std::string& name, const std::string& text) const;
    static Result<RunResult> chunked(const Dataset& dataset, const Workload& workload,
                                     int workers = 2);

    QTemporaryDir directory_;
    std::vector<Dataset> datasets_;
};

namespace {

/// Text fields with line breaks and quotes, so that guesses about blocks go wrong.
std::string quotedRows(int rows)
{
    testing::Sequence random(11);
    std::string text = "note,x,y,category\n";
    for (int i = 0; i < rows; ++i) {
        text += random.next() % 3 == 0 ? "\"1,2,3,A\n4,5,6,B\n\"\"7\"\" \n\"" : "plain";
        text += fmt::format(",{},{},{}\n", random.unit(), random.unit(), "ABC"[random.next() % 3]);
    }
    text += "\""; // one field that spans several blocks
    for (int i = 0; i < 9000; ++i)
        text += "1,2,3,A\n";
    text += "\",0.5,,\"B\"\n";
    for (int i = 0; i < 500; ++i)
        text += fmt::format("x,NA,{},C\n", random.unit());
    return text;
}

Workload workloadOf(int job)
{
    auto etl = means;
    etl.materialise = job == 1 ? Materialise::Loaded : Materialise::Streamed;
    auto fit = regression;
    fit.solver = job == 3 ? Solver::Sgd : Solver::Lbfgs;
    fit.maxIterations = 4;
    return job < 2 ? Workload(etl) : Workload(fit);
}

} // namespace

void ObjectstoreTest::initTestCase()
{
    const Dataset plain = data("plain.csv", testing::plainRows(9000, 4, 1));
    Dataset several = plain;
    for (int i = 2; i < 5; ++i) {
        const auto more = data(fmt::format("part{}.csv", i),
                               testing::plainRows(1500 * i, 4, static_cast<unsigned>(i)));
        several.paths.push_back(more.paths.front());
        several.bytes += more.bytes;
    }
    datasets_ = {plain, data("quoted.csv", quotedRows(9000)), several};
}

Dataset ObjectstoreTest::data(const std::string& name, const std::string& text) const
{
    const auto path = std::filesystem::path(directory_.path().toStdString()) / name;
    return testing::datasetOf({testing::writeText(path, text)}, {"note", "category"});
}

Result<RunResult> ObjectstoreTest::chunked(const Dataset& dataset, const Workload& workload,
                                           int workers)
{
    ChunkedEngine engine(nativeKinds(), smallBlocks().scan);
    testing::EventLog log;
    const RunSpec spec{.runId = "1",
                       .dataset = dataset,
                       .workload = workload,
                       .workers = workers,
                       .scratch = "/nowhere"};
    const auto prepared = engine.prepare(spec);
    if (!prepared) return prepared.error();
    return engine.run(spec, log, {});
}

void ObjectstoreTest::theResultIsThatOfTheChunkedEngine_data()
{
    QTest::addColumn<int>("dataset");
    QTest::addColumn<int>("job");
    const char* const datasets[] = {"plain", "quoted", "several files"};
    const char* const jobs[] = {"streamed", "loaded", "lbfgs", "sgd"};
    for (int dataset = 0; dataset < 3; ++dataset)
        for (int job = 0; job < 4; ++job)
            QTest::addRow("%s, %s", datasets[dataset], jobs[job]) << dataset << job;
}

void ObjectstoreTest::theResultIsThatOfTheChunkedEngine()
{
    QFETCH(int, dataset);
    QFETCH(int, job);
    const Dataset& used = datasets_[static_cast<std::size_t>(dataset)];
    const auto expected = chunked(used, workloadOf(job));
    QVERIFY(expected.has_value());
    for (const int workers : {1, 2, 4})
        for (const Bytes partition : {Bytes(1), Bytes(45'000), maxPartitionBytes}) {
            ObjectstoreRun run(used, workloadOf(job), workers, smallBlocks(partition));
            const auto result = run.prepareAndRun();
            QVERIFY2(result.has_value(), result ? "" : result.error().message.c_str());
            QCOMPARE(bits(*result), bits(*expected));
            // A process that died would have been replaced without a word in the result.
            QCOMPARE(*run.log.all<CountersEvent>().back().reExecuted, std::int64_t(0));
        }
}

void ObjectstoreTest::averagedModelsAreThoseOfTheChunkedEngine()
{
    auto fit = regression;
    fit.solver = Solver::SgdAveraged;
    fit.maxIterations = 3;
    for (const int workers : {1, 3}) {
        ObjectstoreRun run(datasets_[0], fit, workers);
        const auto result = run.prepareAndRun();
        const auto expected = chunked(datasets_[0], fit, workers);
        QVERIFY(result && expected);
        QCOMPARE(bits(*result), bits(*expected));
    }
}

void ObjectstoreTest::rowsFarLongerThanABlockAreReadInEveryFile()
{
    const auto longRow = [](char label) {
        return fmt::format("\"{}\",1,2,{}\n", std::string(2'500'000, '\n'), label);
    };
    const std::string head = "note,x,y,category\n";
    Dataset dataset = data("long.csv", head + longRow('A') + "n,3,4,B\n" + longRow('B'));
    const auto more = data("long2.csv", head + longRow('B') + "n,3,4,A\n");
    dataset.paths.push_back(more.paths.front());
    dataset.bytes += more.bytes;
    for (const int job : {0, 1, 2}) {
        const auto expected = chunked(dataset, workloadOf(job));
        for (const Bytes partition : {Bytes(1), Bytes(45'000), maxPartitionBytes}) {
            ObjectstoreRun run(dataset, workloadOf(job), 2, smallBlocks(partition));
            const auto result = run.prepareAndRun();
            QVERIFY2(expected && result, result ? "" : result.error().message.c_str());
            QCOMPARE(bits(*result), bits(*expected));
        }
    }
}

void ObjectstoreTest::aDialectIsReadAsByTheChunkedEngine()
{
    testing::Sequence random(7);
    std::string text = "title\nnote;x;y;category\n";
    for (int i = 0; i < 6000; ++i) {
        if (random.next() % 5 == 0) text += "# \"a comment\n";
        text += fmt::format("\"#\n;{}\";{},5;{};{}\n", i, random.next() % 100,
                            random.next() % 9 == 0 ? "-" : "0,25",
                            std::array{"\xe4", "B", "none"}[random.next() % 3]);
    }
    const auto path = std::filesystem::path(directory_.path().toStdString()) / "dialect.csv";
    Dataset dataset{.name = "dialect", .paths = {testing::writeText(path, text)}};
    dataset.schema = {.format = {.delimiter = ';',
                                 .comment = '#',
                                 .skipRows = 1,
                                 .decimal = ',',
                                 .encoding = TextEncoding::Latin1,
                                 .missing = std::vector<std::string>{"-", "None"}},
                      .columns = {{"note", ColumnType::Text},
                                  {"x", ColumnType::Real},
                                  {"y", ColumnType::Real},
                                  {"category", ColumnType::Text}}};
    for (const int job : {0, 1, 2}) {
        const auto expected = chunked(dataset, workloadOf(job));
        QVERIFY2(expected, expected ? "" : expected.error().message.c_str());
        if (expected->kind == EtlWorkload::kind) {
            const auto etl = EtlResult::of(*expected);
            QCOMPARE(etl.rows, std::int64_t(6000));
            QCOMPARE(etl.groups.front().key, std::string()); // what is missing is the empty text
            QCOMPARE(etl.groups.back().key, std::string("\u00e4"));
            QVERIFY(etl.missing[1] > 0);
        } else {
            // Rows without a label are left out, those without y, too.
            QCOMPARE(LogregResult::of(*expected).classes,
                     (std::vector<std::string>{"B", "\u00e4"}));
        }
        for (const Bytes partition : {Bytes(1), maxPartitionBytes}) {
            ObjectstoreRun run(dataset, workloadOf(job), 2, smallBlocks(partition));
            const auto result = run.prepareAndRun();
            QVERIFY2(result, result ? "" : result.error().message.c_str());
            QCOMPARE(bits(*result), bits(*expected));
        }
    }
}

void ObjectstoreTest::smallFilesShareTasks()
{
    Dataset dataset = data("small0.csv", testing::plainRows(3, 3, 1));
    for (int i = 1; i < 300; ++i) {
        const auto more = data(fmt::format("small{}.csv", i),
                               testing::plainRows(3, 3, static_cast<unsigned>(i + 1)));
        dataset.paths.push_back(more.paths.front());
        dataset.bytes += more.bytes;
    }
    for (const int job : {0, 1, 2}) {
        const auto expected = chunked(dataset, workloadOf(job));
        ObjectstoreRun run(dataset, workloadOf(job), 2);
        const auto result = run.prepareAndRun();
        QVERIFY2(expected && result, result ? "" : result.error().message.c_str());
        QCOMPARE(bits(*result), bits(*expected));
        if (job == 0) QVERIFY(*run.log.all<CountersEvent>().back().tasks < 30);
    }
}

void ObjectstoreTest::manyGroupsGoThroughTheStore()
{
    auto byId = means;
    byId.groupBy = "id";
    byId.values = {"x"};
    for (const auto materialise : {Materialise::Streamed, Materialise::Loaded}) {
        byId.materialise = materialise;
        ObjectstoreRun run(datasets_[0], byId, 2, smallBlocks(maxPartitionBytes));
        const auto result = run.prepareAndRun();
        QVERIFY(result.has_value());
        QCOMPARE(EtlResult::of(*result).groupsCount, std::int64_t(9000));
        QCOMPARE(bits(*result), bits(*chunked(datasets_[0], byId)));
    }
}

void ObjectstoreTest::anErrorIsThatOfTheChunkedEngine_data()
{
    QTest::addColumn<QString>("rows");
    QTest::addColumn<int>("job");
    const QString good = QString::fromStdString(testing::plainRows(4000, 3, 5));
    QTest::newRow("a malformed row") << good + "1,2,3\n" + good.section('\n', 1) << 0;
    QTest::newRow("no number") << good + "1,ab,0.5,A\n" << 1;
    QTest::newRow("one class") << "id,x,y,category\n1,2,3,A\n2,3,4,A\n" << 2;
    QTest::newRow("an infinite feature") << good + "1,inf,0.5,A\n" << 3;
}

void ObjectstoreTest::anErrorIsThatOfTheChunkedEngine()
{
    QFETCH(QString, rows);
    QFETCH(int, job);
    const Dataset faulty = data("faulty.csv", rows.toStdString());
    const auto expected = chunked(faulty, workloadOf(job));
    ObjectstoreRun run(faulty, workloadOf(job), 2);
    const auto result = run.prepareAndRun();
    QVERIFY(!expected && !result);
    QCOMPARE(result.error().message, expected.error().message);
    QCOMPARE(result.error().code, expected.error().code);
    QCOMPARE(result.error().phase, expected.error().phase);
}

void ObjectstoreTest::phasesAndCountersAddUp()
{
    ObjectstoreRun run(datasets_[0], workloadOf(1), 2);
    QVERIFY(run.prepareAndRun().has_value());
    std::vector<std::string> phases;
    for (const auto& phase : run.log.all<PhaseEvent>())
        phases.push_back((phase.begin ? "begin " : "end ") + phase.name);
    QCOMPARE(phases,
             (std::vector<std::string>{"begin load", "end load", "begin compute", "end compute"}));
    const auto counters = run.log.all<CountersEvent>().back();
    QCOMPARE(*counters.rows, std::int64_t(9000));
    QVERIFY(*counters.bytesRead > datasets_[0].bytes - 100);
    std::int64_t spans = 0;
    for (const auto& tasks : run.log.all<TasksEvent>())
        for (const TaskSpan& span : tasks.spans) {
            QVERIFY(span.worker >= 0 && span.worker < 2);
            QVERIFY(span.begin <= span.end);
            ++spans;
        }
    QCOMPARE(*counters.tasks, spans);
}

void ObjectstoreTest::aStopEndsTheRun()
{
    std::stop_source stop;
    stop.request_stop();
    ObjectstoreRun run(datasets_[0], workloadOf(2), 2);
    QVERIFY(run.prepare().has_value());
    const auto result = run.run(stop.get_token());
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::Cancelled);
}

SPILLWAY_TESTS(ObjectstoreTest, QCoreApplication)
#include "objectstore_test.moc"
