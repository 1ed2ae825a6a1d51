#include "base/json.h"
#include "objectstore_data.h"
#include "suites/suites.h"

#include "base/files.h"
#include "native/objectstore/messages.h"
#include "native/objectstore/packet_socket.h"
#include "native/objectstore/run_process.h"
#include "workloads/etl/etl.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include <QProcess>
#include <QtTest>

#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <thread>

using namespace spillway;
using spillway::testing::bits;
using spillway::testing::means;
using spillway::testing::ObjectstoreRun;
using spillway::testing::regression;
using spillway::testing::smallBlocks;

/// Processes of a run are killed, starved and lied to.
class ObjectstoreFaultsTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanup();
    void anExecutorThatDiesIsReplacedAndItsWorkDoneAgain();
    void executorsKilledAtRandomMomentsChangeNothing();
    void aTaskThatKeepsEndingItsExecutorFails();
    void theStoresDeathIsAClearFailure();
    void aStoreKilledAtARandomMomentLeavesNothing();
    void aStoreFarTooSmallSpillsAndGivesTheSameResult_data();
    void aStoreFarTooSmallSpillsAndGivesTheSameResult();
    void damagedSpillFilesAreMadeAgainOrNamed();
    void theStoreDropsAClientThatTalksNonsense();
    void anExecutorThatHearsNonsenseEnds();
    void aMessageCutAnywhereIsRefused();
    void orphansEnd(); // last: after QProcess has forked, ThreadSanitizer permits no new thread

private:
    QTemporaryDir directory_;
    Dataset data_;
};

namespace {

const std::string workerProgram = SPILLWAY_BINARY_DIR "/bin/spillway-worker";

Workload loadedMeans()
{
    auto etl = means;
    etl.materialise = EtlWorkload::Materialise::Loaded;
    return etl;
}

Workload fitted()
{
    auto fit = regression;
    fit.maxIterations = 6;
    return fit;
}

/// Processes whose parent is `parent` and whose command line has `word`.
std::vector<pid_t> childrenOf(pid_t parent, const std::string& word)
{
    std::vector<pid_t> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const std::string name = entry.path().filename();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        const auto stat = readFile(entry.path() / "stat");
        if (!stat) continue; // it ended meanwhile
        const auto end = stat->rfind(") ");
        if (end == std::string::npos || std::stol(stat->substr(end + 4)) != parent) continue;
        const auto command = readFile(entry.path() / "cmdline");
        if (command && command->find(word) != std::string::npos)
            found.push_back(static_cast<pid_t>(std::stol(name)));
    }
    return found;
}

/// Kills children of this process from another thread, after random times.
class Killer {
public:
    Killer(std::string word, int kills, std::uint64_t seed)
        : thread_([=, this](const std::stop_token& stop) { work(stop, word, kills, seed); })
    {
    }

private:
    void work(const std::stop_token& stop, const std::string& word, int kills, std::uint64_t seed)
    {
        testing::Sequence random(seed);
        for (; kills > 0; --kills) {
            std::unique_lock lock(mutex_);
            const std::chrono::microseconds moment(random.next() % 40'000);
            ended_.wait_for(lock, stop, moment, [] { return false; });
            if (stop.stop_requested()) return;
            const auto victims = childrenOf(::getpid(), word);
            if (!victims.empty()) ::kill(victims[random.next() % victims.size()], SIGKILL);
        }
    }
    std::mutex mutex_;
    std::condition_variable_any ended_;
    std::jthread thread_;
};

std::int64_t reExecuted(const testing::EventLog& log)
{
    return log.all<CountersEvent>().back().reExecuted.value_or(-1);
}

int rounds()
{
    const int asked = qEnvironmentVariableIntValue("SPILLWAY_KILL_ROUNDS");
    return asked > 0 ? asked : 10;
}

} // namespace

