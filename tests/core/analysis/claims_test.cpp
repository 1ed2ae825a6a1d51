#include "analysis/claims.h"
#include "analysis/snippet.h"
#include "base/json.h"
#include "records.h"
#include "suites/suites.h"
#include "workloads/logreg/logreg.h"
#include "workloads/logreg/logreg_result.h"
#include "workloads/workload_type.h"

#include <QtTest>

#include <algorithm>

using namespace spillway;

class ClaimsTest : public QObject {
    Q_OBJECT
private slots:
    void everyClaimOfTheArticleCanBeJudged();
    void timesAreComparedByTheirRounds_data();
    void timesAreComparedByTheirRounds();
    void anEngineThatNeverFinishedIsBehind();
    void anEngineWithoutARunThatCountsDecidesNothing_data();
    void anEngineWithoutARunThatCountsDecidesNothing();
    void aClaimOfOneJobIsNotSettledByAnother();
    void measuresAreComparedByTheirIntervals();
    void boilerplateIsJudgedByTheShortestPrograms();
    void whatWasNotRunIsSaid();
    void theArticleIsSettledBySeveralKindsOfWork();
    void whereItWasJudgedIsSaid();
    void brokenClaimsAreRefused_data();
    void brokenClaimsAreRefused();
};

namespace {

const Claim faster{.section = {},
                   .row = "Tables",
                   .text = "Dask",
                   .kind = "etl",
                   .job = {},
                   .measure = {},
                   .ease = {},
                   .favoured = "dask",
                   .other = "ray",
                   .preset = "article",
                   .why = {}};

JudgedClaim judgedBy(const Claim& claim, const std::vector<RunRecord>& records)
{
    return judged({claim}, compare(records, 2)).front();
}

} // namespace

void ClaimsTest::everyClaimOfTheArticleCanBeJudged()
{
    QVERIFY(articleClaims().size() > 30);
    for (const Claim& claim : articleClaims()) {
        if (claim.kind.empty()) continue;
        const auto* type = findWorkloadType(claim.kind);
        QVERIFY2(type, claim.kind.c_str());
        QVERIFY2(claim.measure.empty() || type->findMeasure(claim.measure), claim.measure.c_str());
        QVERIFY(!claim.favoured.empty() && !claim.other.empty());
    }
}

void ClaimsTest::timesAreComparedByTheirRounds_data()
{
    QTest::addColumn<double>("dask");
    QTest::addColumn<int>("rounds");
    QTest::addColumn<QString>("verdict");
    QTest::newRow("faster") << 1.0 << 6 << "holds";
    QTest::newRow("slower") << 4.0 << 6 << "does not hold here";
    QTest::newRow("alike") << 2.0 << 6 << "cannot be told";
    QTest::newRow("too few rounds") << 1.0 << 4 << "cannot be told";
}

void ClaimsTest::timesAreComparedByTheirRounds()
{
    QFETCH(double, dask);
    QFETCH(int, rounds);
    std::vector<RunRecord> records;
    for (int round = 0; round < rounds; ++round) {
        const double noise = 1 + 0.01 * (round % 3);
        for (const auto& [engine, seconds] :
             {std::pair("dask", dask * noise), std::pair("ray", 2.0 * (2.02 - noise)),
              std::pair("duckdb", 0.1)}) {
            records.push_back(etlRun(engine, 2, round + 1, seconds));
            records.back().round = round;
        }
    }
    const auto found = judgedBy(faster, records);
    QTEST(QString::fromUtf8(name(found.verdict).data(), qsizetype(name(found.verdict).size())),
          "verdict");
    QVERIFY2(found.ran.find("2 workers") != std::string::npos, found.ran.c_str());
    QVERIFY2(found.figures.find("best of all: DuckDB") != std::string::npos ||
                 found.figures.find("best of all: duckdb") != std::string::npos,
             found.figures.c_str());
}

void ClaimsTest::anEngineThatNeverFinishedIsBehind()
{
    std::vector<RunRecord> records{etlRun("dask", 2, 1, 1.0), etlRun("ray", 2, 1, 1.0)};
    records[0].status = RunStatus::MemoryLimit;
    records[0].seconds.reset();
    records[0].result.reset();
    const auto found = judgedBy(faster, records);
    QCOMPARE(found.verdict, ClaimVerdict::DoesNotHold);
    QVERIFY2(found.figures.find("never finished") != std::string::npos, found.figures.c_str());
}

