#include "base/json.h"
#include "faults/small_server.h"
#include "native/load/latency_histogram.h"
#include "native/load/loss_watch.h"
#include "native/load/open_loop.h"
#include "suites/suites.h"

#include <QProcess>
#include <QtTest>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cmath>

using namespace spillway;
using namespace spillway::test;

namespace {

const QString workerProgram = SPILLWAY_BINARY_DIR "/bin/spillway-worker";

/// Answers that hold the number 2.
LoadPlan smallPlan()
{
    LoadPlan plan;
    plan.rates = {100};
    plan.rungSeconds = Seconds(0.5);
    plan.rungRequests = 20;
    plan.connections = 4;
    plan.watch = Seconds(0);
    plan.exchanges = {{R"({"features":[1]})", {{"label", 2}}}};
    return plan;
}

/// What became of the requests that a server with these answers gets.
std::vector<Answer> answersOf(const Respond& respond)
{
    const SmallServer server(respond);
    const auto plan = smallPlan();
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {};
    const UniqueFd orders(ends[0]);
    const UniqueFd host(ends[1]);
    std::vector<Answer> found;
    OpenLoop loop(*loopbackUrl(server.url()), plan, orders.get());
    loop.onAnswer = [&](const Answer& answer) { found.push_back(answer); };
    loop.run(100, Seconds(0.3), Seconds(60), 1);
    return found;
}

Answer answered(double scheduled, double latency, std::int64_t replica)
{
    return {AnswerKind::Right, Seconds(scheduled), Seconds(scheduled + latency), replica, {}};
}

HttpResponse::State taken(HttpResponse& response, const QByteArray& text, int piece)
{
    auto state = HttpResponse::State::Incomplete;
    for (qsizetype at = 0; at < text.size(); at += piece)
        state = response.take(text.mid(at, piece).toStdString());
    return state;
}

/// `spillway-worker load`, asked and not answered further.
QByteArray saidOf(QProcess& process, const Json& asked, bool closeOrders)
{
    process.start(workerProgram, {"load"});
    process.write(QByteArray::fromStdString(toLine(asked) + '\n'));
    if (closeOrders) process.closeWriteChannel();
    process.waitForFinished(120000);
    return process.readAllStandardOutput();
}

} // namespace

/// The load generator: what it counts as right, when it stops, and whom it talks to.
class LoadTest : public QObject {
    Q_OBJECT
private slots:
    void quantilesAreThoseOfTheLatencies();
    void answersInPiecesAreRead_data();
    void answersInPiecesAreRead();
    void whatAnAnswerIsWorth_data();
    void whatAnAnswerIsWorth();
    void latencyCountsFromWhenARequestCameIn();
    void nobodyListeningIsAFailure();
    void recoveryIsWhenNothingFailsAnyMore();
    void aServerThatStaysBrokenDoesNotRecover();
    void onlyLoopbackIsAnAddress_data();
    void onlyLoopbackIsAnAddress();
    void anotherMachineIsRefused();
    void theEndOfTheHostEndsIt();
    void aWholePlanIsReported();
};

void LoadTest::quantilesAreThoseOfTheLatencies()
{
    LatencyHistogram latencies;
    QVERIFY(!latencies.quantile(0.5));
    for (int i = 1; i <= 1000; ++i)
        latencies.add(Seconds(i * 1e-3));
    for (const double share : {0.01, 0.5, 0.99, 1.0}) {
        const double found = latencies.quantile(share)->count();
        QVERIFY2(found >= share * 0.999 && found <= share * 1.03,
                 qPrintable(QString::number(found)));
    }
    latencies.add(Seconds(0));
    latencies.add(Seconds(1e9));
    double all = 0;
    for (const auto& [ms, count] : latencies.points())
        all += count;
    QCOMPARE(all, 1002.0);
}

