#include "base/json.h"
#include "suites/suites.h"
#include "workloads/tune/tune_check.h"

#include <QtTest>

#include <cmath>

using namespace spillway;

/// Which losses, and which configurations trained how long, count as right.
class TuneCheckTest : public QObject {
    Q_OBJECT
private slots:
    void lossesAreHeldToTheExhaustiveSearch_data();
    void lossesAreHeldToTheExhaustiveSearch();
    void withoutAWholeReferenceNothingIsChecked();
    void whatIsWrongByItselfNeedsNoReference();
};

namespace {

constexpr std::int64_t configurations = 16;
constexpr std::int64_t epochs = 9;

/// Falls with the epochs; lower numbers are better.
double lossOf(std::int64_t number, std::int64_t epoch)
{
    return 0.5 + 0.1 * static_cast<double>(number) + 1.0 / static_cast<double>(epoch);
}

using Trained = std::function<std::int64_t(std::int64_t number)>;

RunResult searched(const char* search, const Trained& trained)
{
    RunResult result{.kind = "tune"};
    result.table = *tableFromColumns(*parseJson(
        R"([{"name": "configuration", "type": "int64"}, {"name": "epoch", "type": "int64"},
            {"name": "loss", "type": "float64"}])"));
    double best = HUGE_VAL;
    for (std::int64_t number = 0; number < configurations; ++number)
        for (std::int64_t epoch = 1; epoch <= trained(number); ++epoch) {
            const double loss = lossOf(number, epoch);
            best = std::min(best, loss);
            if (!appendRow(result.table, Json::array({number, epoch, loss}))) qFatal("not a row");
        }
    result.tableRows = static_cast<std::int64_t>(result.table.rows());
    result.measures["best_loss"] = best;
    result.detail = toLine(Json{{"search", search}});
    return result;
}

RunResult inFull()
{
    return searched("full", [](std::int64_t) { return epochs; });
}

/// 16, 5 and 1 configurations until epoch 1, 3 and 9.
RunResult halving()
{
    return searched("halving", [](std::int64_t n) { return n == 0 ? 9 : n < 5 ? 3 : 1; });
}

CheckOutcome checked(const RunResult& found, const std::optional<Reference>& reference)
{
    const Workload workload{.kind = "tune", .columns = {}, .parameters = {{"size", "quick"}}};
    return tune::tuneChecker().check({.workload = workload,
                                      .result = found,
                                      .table = found.table,
                                      .reference = reference,
                                      .manifest = {},
                                      .native = {}});
}

std::vector<double>& losses(RunResult& result)
{
    return std::get<std::vector<double>>(result.table.columns[2].values);
}

} // namespace

