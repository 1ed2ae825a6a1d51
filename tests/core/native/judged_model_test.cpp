#include "native_data.h"
#include "suites/suites.h"

#include "native/chunked/chunked_engine.h"
#include "workloads/logreg/logreg_check.h"
#include "workloads/native/native_kinds.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>

using namespace spillway;
using spillway::testing::regression;

/// Spillway's own engine evaluates models that others have fitted (ResultChecker of logreg).
class JudgedModelTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void aModelIsJudgedAsItsSolverDid_data();
    void aModelIsJudgedAsItsSolverDid();
    void aModelOfOtherRowsIsNotJudged();

private:
    static Result<RunResult> run(const RunSpec& spec);
    RunSpec spec(const LogregWorkload& workload, const LogregResult* model) const;

    QTemporaryDir directory_;
    Dataset dataset_;
};

namespace {

ModelJob modelOf(const LogregResult& fit)
{
    return {fit.classes, fit.coefficients, fit.intercepts};
}

} // namespace

void JudgedModelTest::initTestCase()
{
    const auto path = std::filesystem::path(directory_.path().toStdString()) / "rows.csv";
    // Rows without a feature and without a label are left out by fit and judge alike.
    dataset_ = testing::datasetOf(
        {testing::writeText(path, testing::plainRows(9000, 4, 1) + "1,NA,0.5,A\n2,0.5,0.25,\n")},
        {"note", "category"});
}

RunSpec JudgedModelTest::spec(const LogregWorkload& workload, const LogregResult* model) const
{
    return {.runId = "1",
            .dataset = dataset_,
            .workload = workload,
            .workers = 2,
            .scratch = "/nowhere",
            .profile = std::string(model ? referenceProfile : "default"),
            .job = model ? modelOf(*model).text() : std::string()};
}

Result<RunResult> JudgedModelTest::run(const RunSpec& spec)
{
    ChunkedEngine engine(nativeKinds(), {.partitionBytes = 45'000, .block = 20'000});
    testing::EventLog log;
    const auto prepared = engine.prepare(spec);
    if (!prepared) return prepared.error();
    return engine.run(spec, log, {});
}

void JudgedModelTest::aModelIsJudgedAsItsSolverDid_data()
{
    QTest::addColumn<bool>("standardise");
    QTest::addColumn<double>("testFraction");
    for (const bool standardise : {true, false})
        for (const double fraction : {0.2, 0.0})
            QTest::addRow("%s, test %.1f", standardise ? "standardised" : "as read", fraction)
                << standardise << fraction;
}

void JudgedModelTest::aModelIsJudgedAsItsSolverDid()
{
    QFETCH(bool, standardise);
    QFETCH(double, testFraction);
    auto workload = regression;
    workload.standardise = standardise;
    workload.testFraction = testFraction;
    const auto fitted = run(spec(workload, nullptr));
    QVERIFY2(fitted, fitted ? "" : fitted.error().message.c_str());
    const auto fit = LogregResult::of(*fitted);
    QVERIFY(fit.droppedRows > 0);
    const auto judged = run(spec(workload, &fit));
    QVERIFY2(judged, judged ? "" : judged.error().message.c_str());
    const auto found = LogregResult::of(*judged);
    QVERIFY(std::abs(found.loss - fit.loss) < 1e-12);
    QVERIFY(std::abs(found.objective - fit.objective) < 1e-12);
    QCOMPARE(found.trainAccuracy, fit.trainAccuracy);
    QCOMPARE(found.testAccuracy, fit.testAccuracy);
    QCOMPARE(found.trainRows, fit.trainRows);
    QCOMPARE(judged->rows, fitted->rows);
    QCOMPARE(found.iterations, 0);
}

void JudgedModelTest::aModelOfOtherRowsIsNotJudged()
{
    const auto fitted = run(spec(regression, nullptr));
    QVERIFY(fitted.has_value());
    const auto right = LogregResult::of(*fitted);
    const auto judge = [&](const LogregResult& model) {
        const auto judged = run(spec(regression, &model));
        return judged ? std::string() : judged.error().message;
    };
    QCOMPARE(judge(right), std::string());
    auto wrong = right;
    wrong.classes.back() += "x";
    QCOMPARE(judge(wrong), std::string("its classes are not those of the rows"));
    wrong = right;
    wrong.intercepts.pop_back();
    QCOMPARE(judge(wrong), std::string("its coefficients have another shape"));
    wrong = right;
    wrong.coefficients[0].push_back(0);
    QCOMPARE(judge(wrong), std::string("its coefficients have another shape"));
}

SPILLWAY_TESTS(JudgedModelTest, QCoreApplication)
#include "judged_model_test.moc"
