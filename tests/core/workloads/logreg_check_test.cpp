#include "suites/suites.h"
#include "workloads/logreg/logreg_check.h"

#include <QtTest>

#include <functional>
#include <set>

using namespace spillway;

/// The check of a regression, with Spillway's own engine played by a table of answers: that the
/// engine's answers are right is the promise of tests/core/native.
class LogregCheckTest : public QObject {
    Q_OBJECT
private slots:
    void aModelIsHeldToWhatItClaims_data();
    void aModelIsHeldToWhatItClaims();
    void whatCannotBeEvaluatedIsUnchecked();
    void aModelOfAnotherShapeIsWrong();
    void equalModelsAreEvaluatedOnce();
    void aJobSurvivesItsText();
};

namespace {

constexpr double least = 0.5;

LogregResult fit()
{
    LogregResult r;
    r.classes = {"A", "B", "C"};
    r.coefficients = {{0.1, 1.0 / 3}, {0.2, 0}, {-0.3, -1.0 / 3}};
    r.intercepts = {0, 0.5, -0.5};
    r.loss = 0.4999;
    r.objective = least;
    r.trainAccuracy = 0.8;
    r.testAccuracy = 0.75;
    r.majorityAccuracy = 0.4;
    r.iterations = 9;
    r.dataPasses = 10;
    r.converged = true;
    r.rows = 1'000'000;
    r.trainRows = 800'000;
    return r;
}

struct Case {
    LogregResult claimed = fit(); ///< what the engine says
    LogregResult found = fit();   ///< what its coefficients are worth
    LogregWorkload workload{.label = "k", .features = {"x", "y"}};
};

CheckOutcome check(const Case& one, const NativeWork& native)
{
    const RunResult result = one.claimed;
    return logregChecker().check({.workload = one.workload,
                                  .result = result,
                                  .table = result.table,
                                  .reference = {},
                                  .manifest = {},
                                  .native = native});
}

NativeWork answers(const Case& one)
{
    return [&one](const Workload&, std::string_view job) -> Result<RunResult> {
        if (!job.empty()) return RunResult(one.found);
        LogregResult best = fit();
        best.objective = least;
        return RunResult(best);
    };
}

} // namespace

void LogregCheckTest::aModelIsHeldToWhatItClaims_data()
{
    using Change = std::function<void(Case&)>;
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("wrong");
    QTest::addColumn<bool>("another");
    const auto row = [](const char* name, const char* wrong, Change change, bool another = false) {
        QTest::newRow(name) << change << wrong << another;
    };
    row("right", "", [](Case&) {});
    row("a loss that rounds", "", [](Case& c) { c.claimed.loss += 0.9e-6; });
    row("a loss of another model", "training loss 0.4, its coefficients have 0.4999",
        [](Case& c) { c.claimed.loss = 0.4; });
    row("an accuracy of another model", "accuracy 0.9 of the training rows",
        [](Case& c) { c.claimed.trainAccuracy = 0.9; });
    row("a test accuracy of another model", "accuracy 0.751 of the test rows",
        [](Case& c) { c.claimed.testAccuracy = 0.751; });
    row("no test accuracy", "no accuracy of the test rows",
        [](Case& c) { c.claimed.testAccuracy.reset(); });
    row("another split", "799,999 training rows of 1,000,000",
        [](Case& c) { c.claimed.trainRows -= 1; });
    row("not the least", "converged to the objective 0.502, the least is 0.5",
        [](Case& c) { c.found.objective = 0.502; });
    row("near the least", "", [](Case& c) { c.found.objective = 0.5005; });
    row("ended before it converged", "", [](Case& c) {
        c.found.objective = 0.7;
        c.claimed.converged = false;
    });
    row("worse than nothing", "no coefficients at all have 1.098", [](Case& c) {
        c.found.objective = 1.2;
        c.claimed.converged = false;
    });
    row("by gradient descent", "", [](Case& c) {
        c.found.objective = 0.7;
        c.workload.solver = LogregWorkload::Solver::Sgd;
    });
    row("gradient descent that claims", "training loss", [](Case& c) {
        c.claimed.loss = 0.4;
        c.workload.solver = LogregWorkload::Solver::Sgd;
    });
    row(
        "another model", "",
        [](Case& c) {
            c.claimed.model = "one-vs-rest";
            c.found.loss = 0.9;
            c.found.objective = 2;
        },
        true);
    row(
        "another model that claims", "accuracy 0.9 of the training rows",
        [](Case& c) {
            c.claimed.model = "one-vs-rest";
            c.claimed.trainAccuracy = 0.9;
        },
        true);
}

void LogregCheckTest::aModelIsHeldToWhatItClaims()
{
    QFETCH(std::function<void(Case&)>, change);
    QFETCH(QString, wrong);
    QFETCH(bool, another);
    Case one;
    change(one);
    const auto outcome = check(one, answers(one));
    const auto words = QString::fromStdString(outcome.wrong ? outcome.wrong->message : "");
    QVERIFY2(wrong.isEmpty() ? words.isEmpty() : words.contains(wrong), qPrintable(words));
    QCOMPARE(outcome.flags,
             another ? std::vector<std::string>{"another-model"} : std::vector<std::string>{});
}

void LogregCheckTest::whatCannotBeEvaluatedIsUnchecked()
{
    const Case one;
    const auto outcome = check(one, [](const Workload&, std::string_view) -> Result<RunResult> {
        return makeError(ErrorCode::MemoryLimit, "no memory");
    });
    QVERIFY(!outcome.wrong);
    QCOMPARE(outcome.flags, std::vector<std::string>{"unchecked"});
}

void LogregCheckTest::aModelOfAnotherShapeIsWrong()
{
    const Case one;
    const auto outcome = check(one, [](const Workload&, std::string_view) -> Result<RunResult> {
        return makeError(ErrorCode::EngineFailed, "its classes are not those of the rows");
    });
    QVERIFY(outcome.wrong);
    QCOMPARE(outcome.wrong->message, std::string("its classes are not those of the rows"));
}

void LogregCheckTest::equalModelsAreEvaluatedOnce()
{
    Case one;
    std::set<std::string> asked;
    const NativeWork counting = [&](const Workload& workload, std::string_view job) {
        asked.emplace(job);
        return answers(one)(workload, job);
    };
    QVERIFY(!check(one, counting).wrong);
    one.claimed.coefficients[0][1] *= 1 + 1e-12;
    QVERIFY(!check(one, counting).wrong);
    QCOMPARE(asked.size(), std::size_t(2)); // the model, and the fit
}

void LogregCheckTest::aJobSurvivesItsText()
{
    const LogregResult r = fit();
    const ModelJob job{r.classes, r.coefficients, r.intercepts};
    const auto read = ModelJob::of(job.text());
    QVERIFY(read && read->classes == job.classes && read->coefficients == job.coefficients &&
            read->intercepts == job.intercepts);
    QCOMPARE(job.rounded().coefficients[0][1], 0.333333333);
    for (const char* text : {"", "5", "{}", R"({"classes": ["A"], "coefficients": [[1]]})",
                             R"({"classes": ["A"], "coefficients": ["x"], "intercepts": [1]})"})
        QVERIFY2(!ModelJob::of(text), text);
}

SPILLWAY_TESTS(LogregCheckTest, QCoreApplication)
#include "logreg_check_test.moc"