void ObjectstoreFaultsTest::initTestCase()
{
    const auto path = std::filesystem::path(directory_.path().toStdString()) / "data.csv";
    data_ = testing::datasetOf({testing::writeText(path, testing::plainRows(60'000, 4, 1))},
                               {"category"});
}

/// After every test: no child process, no descriptor of shared memory.
void ObjectstoreFaultsTest::cleanup()
{
    QCOMPARE(::waitpid(-1, nullptr, WNOHANG), -1);
    QCOMPARE(errno, ECHILD);
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        std::error_code gone;
        const std::string target = std::filesystem::read_symlink(entry.path(), gone);
        QVERIFY2(target.find("memfd:spillway") == std::string::npos, target.c_str());
    }
}

void ObjectstoreFaultsTest::anExecutorThatDiesIsReplacedAndItsWorkDoneAgain()
{
    ObjectstoreRun calm(data_, fitted(), 2);
    const auto expected = calm.prepareAndRun();
    QVERIFY(expected.has_value());
    QCOMPARE(reExecuted(calm.log), std::int64_t(0));

    ObjectstoreRun run(data_, fitted(), 2);
    QVERIFY(run.prepare().has_value());
    ::kill(run.engine.executorPid(1), SIGKILL);
    const auto result = run.run();
    QVERIFY(result.has_value());
    QCOMPARE(bits(*result), bits(*expected));
    QCOMPARE(reExecuted(run.log), std::int64_t(1));
    const auto logs = run.log.all<LogEvent>();
    QVERIFY(std::any_of(logs.begin(), logs.end(), [](const LogEvent& line) {
        return line.message.find("Executor 2 died: signal 9") != std::string::npos;
    }));
}

void ObjectstoreFaultsTest::executorsKilledAtRandomMomentsChangeNothing()
{
    for (const Workload& workload : {loadedMeans(), fitted()}) {
        ObjectstoreRun calm(data_, workload, 3);
        const auto expected = calm.prepareAndRun();
        QVERIFY(expected.has_value());
        std::int64_t repeated = 0;
        for (int round = 0; round < rounds(); ++round) {
            ObjectstoreRun run(data_, workload, 3);
            QVERIFY(run.prepare().has_value());
            const Killer killer("executor", 3, static_cast<std::uint64_t>(round));
            const auto result = run.run();
            QVERIFY2(result.has_value(), result ? "" : result.error().message.c_str());
            QCOMPARE(bits(*result), bits(*expected));
            QVERIFY(std::filesystem::is_empty(run.spec.scratch));
            repeated += reExecuted(run.log);
        }
        QVERIFY(repeated > 0);
    }
}

void ObjectstoreFaultsTest::aTaskThatKeepsEndingItsExecutorFails()
{
    ObjectstoreRun run(data_, loadedMeans(), 1);
    QVERIFY(run.prepare().has_value());
    const Killer killer("executor", 1'000'000, 7);
    ::kill(run.engine.executorPid(0), SIGKILL);
    // Either it gets through between the kills, or it says why not.
    const auto result = run.run();
    if (result) return;
    QCOMPARE(result.error().code, ErrorCode::EngineFailed);
    QVERIFY2(result.error().message.find("killed its executor 4 times") != std::string::npos,
             result.error().message.c_str());
}

void ObjectstoreFaultsTest::theStoresDeathIsAClearFailure()
{
    ObjectstoreRun run(data_, fitted(), 2);
    QVERIFY(run.prepare().has_value());
    ::kill(run.engine.storePid(), SIGKILL);
    const auto result = run.run();
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::EngineFailed);
    QVERIFY2(result.error().message.find("object store died (signal 9") != std::string::npos,
             result.error().message.c_str());
}

void ObjectstoreFaultsTest::aStoreKilledAtARandomMomentLeavesNothing()
{
    for (int round = 0; round < rounds(); ++round) {
        auto options = smallBlocks();
        options.storeCapacity = Bytes(2) << 20;
        ObjectstoreRun run(data_, fitted(), 2, options);
        QVERIFY(run.prepare().has_value());
        const Killer killer(std::string("store") + '\0', 1, static_cast<std::uint64_t>(round));
        const auto result = run.run();
        if (!result) {
            QCOMPARE(result.error().code, ErrorCode::EngineFailed);
            QVERIFY(result.error().message.find("object store died") != std::string::npos);
        }
        QVERIFY(childrenOf(::getpid(), "spillway-worker").empty());
    }
}

void ObjectstoreFaultsTest::orphansEnd()
{
    ObjectstoreRun made(data_, fitted(), 2);
    QProcess driver;
    driver.start(QString::fromStdString(workerProgram), {"engine", "objectstore"});
    QVERIFY(driver.waitForStarted());
    driver.write(QByteArray::fromStdString(toLine(toJson(made.spec)) + "\n"));
    QByteArray said;
    while (!said.contains("\"ready\"")) {
        QVERIFY(driver.waitForReadyRead(10'000));
        said += driver.readAllStandardOutput();
    }
    const auto children = childrenOf(static_cast<pid_t>(driver.processId()), "spillway-worker");
    QCOMPARE(children.size(), std::size_t(3));
    driver.kill();
    QVERIFY(driver.waitForFinished());
    for (const pid_t pid : children) {
        const auto gone = [pid] {
            const auto stat = readFile("/proc/" + std::to_string(pid) + "/stat");
            return !stat || stat->find(") Z ") != std::string::npos;
        };
        QTRY_VERIFY_WITH_TIMEOUT(gone(), 2000);
    }
}

void ObjectstoreFaultsTest::aStoreFarTooSmallSpillsAndGivesTheSameResult_data()
{
    QTest::addColumn<bool>("fit");
    QTest::newRow("loaded means") << false;
    QTest::newRow("regression") << true;
}

void ObjectstoreFaultsTest::aStoreFarTooSmallSpillsAndGivesTheSameResult()
{
    QFETCH(bool, fit);
    const Workload workload = fit ? fitted() : loadedMeans();
    ObjectstoreRun roomy(data_, workload, 2);
    const auto expected = roomy.prepareAndRun();
    QVERIFY(expected.has_value());
    QCOMPARE(*roomy.log.all<CountersEvent>().back().spilledBytes, Bytes(0));

    auto options = smallBlocks(maxPartitionBytes);
    options.storeCapacity = Bytes(1) << 20; // the columns need 1.2 MB, and segments 64 KiB steps
    ObjectstoreRun run(data_, workload, 2, options);
    const auto result = run.prepareAndRun();
    QVERIFY2(result.has_value(), result ? "" : result.error().message.c_str());
    QCOMPARE(bits(*result), bits(*expected));
    QVERIFY(*run.log.all<CountersEvent>().back().spilledBytes > 0);
    for (const auto& counters : run.log.all<CountersEvent>())
        QVERIFY(counters.objects->inMemory() <= *options.storeCapacity);
    QVERIFY(std::filesystem::is_empty(run.spec.scratch));
}

void ObjectstoreFaultsTest::damagedSpillFilesAreMadeAgainOrNamed()
{
    ObjectstoreRun roomy(data_, fitted(), 2);
    const auto expected = roomy.prepareAndRun();
    QVERIFY(expected.has_value());
    auto options = smallBlocks(maxPartitionBytes);
    options.storeCapacity = Bytes(1) << 20;
    ObjectstoreRun run(data_, fitted(), 2, options);
    QVERIFY(run.prepare().has_value());
    const std::filesystem::path scratch = run.spec.scratch;
    const std::jthread vandal([scratch](const std::stop_token& stop) {
        while (!stop.stop_requested())
            for (const auto& file : std::filesystem::directory_iterator(scratch))
                std::fstream(file.path(), std::ios::in | std::ios::out | std::ios::binary)
                    .seekp(20'000)
                    .put('!');
    });
    const auto result = run.run();
    if (result) {
        QCOMPARE(bits(*result), bits(*expected));
    } else {
        QCOMPARE(result.error().code, ErrorCode::Corrupt);
        QVERIFY2(result.error().message.find(scratch.string()) != std::string::npos,
                 result.error().message.c_str());
    }
    QVERIFY(reExecuted(run.log) > 0);
}

namespace {

/// Store or executor alone, talked to directly.
struct LoneProcess {
    PacketSocket socket;
    PacketSocket storeSide;
    RunProcess process;
};

LoneProcess startAlone(const std::string& role, const RunSpec& spec)
{
    const auto settings =
        writeSettings({.spec = spec, .scan = {}, .storeCapacity = Bytes(75) << 20});
    auto ends = PacketSocket::pair();
    auto storeEnds = PacketSocket::pair();
    std::vector<int> passed{ends->second.fd()};
    if (role == "executor") passed.push_back(storeEnds->second.fd());
    passed.push_back(settings->get());
    auto process = RunProcess::spawn(workerProgram, {role}, passed);
    return {.socket = std::move(ends->first),
            .storeSide = std::move(storeEnds->first),
            .process = std::move(*process)};
}

ByteBuffer nonsense(std::uint64_t seed)
{
    testing::Sequence random(seed);
    ByteBuffer bytes(1 + random.next() % 300);
    for (auto& byte : bytes)
        byte = static_cast<std::byte>(random.next() % 24);
    return bytes;
}

} // namespace

void ObjectstoreFaultsTest::theStoreDropsAClientThatTalksNonsense()
{
    const ObjectstoreRun made(data_, fitted(), 1);
    LoneProcess store = startAlone("store", made.spec);
    const auto connect = [&] {
        auto ends = PacketSocket::pair();
        [[maybe_unused]] const auto sent =
            store.socket.send(message(MessageType::AddClient).bytes(), ends->second.fd());
        return std::move(ends->first);
    };
    PacketSocket good = connect();
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        PacketSocket bad = connect();
        for (std::uint64_t more = 0; bad.send(nonsense(seed * 100 + more)); ++more) {
        }
    }
    // The others are served on.
    QVERIFY(good.send(message(MessageType::Get, 7)).has_value());
    const auto answer = good.receive();
    QVERIFY(answer.has_value());
    QCOMPARE(ByteReader(answer->bytes).get<MessageType>(), MessageType::Lost);
    store.socket.close();
    QCOMPARE(store.process.end(), std::string("exit code 0"));
}

void ObjectstoreFaultsTest::anExecutorThatHearsNonsenseEnds()
{
    const ObjectstoreRun made(data_, fitted(), 1);
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
        LoneProcess executor = startAlone("executor", made.spec);
        const auto hello = executor.socket.receive();
        QVERIFY(hello.has_value());
        QVERIFY(executor.socket.send(nonsense(seed)).has_value());
        QVERIFY(!executor.socket.receive());
        QCOMPARE(executor.process.end(), std::string("exit code 0"));
    }
}

void ObjectstoreFaultsTest::aMessageCutAnywhereIsRefused()
{
    const auto task =
        encode(TaskMessage{.attempt = 3, .task = "gradient", .input = 4, .own = {}, .shared = {}});
    const auto answer = encode(TaskAnswer{.attempt = 3, .result = ByteBuffer(40)});
    const auto failure = encode(TaskFailure{.attempt = 3, .error = {.message = "why"}});
    QVERIFY(taskFromBytes(task) && answerFromBytes(answer) && failureFromBytes(failure));
    const auto cut = [](const ByteBuffer& bytes, std::size_t size) {
        return std::span(bytes).first(size);
    };
    for (std::size_t size = 0; size < task.size(); ++size)
        QVERIFY(!taskFromBytes(cut(task, size)));
    for (std::size_t size = 0; size < answer.size(); ++size)
        QVERIFY(!answerFromBytes(cut(answer, size)));
    for (std::size_t size = 0; size < failure.size(); ++size)
        QVERIFY(!failureFromBytes(cut(failure, size)));
}

SPILLWAY_TESTS(ObjectstoreFaultsTest, QCoreApplication)
#include "objectstore_faults_test.moc"
