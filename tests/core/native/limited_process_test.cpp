#include "base/json.h"
#include "native_data.h"
#include "suites/suites.h"

#include "generator/generator.h"
#include "workloads/etl/etl.h"
#include "workloads/logreg/logreg.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <atomic>
#include <csignal>
#include <thread>

using namespace spillway;
namespace fs = std::filesystem;

/// The real program below a memory limit that is a tenth of what its columns take, measured from
/// outside as Spillway measures it.
class LimitedProcessTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void tenTimesTheLimitGivesTheSameBits_data();
    void tenTimesTheLimitGivesTheSameBits();
    void stoppingWhileSpillingLeavesNothing();

private:
    struct Outcome {
        std::vector<Event> events;
        Bytes peak = 0; ///< sampled
    };
    RunSpec spec(const Workload& workload, std::optional<Bytes> limit) const;
    void start(const RunSpec& spec);
    Event nextEvent();
    Outcome run(const RunSpec& spec);
    bool scratchIsEmpty() const { return fs::is_empty(scratch_); }

    QTemporaryDir directory_;
    fs::path scratch_;
    Dataset data_;
    std::unique_ptr<QProcess> child_;
};

namespace {

constexpr std::int64_t manyRows = 6'000'000;
constexpr Bytes decoded = manyRows * 20;
constexpr Bytes limit = decoded / 10;

/// RssAnon + RssShmem of a process; 0 when it is gone.
Bytes memoryOf(qint64 pid)
{
    std::ifstream status(fmt::format("/proc/{}/status", pid));
    Bytes total = 0;
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("RssAnon:") || line.starts_with("RssShmem:"))
            total += std::stoll(line.substr(line.find(':') + 1)) * 1024;
    return total;
}

template <class Body>
const Body& only(const std::vector<Event>& events)
{
    const auto found = std::ranges::find_if(
        events, [](const Event& event) { return std::holds_alternative<Body>(event.body); });
    if (found == events.end()) qFatal("The event did not come.");
    return std::get<Body>(found->body);
}

} // namespace

void LimitedProcessTest::initTestCase()
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    QSKIP("The program's own memory is another one here.");
#endif
    const auto path = fs::path(directory_.path().toStdString()) / "data.csv";
    GeneratorSpec what;
    what.rows = manyRows;
    what.signal = 2;
    QVERIFY(generate(what, path, {}, {}));
    data_ = testing::datasetOf({path}, {"category"});
    scratch_ = fs::path(directory_.path().toStdString()) / "scratch";
}

void LimitedProcessTest::init()
{
    fs::remove_all(scratch_);
    fs::create_directory(scratch_);
}

RunSpec LimitedProcessTest::spec(const Workload& workload, std::optional<Bytes> memoryLimit) const
{
    return {.runId = "1",
            .dataset = data_,
            .workload = workload,
            .workers = 2,
            .memoryLimit = memoryLimit,
            .scratch = scratch_};
}

void LimitedProcessTest::start(const RunSpec& job)
{
    child_ = std::make_unique<QProcess>();
    child_->start(QStringLiteral(SPILLWAY_BINARY_DIR "/bin/spillway-worker"),
                  {"engine", "chunked"});
    QVERIFY(child_->waitForStarted());
    child_->write(QByteArray::fromStdString(toLine(toJson(job)) + "\n{\"go\":true}\n"));
}

Event LimitedProcessTest::nextEvent()
{
    while (!child_->canReadLine() && child_->waitForReadyRead(60000)) {
    }
    const QByteArray line = child_->readLine().trimmed();
    auto event = eventFromLine(line.toStdString());
    if (!event) qFatal("No event: %s", line.constData());
    return *event;
}

LimitedProcessTest::Outcome LimitedProcessTest::run(const RunSpec& job)
{
    start(job);
    Outcome outcome;
    std::atomic<Bytes> peak = 0;
    {
        const std::jthread sampler([&, pid = child_->processId()](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                peak = std::max<Bytes>(peak, memoryOf(pid));
                std::this_thread::sleep_for(std::chrono::milliseconds(2));
            }
        });
        do
            outcome.events.push_back(nextEvent());
        while (!std::holds_alternative<ByeEvent>(outcome.events.back().body));
    }
    child_->waitForFinished(20000);
    outcome.peak = peak;
    return outcome;
}

void LimitedProcessTest::tenTimesTheLimitGivesTheSameBits_data()
{
    QTest::addColumn<int>("job");
    QTest::newRow("loaded") << 0;
    QTest::newRow("lbfgs") << 1;
    QTest::newRow("sgd") << 2;
}

void LimitedProcessTest::tenTimesTheLimitGivesTheSameBits()
{
    QFETCH(int, job);
    LogregWorkload fit{.label = "category", .features = {"x", "y"}, .maxIterations = 1};
    if (job == 2) fit.solver = LogregWorkload::Solver::Sgd;
    const EtlWorkload loaded{.groupBy = "category",
                             .values = {"x", "y"},
                             .materialise = EtlWorkload::Materialise::Loaded};
    const Workload workload = job == 0 ? Workload(loaded) : Workload(fit);

    const auto whole = run(spec(workload, {}));
    const auto limited = run(spec(workload, limit));
    QVERIFY(whole.peak > decoded);
    QVERIFY2(limited.peak <= limit, std::to_string(limited.peak).c_str());
    QCOMPARE(toLine(toJson(only<ResultEvent>(limited.events).result)),
             toLine(toJson(only<ResultEvent>(whole.events).result)));
    const auto& counters = std::get<CountersEvent>(
        std::ranges::find_if(limited.events.rbegin(), limited.events.rend(), [](const Event& e) {
            return std::holds_alternative<CountersEvent>(e.body);
        })->body);
    QVERIFY(*counters.spilledBytes > decoded / 2);
    QVERIFY(*counters.restoredBytes > decoded / 2);
    QVERIFY(scratchIsEmpty());
}

void LimitedProcessTest::stoppingWhileSpillingLeavesNothing()
{
    start(spec(LogregWorkload{.label = "category", .features = {"x", "y"}}, limit));
    for (bool spills = false; !spills;) {
        const Event event = nextEvent();
        const auto* counters = std::get_if<CountersEvent>(&event.body);
        spills = counters && counters->spilledBytes.value_or(0) > 0;
    }
    QVERIFY(!scratchIsEmpty());
    child_->closeWriteChannel();
    std::vector<Event> events;
    do
        events.push_back(nextEvent());
    while (!std::holds_alternative<ByeEvent>(events.back().body));
    QCOMPARE(only<ErrorEvent>(events).error.code, ErrorCode::Cancelled);
    QVERIFY(child_->waitForFinished(20000));
    QVERIFY(scratchIsEmpty());
}

SPILLWAY_TESTS(LimitedProcessTest, QCoreApplication)
#include "limited_process_test.moc"