void ClaimsTest::anEngineWithoutARunThatCountsDecidesNothing_data()
{
    QTest::addColumn<RunStatus>("status");
    QTest::addColumn<bool>("excluded");
    QTest::addColumn<bool>("finishedOnce");
    QTest::addColumn<QString>("words");
    QTest::newRow("excluded") << RunStatus::Failed << true << false << "has no run that counts";
    QTest::newRow("cancelled") << RunStatus::Cancelled << false << false
                               << "has no run that counts";
    QTest::newRow("finished some") << RunStatus::Failed << false << true << "finished 1 of 2 runs";
}

void ClaimsTest::anEngineWithoutARunThatCountsDecidesNothing()
{
    QFETCH(RunStatus, status);
    QFETCH(bool, excluded);
    QFETCH(bool, finishedOnce);
    QFETCH(QString, words);
    std::vector<RunRecord> records{etlRun("ray", 2, 1, 1.0), etlRun("dask", 2, 1, 1.0)};
    records[1].status = status;
    records[1].seconds.reset();
    if (excluded) records[1].excluded = "the laptop slept";
    if (finishedOnce) records.push_back(etlRun("dask", 2, 2, 1.0));
    const auto found = judgedBy(faster, records);
    QCOMPARE(found.verdict, ClaimVerdict::CannotTell);
    QVERIFY2(found.figures.find(words.toStdString()) != std::string::npos, found.figures.c_str());
}

void ClaimsTest::aClaimOfOneJobIsNotSettledByAnother()
{
    std::vector<RunRecord> records{etlRun("dask", 2, 1, 1.0), etlRun("ray", 2, 1, 1.0)};
    for (auto& record : records) {
        record.workload = Workload{.kind = "query"};
        record.workload.parameters["job"] = std::string(R"({"steps": [{"from": "features"}]})");
        record.cell.workload = identityOf(record.workload);
    }
    Claim claim = faster;
    claim.kind = "query";
    claim.job = "features";
    QCOMPARE(judgedBy(claim, records).verdict, ClaimVerdict::NotRun);
    for (auto& record : records)
        QVERIFY(setLabel(record.workload, "features").has_value());
    QCOMPARE(judgedBy(claim, records).verdict, ClaimVerdict::CannotTell);
}

void ClaimsTest::measuresAreComparedByTheirIntervals()
{
    const auto records = [](double step, int rounds) {
        std::vector<RunRecord> all;
        for (int round = 0; round < rounds; ++round)
            for (const auto& [engine, accuracy] :
                 {std::pair("dask", 0.8 + step * round), std::pair("ray", 0.7 + step * round)}) {
                all.push_back(etlRun(engine, 2, round + 1, 1.0));
                LogregResult fit;
                fit.testAccuracy = accuracy;
                all.back().workload = LogregWorkload{};
                all.back().cell.workload = identityOf(all.back().workload);
                all.back().result = fit;
            }
        return all;
    };
    Claim claim = faster;
    claim.kind = LogregWorkload::kind;
    claim.measure = "accuracy";
    QCOMPARE(judgedBy(claim, records(0.001, 6)).verdict, ClaimVerdict::Holds);
    QCOMPARE(judgedBy(claim, records(0.05, 6)).verdict, ClaimVerdict::CannotTell);
    QCOMPARE(judgedBy(claim, records(0.001, 4)).verdict, ClaimVerdict::CannotTell);
    std::swap(claim.favoured, claim.other);
    QCOMPARE(judgedBy(claim, records(0.001, 6)).verdict, ClaimVerdict::DoesNotHold);
}