void LoadTest::answersInPiecesAreRead_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("good");
    QTest::addColumn<bool>("kept");
    const auto row = [](const char* name, QByteArray text, bool good, bool kept) {
        QTest::newRow(name) << std::move(text) << good << kept;
    };
    const QByteArray ok = "HTTP/1.1 200 OK\r\n";
    row("by length", ok + "content-LENGTH: 3\r\n\r\nabc", true, true);
    row("by chunks", ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n",
        true, true);
    row("closing", ok + "Connection: close\r\nContent-Length: 3\r\n\r\nabc", true, false);
    row("of HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc", true, false);
    row("no HTTP", "hello, this is no HTTP\r\n\r\n", false, false);
    row("too much", ok + "Content-Length: 2\r\n\r\nabc", false, false);
    row("length of words", ok + "Content-Length: three\r\n\r\nabc", false, false);
    row("length below 0", ok + "Content-Length: -3\r\n\r\nabc", false, false);
    row("chunk of words", ok + "Transfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n", false, false);
    row("huge chunk", ok + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nab\r\n", false,
        false);
    row("endless head", QByteArray(20000, 'x'), false, false);
    row("endless line of a chunk",
        ok + "Transfer-Encoding: chunked\r\n\r\n1;" + QByteArray(20000, 'x'), false, false);
    row("endless body", ok + "\r\n" + QByteArray(70000, 'x'), false, false);
}

void LoadTest::answersInPiecesAreRead()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, good);
    QFETCH(bool, kept);
    for (const int piece : {1, 7, 100000}) {
        HttpResponse response;
        const auto state = taken(response, text, piece);
        QCOMPARE(state == HttpResponse::State::Complete, good);
        QCOMPARE(state == HttpResponse::State::Bad, !good);
        if (!good) {
            QVERIFY(!response.why().empty());
            continue;
        }
        QCOMPARE(response.status(), 200);
        QCOMPARE(response.body(), std::string("abc"));
        QCOMPARE(response.keepsAlive(), kept);
    }
}

void LoadTest::whatAnAnswerIsWorth_data()
{
    QTest::addColumn<QString>("answer");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("why");
    const auto row = [](const char* name, const std::string& answer, AnswerKind kind,
                        const char* why) {
        QTest::newRow(name) << QString::fromStdString(answer) << static_cast<int>(kind) << why;
    };
    row("right", httpText("200 OK", R"({"label":2,"replica":7})"), AnswerKind::Right, "");
    row("another label", httpText("200 OK", R"({"label":1})"), AnswerKind::Wrong,
        "an answer has the label 1, expected 2");
    row("no label", httpText("200 OK", R"({})"), AnswerKind::Wrong, "no number \"label\"");
    row("label of words", httpText("200 OK", R"({"label":"2"})"), AnswerKind::Wrong,
        "no number \"label\"");
    row("null", httpText("200 OK", R"({"label":null})"), AnswerKind::Wrong, "no number");
    row("no JSON", httpText("200 OK", "<html>"), AnswerKind::Wrong, "no JSON object: <html>");
    row("deep JSON", httpText("200 OK", std::string(10000, '[')), AnswerKind::Wrong, "no JSON");
    row("500", httpText("500 Internal Server Error", "<html>\n\x1b[31moops"), AnswerKind::Wrong,
        "an answer is HTTP 500: <html>  [31moops");
    row("503", httpText("503 Service Unavailable", ""), AnswerKind::Failed, "HTTP 503");
    row("nonsense", "220 mail.example ESMTP\r\n\r\n", AnswerKind::Wrong, "an answer is none");
    row("closed", "", AnswerKind::Failed, "closed without an answer");
}

void LoadTest::whatAnAnswerIsWorth()
{
    QFETCH(QString, answer);
    QFETCH(int, kind);
    QFETCH(QString, why);
    const auto found = answersOf([&](const std::string&) { return answer.toStdString(); });
    QVERIFY(found.size() > 5);
    for (const auto& each : found) {
        QCOMPARE(static_cast<int>(each.kind), kind);
        QVERIFY2(QString::fromStdString(each.why).contains(why), each.why.c_str());
    }
}

