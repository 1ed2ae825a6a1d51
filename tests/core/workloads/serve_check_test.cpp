#include "base/json.h"
#include "suites/suites.h"
#include "workloads/serve/serve_check.h"
#include "workloads/serve/serve_load.h"
#include "workloads/serve/serve_model.h"
#include "workloads/workload_type.h"

#include <QtTest>

#include <cmath>
#include <set>

using namespace spillway;
using namespace spillway::serve;

namespace {

/// Three rungs, of which the last one was too much and the middle one too slow.
LoadReport goodReport()
{
    LoadReport report;
    report.rungs = {{.rate = 25,
                     .achieved = 25,
                     .counts = {.right = 100},
                     .p50 = 3,
                     .p99 = 9,
                     .latencies = {{9, 100}}},
                    {.rate = 50,
                     .achieved = 49,
                     .counts = {.right = 100, .failed = 2},
                     .p50 = 4,
                     .p99 = 80,
                     .latencies = {{80, 100}}},
                    {.rate = 100,
                     .achieved = 60,
                     .counts = {.right = 70, .unfinished = 30},
                     .p50 = 400,
                     .p99 = 900,
                     .latencies = {{900, 70}}}};
    report.replicas = {{71, 180}, {72, 90}};
    report.loss = ReplicaLoss{.pid = 71,
                              .notKilled = {},
                              .rate = 25,
                              .counts = {.right = 90, .failed = 3, .unfinished = 1},
                              .recovery = 1.25,
                              .replacement = 2.5,
                              .p99 = 30};
    report.cpuSeconds = 0.5;
    return report;
}

RunResult resultOf(const LoadReport& report)
{
    RunResult result{.kind = "serve"};
    result.measures["startup_s"] = 1.5;
    serveLoad().add(report, result);
    return result;
}

} // namespace

/// What becomes of the load generator's report.
class ServeCheckTest : public QObject {
    Q_OBJECT
private slots:
    void theModelIsThatOfTheAdapters();
    void everyRequestHasItsRightAnswer();
    void figuresAreThoseOfTheRungs();
    void whatWasNotMeasuredHasNoFigure();
    void enginesAreComparedByTheirPeak();
    void everyMeasureIsTheKinds();
};

void ServeCheckTest::theModelIsThatOfTheAdapters()
{
    // By adapters/spillway_adapters/serve/model.py, seed 7.
    const auto found = predict(modelOf(7), {0.5, 0.25, 0.125, 0.75});
    QCOMPARE(found.label, 3);
    QVERIFY(std::abs(found.probability - 0.8992910200599525) < 1e-12);
}

void ServeCheckTest::everyRequestHasItsRightAnswer()
{
    const auto plan =
        serveLoad().plan({.kind = "serve", .parameters = {{"size", std::string("quick")}}}, 7);
    QCOMPARE(plan.rates, (std::vector<double>{25, 50, 100, 200, 400, 800, 1600}));
    QVERIFY(plan.rungSeconds < LoadPlan().rungSeconds && plan.watch < LoadPlan().watch);
    QCOMPARE(plan.connections, 32);
    QVERIFY(plan.exchanges.size() >= 100);
    std::set<double> labels;
    for (std::size_t i = 0; i < plan.exchanges.size(); ++i) {
        const auto json = parseJson(plan.exchanges[i].body);
        QVERIFY(json);
        const auto features = field<Point>(*json, "features");
        QVERIFY(features && *features == pointOf(7, i));
        const auto& expected = plan.exchanges[i].expected;
        QVERIFY(expected.at("probability") > 0.25 && expected.at("probability") <= 1);
        labels.insert(expected.at("label"));
    }
    QVERIFY(labels.size() > 1); // one answer would not be right for all
    QVERIFY(serveLoad().plan({.kind = "serve"}, 8).exchanges[0].body != plan.exchanges[0].body);
}

void ServeCheckTest::figuresAreThoseOfTheRungs()
{
    const auto result = resultOf(goodReport());
    const auto& measures = result.measures;
    QCOMPARE(measures.at("rate_within_50ms"), 25.0);
    QCOMPARE(measures.at("peak_rate"), 60.0);
    QCOMPARE(measures.at("latency_p99_25_ms"), 9.0);
    QCOMPARE(measures.at("latency_p99_100_ms"), 900.0);
    QVERIFY(!measures.contains("latency_p99_400_ms"));
    QCOMPARE(measures.at("busiest_share"), 180.0 / 270);
    QCOMPARE(measures.at("errors"), 2.0);
    QCOMPARE(measures.at("errors_after_kill"), 4.0);
    QCOMPARE(measures.at("recovery_s"), 1.25);
    QCOMPARE(measures.at("startup_s"), 1.5); // the engine's own
    QCOMPARE(result.rows, 270);
    QCOMPARE(result.series.size(), std::size_t(6));
    QCOMPARE(result.series[1].points,
             (std::vector<std::pair<double, double>>{{25, 9}, {50, 80}, {100, 900}}));
    QVERIFY(result.notes.empty());
    QVERIFY(checkRanges(result, {.kind = "serve"}));
}

void ServeCheckTest::whatWasNotMeasuredHasNoFigure()
{
    auto report = goodReport();
    report.loss->recovery.reset();
    auto result = resultOf(report);
    QVERIFY(!result.measures.contains("recovery_s") &&
            result.measures.contains("errors_after_kill"));
    QVERIFY(result.notes.at(0).find("did not recover") != std::string::npos);
    report.loss->notKilled = "it does not belong to the run";
    result = resultOf(report);
    QVERIFY(!result.measures.contains("errors_after_kill"));
    QCOMPARE(result.notes.at(0),
             std::string("no replica was killed: it does not belong to the run"));
    result = resultOf({});
    QCOMPARE(result.measures.at("peak_rate"), 0.0);
    QVERIFY(!result.measures.contains("busiest_share"));
}

void ServeCheckTest::enginesAreComparedByTheirPeak()
{
    QCOMPARE(*secondsOfThousand(resultOf(goodReport())), 1000 / 60.0);
    QVERIFY(!secondsOfThousand(resultOf({})));
}

void ServeCheckTest::everyMeasureIsTheKinds()
{
    for (const auto& [name, value] : resultOf(goodReport()).measures)
        QVERIFY2(findWorkloadType("serve")->findMeasure(name), name.c_str());
}

SPILLWAY_TESTS(ServeCheckTest, QCoreApplication)
#include "serve_check_test.moc"
