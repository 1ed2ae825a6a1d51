/// Engines that serve, well or badly, under the real load generator.

#include "data/dataset.h"
#include "data/dataset_manifest.h"
#include "run_fixture.h"
#include "small_server.h"
#include "suites/suites.h"
#include "workloads/load.h"
#include "workloads/result_checker.h"
#include "workloads/serve/serve_check.h"

#include <QtTest>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

using namespace spillway;
using namespace spillway::test;

namespace {

RunOutcome served(const RunFixture& fixture, Recorder& recorder, const std::string& mode,
                  const std::string& argument = {})
{
    auto launch = fixture.launch({FAULT_CHILD, mode});
    if (!argument.empty()) launch.commandLine.push_back(argument);
    launch.protocol = 2;
    launch.spec.dataset = noData();
    launch.spec.workload = {.kind = "serve", .parameters = {{"size", std::string("quick")}}};
    Supervisor supervisor({WORKER_PROGRAM, fixture.scratchRoot(), Seconds(0.05)});
    return supervisor.run(launch, recorder, {});
}

QString wordsOf(const std::optional<Error>& error)
{
    return error ? QString::fromStdString(error->message) : QString();
}

bool isRefused(const std::string& url)
{
    const auto place = loopbackUrl(url);
    const UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(place->port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
           0;
}

} // namespace

class ServingTest : public QObject {
    Q_OBJECT
private slots:
    void aGoodServerIsMeasuredAndLosesOneProcess();
    void aProcessThatIsNotTheRunsIsNotKilled();
    void wrongAnswersAreTheResultsFault_data();
    void wrongAnswersAreTheResultsFault();
    void whatBreaksTheProtocolFails_data();
    void whatBreaksTheProtocolFails();
    void nothingListensAfterTheEngineWasKilled();
};

void ServingTest::aGoodServerIsMeasuredAndLosesOneProcess()
{
    const RunFixture fixture;
    Recorder recorder;
    ServingEvent serving;
    std::vector<std::pair<double, double>> latencies;
    recorder.whenEvent = [&](const Event& event) {
        if (const auto* found = std::get_if<ServingEvent>(&event.body)) serving = *found;
        if (const auto* series = std::get_if<SeriesEvent>(&event.body))
            latencies.insert(latencies.end(), series->points.begin(), series->points.end());
    };
    const auto [record, trace] = served(fixture, recorder, "serve");
    QVERIFY2(record.status == RunStatus::Ok, qPrintable(wordsOf(record.error)));
    QVERIFY(record.result);
    const auto& measures = record.result->measures;
    QVERIFY(measures.at("peak_rate") > 0);
    QCOMPARE(measures.at("errors"), 0.0);
    // Told while the rate rises, and kept for the replay.
    QVERIFY(latencies.size() > 1);
    QVERIFY(std::ranges::is_sorted(latencies));
    QVERIFY(latencies.front().first > 0 && latencies.front().second > 0);
    QVERIFY(std::ranges::any_of(trace.events, [](const Event& event) {
        return std::holds_alternative<SeriesEvent>(event.body);
    }));
    const auto& facts = record.result->facts;
    const auto generator = std::ranges::find(facts, "Load generator", &Fact::name);
    QVERIFY(generator != facts.end() && std::stod(generator->text) > 0); // its processor time
    QVERIFY(measures.contains("errors_after_kill"));
    QCOMPARE(serving.replicas.size(), std::size_t(2));
    const auto killed = std::ranges::count_if(recorder.logs, [&](const std::string& log) {
        return log == "Replica " + std::to_string(serving.replicas[0]) + " was killed." ||
               log == "Replica " + std::to_string(serving.replicas[1]) + " was killed.";
    });
    QCOMPARE(killed, 1);
    QVERIFY(isRefused(serving.url));
    QVERIFY(fixture.survivors().empty() && fixture.leftovers().empty());
}

void ServingTest::aProcessThatIsNotTheRunsIsNotKilled()
{
    const pid_t stranger = ::fork();
    if (stranger == 0)
        while (true)
            ::pause();
    const RunFixture fixture;
    Recorder recorder;
    const auto [record, trace] =
        served(fixture, recorder, "serve-foreign", std::to_string(stranger));
    const bool lives = ::waitpid(stranger, nullptr, WNOHANG) == 0;
    ::kill(stranger, SIGKILL);
    ::waitpid(stranger, nullptr, 0);
    QVERIFY(lives);
    QVERIFY2(record.status == RunStatus::Ok, qPrintable(wordsOf(record.error)));
    QCOMPARE(record.result->notes.at(0),
             std::string("no replica was killed: it does not belong to the run"));
    QVERIFY(!record.result->measures.contains("errors_after_kill"));
}

void ServingTest::wrongAnswersAreTheResultsFault_data()
{
    QTest::addColumn<QString>("mode");
    QTest::addColumn<QString>("words");
    QTest::newRow("HTTP 500") << "serve-500"
                              << "an answer is HTTP 500: oops";
    QTest::newRow("nonsense") << "serve-nonsense"
                              << "an answer is none";
    QTest::newRow("nothing") << "serve-nothing"
                             << "no request was answered: a connection was closed";
}

void ServingTest::wrongAnswersAreTheResultsFault()
{
    QFETCH(QString, mode);
    QFETCH(QString, words);
    const RunFixture fixture;
    Recorder recorder;
    const auto [record, trace] = served(fixture, recorder, mode.toStdString());
    QVERIFY2(record.status == RunStatus::Ok, qPrintable(wordsOf(record.error)));
    const NativeWork native; // nobody asks it
    const std::optional<Reference> reference;
    const std::optional<DatasetManifest> manifest;
    const auto outcome = serve::serveChecker().check({.workload = record.workload,
                                                      .result = *record.result,
                                                      .table = record.result->table,
                                                      .reference = reference,
                                                      .manifest = manifest,
                                                      .native = native,
                                                      .seed = 1});
    QVERIFY(outcome.wrong);
    QVERIFY2(wordsOf(outcome.wrong).startsWith(words), qPrintable(wordsOf(outcome.wrong)));
}

void ServingTest::whatBreaksTheProtocolFails_data()
{
    QTest::addColumn<QString>("mode");
    QTest::addColumn<QString>("words");
    QTest::newRow("another machine") << "serve-abroad"
                                     << "an address of this machine alone";
    QTest::newRow("process 1") << "serve-nobody"
                               << "process numbers, not 1";
    QTest::newRow("twice") << "serve-twice"
                           << "\"serving\" twice";
    QTest::newRow("done before the stop") << "serve-impatient"
                                          << "\"done\" too early";
    QTest::newRow("no serving") << "serve-silently"
                                << "A result without \"serving\"";
}

void ServingTest::whatBreaksTheProtocolFails()
{
    QFETCH(QString, mode);
    QFETCH(QString, words);
    const RunFixture fixture;
    Recorder recorder;
    const auto [record, trace] = served(fixture, recorder, mode.toStdString());
    QVERIFY(record.status == RunStatus::Failed);
    QVERIFY2(wordsOf(record.error).contains(words), qPrintable(wordsOf(record.error)));
    QVERIFY(fixture.survivors().empty());
}

void ServingTest::nothingListensAfterTheEngineWasKilled()
{
    const RunFixture fixture;
    Recorder recorder;
    std::string url;
    recorder.whenEvent = [&](const Event& event) {
        if (const auto* found = std::get_if<ServingEvent>(&event.body)) url = found->url;
    };
    const auto [record, trace] = served(fixture, recorder, "serve-and-die");
    QVERIFY(record.status == RunStatus::Failed);
    QVERIFY(!url.empty() && isRefused(url));
    QVERIFY(fixture.survivors().empty() && fixture.leftovers().empty());
}

SPILLWAY_TESTS(ServingTest, QCoreApplication)
#include "serving_test.moc"