void ClaimsTest::boilerplateIsJudgedByTheShortestPrograms()
{
    Claim shorter = faster;
    shorter.ease = "lines";
    const std::vector<RunRecord> both{etlRun("dask", 2, 1, 9.0), etlRun("ray", 2, 1, 1.0)};
    const auto least = [&](const char* engine) {
        return std::min(*programLines(both[0].workload, engine, "naive"),
                        *programLines(both[0].workload, engine, "tuned"));
    };
    const auto found = judgedBy(shorter, both);
    QCOMPARE(found.verdict, least("dask") < least("ray")   ? ClaimVerdict::Holds
                            : least("dask") > least("ray") ? ClaimVerdict::DoesNotHold
                                                           : ClaimVerdict::CannotTell);
    QVERIFY2(found.figures.find(std::to_string(least("ray")) + " lines") != std::string::npos,
             found.figures.c_str());
    std::swap(shorter.favoured, shorter.other);
    QVERIFY(judgedBy(shorter, both).verdict != found.verdict || least("dask") == least("ray"));
    // Not of engines that did not run, nor of work without programs.
    QCOMPARE(judgedBy(shorter, {both[0]}).verdict, ClaimVerdict::NotRun);
    auto tasks = both;
    for (auto& record : tasks) {
        record.workload = Workload{.kind = "tasks"};
        record.cell.workload = "tasks";
    }
    shorter.kind = "tasks";
    QCOMPARE(judgedBy(shorter, tasks).verdict, ClaimVerdict::CannotTell);
}

void ClaimsTest::whatWasNotRunIsSaid()
{
    const auto found = judgedBy(faster, {etlRun("dask", 2, 1, 1.0)});
    QCOMPARE(found.verdict, ClaimVerdict::NotRun);
    QVERIFY(found.figures.find("preset \"article\"") != std::string::npos);
    Claim words;
    words.why = "a judgement of people";
    const auto table = claimsTable(judged({words}, {}));
    QCOMPARE(std::get<std::string>(table.rows[0].back()), std::string("not measured"));
}

void ClaimsTest::theArticleIsSettledBySeveralKindsOfWork()
{
    std::vector<JudgedClaim> claims;
    const auto add = [&](const char* kind, ClaimVerdict verdict) {
        claims.push_back({.claim = faster, .verdict = verdict, .ran = {}, .figures = {}});
        claims.back().claim.kind = kind;
    };
    add("etl", ClaimVerdict::Holds);
    add("etl", ClaimVerdict::DoesNotHold);
    add("logreg", ClaimVerdict::CannotTell);
    add("tune", ClaimVerdict::NotRun);
    add("", ClaimVerdict::NotMeasured);
    QVERIFY(!settlesArticle(claims)); // a study of data
    add("tasks", ClaimVerdict::CannotTell);
    QVERIFY(settlesArticle(claims));
    QCOMPARE(countOf(claims), std::string("6 claims: 1 holds, 1 does not hold here, 2 cannot be "
                                          "told, 1 not run, 1 not measured"));
}

void ClaimsTest::whereItWasJudgedIsSaid()
{
    std::vector<RunRecord> records{etlRun("awk", 2, 1, 1.0), etlRun("my-engine", 2, 1, 1.0)};
    records[0].engineVersion = "5.1";
    QCOMPARE(judgedOn(records, {}, {}), std::string());
    Environment environment;
    environment.cpuModel = "A processor";
    const auto place = judgedOn(records, {environment}, catalogueWithReferences());
    QVERIFY2(place.starts_with("On this machine (A processor"), place.c_str());
    QVERIFY2(place.ends_with(") with A line of awk 5.1."), place.c_str());
}

void ClaimsTest::brokenClaimsAreRefused_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("no row") << QByteArray(R"({"claims": [{"claim": "c", "why": "w"}]})");
    QTest::newRow("no kind and no reason")
        << QByteArray(R"({"claims": [{"row": "r", "claim": "c"}]})");
    QTest::newRow("a kind and a reason")
        << QByteArray(R"({"claims": [{"row": "r", "claim": "c", "kind": "k", "why": "w"}]})");
    QTest::newRow("ease by what nobody counts")
        << QByteArray(R"({"claims": [{"row": "r", "claim": "c", "kind": "k", "ease": "fun"}]})");
}

void ClaimsTest::brokenClaimsAreRefused()
{
    QFETCH(QByteArray, json);
    QVERIFY(!claimsFromJson(*parseJson(json.toStdString())));
}

SPILLWAY_TESTS(ClaimsTest, QCoreApplication)
#include "claims_test.moc"