void LoadTest::latencyCountsFromWhenARequestCameIn()
{
    // Four connections, none of which gets its first answer before all requests have come in.
    std::atomic<int> begun = 0;
    const auto started = monotonicNow();
    const auto found = answersOf([&](const std::string&) {
        if (++begun <= 4)
            while (monotonicNow() - started < Seconds(0.6))
                ::usleep(1000);
        return httpText("200 OK", R"({"label":2})");
    });
    QVERIFY(found.size() > 8);
    for (const auto& each : found) {
        QCOMPARE(static_cast<int>(each.kind), static_cast<int>(AnswerKind::Right));
        QVERIFY(each.ended - started >= Seconds(0.6));
        QVERIFY(each.ended - each.scheduled > Seconds(0.2));
    }
}

void LoadTest::nobodyListeningIsAFailure()
{
    std::string url;
    {
        const UniqueFd listener = listenOnLoopback();
        url = urlOf(listener);
    }
    const auto plan = smallPlan();
    std::array<int, 2> ends{};
    QCOMPARE(::pipe2(ends.data(), O_CLOEXEC), 0);
    const UniqueFd orders(ends[0]);
    const UniqueFd host(ends[1]);
    OpenLoop loop(*loopbackUrl(url), plan, orders.get());
    std::vector<Answer> found;
    loop.onAnswer = [&](const Answer& answer) { found.push_back(answer); };
    loop.run(100, Seconds(0.3), Seconds(60), 1);
    QVERIFY(found.size() > 5);
    for (const auto& each : found)
        QVERIFY2(each.why.find("no connection: Connection refused") == 0, each.why.c_str());
}

void LoadTest::recoveryIsWhenNothingFailsAnyMore()
{
    LossWatch watch(Seconds(0.05));
    for (int i = 0; i < 50; ++i)
        watch.add(answered(i * 0.02, 0.004, i % 3 == 0 ? 11 : 12));
    QCOMPARE(watch.busiest({11, 12, 13}), 12);
    QCOMPARE(watch.busiest({11}), 11);
    QCOMPARE(watch.busiest({13}), 0);
    watch.killed(Seconds(1), 12);
    watch.add({AnswerKind::Failed, Seconds(0.99), Seconds(1.01), 0, "broken off"});
    for (int i = 0; i < 200; ++i) {
        const double at = 1 + i * 0.02;
        // A second of failures, then half a second of slow answers, then as before.
        if (at < 2)
            watch.add({AnswerKind::Failed, Seconds(at), Seconds(at), 0, "refused"});
        else
            watch.add(answered(at, at < 2.5 ? 0.2 : 0.004, at < 3 ? 11 : 99));
    }
    const auto loss = watch.report(Seconds(5));
    QCOMPARE(loss.pid, 12);
    QVERIFY(loss.recovery);
    QCOMPARE(*loss.recovery, 1.5);
    QVERIFY(loss.replacement && std::abs(*loss.replacement - 2.0) < 0.05);
    QCOMPARE(loss.counts.failed, 51);
    QCOMPARE(loss.counts.all(), 201);
    QVERIFY(loss.p99 && *loss.p99 >= 200);
}

void LoadTest::aServerThatStaysBrokenDoesNotRecover()
{
    LossWatch watch(Seconds(0.05));
    watch.add(answered(0, 0.004, 11));
    watch.killed(Seconds(1), 11);
    for (int i = 0; i < 100; ++i)
        watch.add({AnswerKind::Failed, Seconds(1 + i * 0.02), Seconds(1 + i * 0.02), 0, "refused"});
    const auto loss = watch.report(Seconds(3));
    QVERIFY(!loss.recovery && !loss.replacement && !loss.p99);
    QCOMPARE(loss.counts.failed, 100);
}

