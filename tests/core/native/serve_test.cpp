#include "base/json.h"
#include "native_data.h"
#include "suites/suites.h"

#include "protocol/event.h"
#include "workloads/etl/etl_result.h"

#include <QDir>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <csignal>

using namespace spillway;

/// The real program, driven over its pipes as a budget would.
class ServeTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void aRunSendsItsEventsInOrder();
    void manyGroupsTravelInAFile();
    void exactlyAsManyThreadsAsWorkersBesidesTwo_data();
    void exactlyAsManyThreadsAsWorkersBesidesTwo();
    void anErrorNamesItsPhaseAndExitsWithOne();
    void wrongFirstLines_data();
    void wrongFirstLines();
    void endOfStdinBeforeGoEndsTheRun();
    void stopsInTheMiddle_data();
    void stopsInTheMiddle();
    void anUnknownEngineIsRefused();

private:
    RunSpec spec(const std::filesystem::path& csv) const;
    void start(const QString& engine = QStringLiteral("chunked"));
    void say(const std::string& line);
    void saySpec(const RunSpec& spec) { say(toLine(toJson(spec))); }
    Event nextEvent();
    template <class Body>
    Body await();
    std::vector<Event> rest();

    QTemporaryDir directory_;
    std::filesystem::path root_;
    std::filesystem::path small_;
    std::filesystem::path scratch_;
    std::unique_ptr<QProcess> child_;
};

void ServeTest::initTestCase()
{
    root_ = directory_.path().toStdString();
    small_ = testing::writeText(root_ / "small.csv", "x,key\n1,A\n2,B\n4,A\n");
}

void ServeTest::init()
{
    scratch_ = root_ / "scratch";
    std::filesystem::remove_all(scratch_);
    std::filesystem::create_directory(scratch_);
}

RunSpec ServeTest::spec(const std::filesystem::path& csv) const
{
    RunSpec spec{.runId = "1",
                 .dataset = testing::datasetOf({csv}, {"key", "category"}),
                 .workload = EtlWorkload{.groupBy = "key", .values = {"x"}},
                 .workers = 2};
    spec.scratch = scratch_;
    return spec;
}

void ServeTest::start(const QString& engine)
{
    child_ = std::make_unique<QProcess>();
    child_->start(QStringLiteral(SPILLWAY_BINARY_DIR "/bin/spillway-worker"), {"engine", engine});
    QVERIFY(child_->waitForStarted());
}

void ServeTest::say(const std::string& line)
{
    child_->write(QByteArray::fromStdString(line + "\n"));
    child_->waitForBytesWritten();
}

Event ServeTest::nextEvent()
{
    while (!child_->canReadLine() && child_->waitForReadyRead(20000)) {
    }
    const QByteArray line = child_->readLine().trimmed();
    auto event = eventFromLine(line.toStdString());
    if (!event) qFatal("No event: %s", line.constData());
    return *event;
}

template <class Body>
Body ServeTest::await()
{
    for (int i = 0; i < 10000; ++i) {
        const Event event = nextEvent();
        if (const auto* body = std::get_if<Body>(&event.body)) return *body;
    }
    qFatal("The event did not come.");
}

/// All events up to bye.
std::vector<Event> ServeTest::rest()
{
    std::vector<Event> events;
    do
        events.push_back(nextEvent());
    while (!std::holds_alternative<ByeEvent>(events.back().body));
    child_->waitForFinished(20000);
    return events;
}

void ServeTest::aRunSendsItsEventsInOrder()
{
    start();
    const auto hello = nextEvent();
    QCOMPARE(typeName(hello), "hello");
    QCOMPARE(std::get<HelloEvent>(hello.body).pid, child_->processId());
    saySpec(spec(small_));
    const auto ready = nextEvent();
    QCOMPARE(typeName(ready), "ready");
    QCOMPARE(std::get<ReadyEvent>(ready.body).settings.at("workers"), "2");
    say("{\"go\":true}");
    const auto events = rest();
    std::vector<std::string> order;
    for (const Event& event : events)
        if (const auto type = typeName(event); order.empty() || order.back() != type)
            order.emplace_back(type);
    const std::vector<std::string> expected{"phase", "tasks", "progress", "counters",
                                            "phase", "done",  "result",   "bye"};
    QCOMPARE(order, expected);
    QCOMPARE(child_->exitCode(), 0);
    const auto& result = std::get<ResultEvent>(events[events.size() - 2].body);
    const auto& etl = EtlResult::of(result.result);
    const std::vector<GroupMean> groups{{"A", 2, {2.5}}, {"B", 1, {2}}};
    QCOMPARE(etl.groups, groups);
    QCOMPARE(etl.rows, 3);
    QVERIFY(result.timings.contains("compute"));
}