void TuneCheckTest::lossesAreHeldToTheExhaustiveSearch_data()
{
    QTest::addColumn<RunResult>("found");
    QTest::addColumn<QString>("words"); // begins so; empty: it is right
    const auto row = [](const char* name, RunResult found, const char* words,
                        const std::function<void(RunResult&)>& change = {}) {
        if (change) change(found);
        QTest::newRow(name) << found << words;
    };
    row("in full", inFull(), "");
    row("halving", halving(), "");
    row("asynchronous, whatever it stopped",
        searched("asha", [](std::int64_t n) { return n % 2 == 0 ? 3 : 1; }), "");
    row("rounded otherwise", inFull(), "", [](RunResult& r) { losses(r)[20] *= 1 + 1e-10; });
    row("another loss", inFull(), "configuration 2 has the loss",
        [](RunResult& r) { losses(r)[20] *= 1 + 1e-8; });
    row("no number", inFull(), "configuration 2 has a loss that is no number",
        [](RunResult& r) { losses(r)[20] = std::nan(""); });
    row("in full, not all of it", searched("full", [](std::int64_t n) { return n == 4 ? 8 : 9; }),
        "configuration 4 was trained for 8 epochs, expected 9");
    row("halving that keeps the wrong one",
        searched("halving", [](std::int64_t n) { return n == 1  ? 9
                                                        : n < 5 ? 3
                                                                : 1; }),
        "configuration 0 was trained for 3 epochs, expected 9");
    row("one was never begun", searched("asha", [](std::int64_t n) { return n == 7 ? 0 : 1; }),
        "configuration 7 was left out");
    row("a better loss than any", inFull(), "the best loss is not the least of the table",
        [](RunResult& r) { r.measures["best_loss"] = 0.1; });
    row("no best loss", inFull(), "the best loss is not the least of the table",
        [](RunResult& r) { r.measures.clear(); });
    row("epochs that jump", inFull(), "the result has no table", [](RunResult& r) {
        std::get<std::vector<std::int64_t>>(r.table.columns[1].values)[3] = 9;
    });
    row("a configuration of nowhere", inFull(), "there is no configuration 99", [](RunResult& r) {
        auto& numbers = std::get<std::vector<std::int64_t>>(r.table.columns[0].values);
        std::fill(numbers.end() - epochs, numbers.end(), 99);
    });
    row("an infinite loss", inFull(), "configuration 0 has a loss that is no number",
        [](RunResult& r) { losses(r)[8] = HUGE_VAL; });
    row("more epochs than there are",
        searched("asha", [](std::int64_t n) { return n == 3 ? 10 : 1; }),
        "there is no configuration 3 with 10 epochs");
    const auto firstEpoch = [](std::int64_t epoch) {
        return [epoch](RunResult& r) {
            std::get<std::vector<std::int64_t>>(r.table.columns[1].values)[0] = epoch;
        };
    };
    row("an epoch 0", inFull(), "the result has no table", firstEpoch(0));
    row("a negative epoch", inFull(), "the result has no table", firstEpoch(-1));
    row("an empty table", searched("asha", [](std::int64_t) { return 0; }),
        "no configuration was trained", [](RunResult& r) { r.measures["best_loss"] = 0.5; });
    row("no losses", inFull(), "the result has no table",
        [](RunResult& r) { r.table.columns.pop_back(); });
}

void TuneCheckTest::lossesAreHeldToTheExhaustiveSearch()
{
    QFETCH(RunResult, found);
    QFETCH(QString, words);
    const auto outcome = checked(found, Reference{"all in full", inFull()});
    const auto wrong = outcome.wrong ? QString::fromStdString(outcome.wrong->message) : QString();
    QVERIFY2(words.isEmpty() ? wrong.isEmpty() : wrong.startsWith(words), qPrintable(wrong));
    QVERIFY(outcome.flags.empty());
}

void TuneCheckTest::withoutAWholeReferenceNothingIsChecked()
{
    const std::vector<std::string> unchecked{"unchecked"};
    QCOMPARE(checked(inFull(), {}).flags, unchecked);
    // Of a search that stops early what it has is compared, and no more.
    const auto part = checked(inFull(), Reference{"Ray", halving()});
    QVERIFY(!part.wrong);
    QCOMPARE(part.flags, unchecked);
    // A reference that is broken itself is none.
    auto broken = inFull();
    losses(broken)[20] = std::nan("");
    QCOMPARE(checked(halving(), Reference{"all in full", broken}).flags, unchecked);
    auto off = inFull();
    losses(off)[0] += 1;
    QVERIFY(checked(off, Reference{"Ray", halving()}).wrong);
}

void TuneCheckTest::whatIsWrongByItselfNeedsNoReference()
{
    auto nothing = searched("asha", [](std::int64_t) { return 0; });
    nothing.measures["best_loss"] = 0.5;
    QVERIFY(checked(nothing, {}).wrong);
    auto noNumber = inFull();
    losses(noNumber)[20] = std::nan("");
    QVERIFY(checked(noNumber, {}).wrong);
    // No plan has such a size.
    const Workload workload{.kind = "tune", .columns = {}, .parameters = {{"size", "huge"}}};
    const auto found = inFull();
    const auto outcome = tune::tuneChecker().check({.workload = workload,
                                                    .result = found,
                                                    .table = found.table,
                                                    .reference = {},
                                                    .manifest = {},
                                                    .native = {}});
    QVERIFY(outcome.wrong);
}

SPILLWAY_TESTS(TuneCheckTest, QCoreApplication)
#include "tune_check_test.moc"