void LoadTest::onlyLoopbackIsAnAddress_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<bool>("good");
    for (const char* good :
         {"http://127.0.0.1:8000/", "http://127.0.0.1:1", "http://127.9.9.9:80/x"})
        QTest::newRow(good) << good << true;
    for (const char* bad :
         {"", "http://", "http://127.0.0.1", "http://127.0.0.1:", "http://127.0.0.1:0/",
          "http://127.0.0.1:65536/", "http://127.0.0.1:80x/", "https://127.0.0.1:80/",
          "http://10.0.0.1:80/", "http://0.0.0.0:80/", "http://localhost:80/",
          "http://127.0.0.1.example:80/", "http://user@10.0.0.1:80/",
          "http://127.0.0.1@10.0.0.1:80/", "http://[::1]:80/", "http://127.0.0.1:80/a b",
          "http://127.0.0.1:80/\r\nX: y"})
        QTest::newRow(bad) << bad << false;
}

void LoadTest::onlyLoopbackIsAnAddress()
{
    QFETCH(QString, url);
    QFETCH(bool, good);
    QCOMPARE(loopbackUrl(url.toStdString()).has_value(), good);
}

void LoadTest::anotherMachineIsRefused()
{
    QProcess process;
    const auto said = saidOf(process,
                             {{"url", "http://192.0.2.1:80/"},
                              {"replicas", Json::array()},
                              {"plan", toJson(smallPlan())}},
                             false);
    QVERIFY2(said.contains("\"error\"") && said.contains("on this machine alone"),
             said.constData());
    QCOMPARE(process.exitCode(), 1);
}

void LoadTest::theEndOfTheHostEndsIt()
{
    const SmallServer server(
        [](const std::string&) { return httpText("200 OK", R"({"label":2})"); });
    auto plan = smallPlan();
    plan.rungSeconds = Seconds(100); // nobody waits for these
    QProcess process;
    const auto said =
        saidOf(process,
               {{"url", server.url()}, {"replicas", Json::array()}, {"plan", toJson(plan)}}, true);
    QVERIFY2(said.isEmpty(), said.constData());
    QCOMPARE(process.exitCode(), 3);
}

void LoadTest::aWholePlanIsReported()
{
    const SmallServer server(
        [](const std::string&) { return httpText("200 OK", R"({"label":2,"replica":42})"); });
    auto plan = smallPlan();
    plan.sustained = 0; // however slow the machine is
    plan.rates = {50, 100};
    QProcess process;
    const auto said =
        saidOf(process, {{"url", server.url()}, {"replicas", {42}}, {"plan", toJson(plan)}}, false);
    QCOMPARE(process.exitCode(), 0);
    const auto lines = said.trimmed().split('\n');
    QCOMPARE(lines.size(), 3); // two rungs and the report
    const auto json = parseJson(lines.back().toStdString());
    QVERIFY(json && json->contains("report"));
    const auto report = loadReportFromJson((*json)["report"]);
    QVERIFY(report);
    QCOMPARE(report->rungs.size(), std::size_t(2));
    std::int64_t all = 0;
    for (const auto& rung : report->rungs) {
        QCOMPARE(rung.counts.right, rung.counts.all());
        QVERIFY(rung.p50 && rung.p99 && *rung.p50 <= *rung.p99);
        double inBuckets = 0;
        for (const auto& [ms, count] : rung.latencies)
            inBuckets += count;
        QCOMPARE(inBuckets, static_cast<double>(rung.counts.right));
        all += rung.counts.right;
    }
    QCOMPARE(report->replicas.at(42), all);
    QVERIFY(!report->loss && report->firstWrong.empty() && report->firstFailed.empty());
    QCOMPARE(toLine(toJson(*loadReportFromJson(toJson(*report)))), toLine(toJson(*report)));
}

SPILLWAY_TESTS(LoadTest, QCoreApplication)
#include "load_test.moc"