void ServeTest::manyGroupsTravelInAFile()
{
    std::string text = "x,key\n";
    for (int i = 0; i < 3000; ++i)
        text += fmt::format("{},k{}\n", i, i % 1500);
    const auto csv = testing::writeText(root_ / "many.csv", text);
    start();
    saySpec(spec(csv));
    await<ReadyEvent>();
    say("{\"go\":true}");
    const auto result = await<ResultEvent>();
    const auto& etl = EtlResult::of(result.result);
    QCOMPARE(etl.groupsCount, 1500);
    rest();
    std::ifstream file(scratch_ / "groups.jsonl");
    ResultTable rows = groupColumns(etl.values, false);
    for (std::string line; std::getline(file, line);)
        QVERIFY(etlForm().readRow(rows, line).has_value());
    const auto groups = groupsOf(rows);
    QCOMPARE(groups.size(), 1500);
    QCOMPARE(rowsHash(rows), etl.groupsHash);
    QCOMPARE(groups.front().key, "k0");
    QCOMPARE(groups.front().means.front(), 750);
    const auto permissions = std::filesystem::status(scratch_ / "groups.jsonl").permissions();
    QCOMPARE(static_cast<int>(permissions), 0600);
}

void ServeTest::exactlyAsManyThreadsAsWorkersBesidesTwo_data()
{
    QTest::addColumn<int>("workers");
    for (const int workers : {1, 2, 4, 16})
        QTest::addRow("%d workers", workers) << workers;
}

/// Two threads do no work: one listens to the host, one writes to it.
void ServeTest::exactlyAsManyThreadsAsWorkersBesidesTwo()
{
    QFETCH(int, workers);
    start();
    auto job = spec(small_);
    job.workers = workers;
    saySpec(job);
    await<ReadyEvent>();
    const QDir threads(QStringLiteral("/proc/%1/task").arg(child_->processId()));
    const auto count = [&] { return threads.entryList(QDir::Dirs | QDir::NoDotAndDotDot).size(); };
#if defined(__SANITIZE_THREAD__)
    const int others = 3; // the race detector has a thread of its own
#else
    const int others = 2;
#endif
    QVERIFY2(count() == workers + others, std::to_string(count()).c_str());
    say("{\"go\":true}");
    await<ResultEvent>();
    rest();
    QCOMPARE(child_->exitCode(), 0);
}

void ServeTest::anErrorNamesItsPhaseAndExitsWithOne()
{
    const auto csv = testing::writeText(root_ / "bad.csv", "x,key\n1,A\nabc,B\n");
    start();
    saySpec(spec(csv));
    await<ReadyEvent>();
    say("{\"go\":true}");
    const auto error = await<ErrorEvent>().error;
    QCOMPARE(error.code, ErrorCode::DataUnreadable);
    QCOMPARE(error.phase, "compute");
    QVERIFY(error.message.find("bad.csv") != std::string::npos);
    rest();
    QCOMPARE(child_->exitStatus(), QProcess::NormalExit);
    QCOMPARE(child_->exitCode(), 1);
}

void ServeTest::wrongFirstLines_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::newRow("no JSON") << QByteArray("hello");
    QTest::newRow("no spec") << QByteArray("{}");
    QTest::newRow("longer than a line may be") << QByteArray(2 << 20, 'x');
}

void ServeTest::wrongFirstLines()
{
    QFETCH(QByteArray, line);
    start();
    say(line.toStdString());
    const auto error = await<ErrorEvent>().error;
    QVERIFY(!error.message.empty());
    rest();
    QCOMPARE(child_->exitCode(), 1);
}

void ServeTest::endOfStdinBeforeGoEndsTheRun()
{
    start();
    saySpec(spec(small_));
    await<ReadyEvent>();
    child_->closeWriteChannel();
    QCOMPARE(await<ErrorEvent>().error.code, ErrorCode::Cancelled);
    rest();
    QCOMPARE(child_->exitCode(), 1);
}

void ServeTest::stopsInTheMiddle_data()
{
    QTest::addColumn<bool>("signal");
    QTest::newRow("by the end of stdin") << false;
    QTest::newRow("by SIGTERM") << true;
}

/// 24 M rows are more than one worker reads before the stop arrives.
void ServeTest::stopsInTheMiddle()
{
    QFETCH(bool, signal);
    const auto csv = root_ / "long.csv";
    if (!std::filesystem::exists(csv)) {
        std::string rows;
        for (int i = 0; i < 400000; ++i)
            rows += fmt::format("0.{:07},{}\n", i, "ABCD"[i % 4]);
        std::ofstream file(csv, std::ios::binary);
        file << "x,key\n";
        for (int i = 0; i < 60; ++i)
            file << rows;
    }
    start();
    auto job = spec(csv);
    job.workers = 1;
    saySpec(job);
    await<ReadyEvent>();
    say("{\"go\":true}");
    await<PhaseEvent>();
    if (signal)
        ::kill(static_cast<pid_t>(child_->processId()), SIGTERM);
    else
        child_->closeWriteChannel();
    const auto error = await<ErrorEvent>().error;
    QCOMPARE(error.code, ErrorCode::Cancelled);
    QCOMPARE(error.phase, "compute");
    rest();
    QCOMPARE(child_->exitCode(), 1);
}

void ServeTest::anUnknownEngineIsRefused()
{
    start(QStringLiteral("abacus"));
    QVERIFY(child_->waitForFinished());
    QCOMPARE(child_->exitCode(), 2);
    QVERIFY(child_->readAllStandardError().contains("abacus"));
}

SPILLWAY_TESTS(ServeTest, QCoreApplication)
#include "serve_test.moc"
