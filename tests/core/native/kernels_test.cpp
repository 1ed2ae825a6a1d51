#include "native_data.h"
#include "suites/suites.h"

#include "native/kernels/compensated.h"
#include "workloads/logreg/native/feature_split.h"
#include "workloads/logreg/native/lbfgs.h"
#include "workloads/logreg/native/moments.h"

#include <QtTest>

#include <array>
#include <cmath>
#include <limits>

using namespace spillway;
using testing::Sequence;

/// Sums, the split, moments and the minimiser.
class KernelsTest : public QObject {
    Q_OBJECT
private slots:
    void compensatedSumsKeepWhatPlainOnesLose();
    void compensatedSumsKnowInfinities();
    void splitHashIsTheDocumentedOne();
    void splitSharesComeNearTheFraction();
    void splitComparesAsDoubles();
    void momentsOfFarAwayValuesStayExact();
    void constantColumnsAreKnown();
    void lbfgsFindsTheBottomOfAValley();
    void lbfgsStopsAtTheStart();
    void lbfgsPassesErrorsOn();
    void lbfgsStaysWhereTheFunctionIsFinite();
};

void KernelsTest::compensatedSumsKeepWhatPlainOnesLose()
{
    CompensatedSum sum;
    for (const double value : {1e16, 1.0, 1.0, -1e16})
        sum.add(value);
    QCOMPARE(sum.value(), 2.0);
    CompensatedSum tenths;
    for (int i = 0; i < 1'000'000; ++i)
        tenths.add(0.1);
    QCOMPARE(tenths.value(), 100000.00000000001); // 10^6 times the double nearest to 0.1
}

void KernelsTest::compensatedSumsKnowInfinities()
{
    CompensatedSum sum;
    sum.add(1);
    sum.add(std::numeric_limits<double>::infinity());
    sum.add(1);
    QCOMPARE(sum.value(), std::numeric_limits<double>::infinity());
    sum.add(-std::numeric_limits<double>::infinity());
    QVERIFY(std::isnan(sum.value()));
}

void KernelsTest::splitHashIsTheDocumentedOne()
{
    QCOMPARE(splitMix(0), 0xe220a8397b1dcdafu);
    QCOMPARE(featureHash(std::array{0.5, 0.25}), 0x6e3ce847f682a5a5u);
    QCOMPARE(featureHash(std::array{-0.0}), featureHash(std::array{0.0}));
    QVERIFY(featureHash(std::array{0.25, 0.5}) != featureHash(std::array{0.5, 0.25}));
}

void KernelsTest::splitSharesComeNearTheFraction()
{
    for (const double fraction : {0.0, 0.1, 0.2, 0.75}) {
        const FeatureSplit split(fraction);
        Sequence random(7);
        int tested = 0;
        for (int i = 0; i < 100'000; ++i)
            tested += !split.trains(featureHash(std::array{random.unit()}));
        QVERIFY(std::abs(tested - 100'000 * fraction) < 600);
    }
}

void KernelsTest::splitComparesAsDoubles()
{
    Sequence random(9);
    for (const double fraction : {1e-300, 1e-17, 0.1, 0.2, 0.5, 0.9999, 1.0}) {
        const FeatureSplit split(fraction);
        const double limit = 0x1p64 * (1 - fraction);
        const auto near = limit < 0x1p64 ? static_cast<std::uint64_t>(limit) : 0;
        for (std::uint64_t i = 0; i < 20'000; ++i) {
            const std::uint64_t hash = i % 2 == 0 ? splitMix(random.next()) : near + i - 10'000;
            QCOMPARE(split.trains(hash), static_cast<double>(hash) < limit);
        }
    }
}

void KernelsTest::momentsOfFarAwayValuesStayExact()
{
    std::vector<double> values;
    for (int i = 0; i < 999; ++i)
        values.push_back(1e9 + i % 3);
    const std::span<const double> all(values);
    const auto whole = momentsOf(all);
    QCOMPARE(whole.mean, 1e9 + 1);
    QCOMPARE(whole.squares, 666.0);
    const auto parts =
        combined(combined(momentsOf(all.first(333)), momentsOf({})), momentsOf(all.subspan(333)));
    QCOMPARE(parts.count, 999);
    QCOMPARE(parts.mean, whole.mean);
    QVERIFY(std::abs(parts.squares - 666) < 1e-9);
}

void KernelsTest::constantColumnsAreKnown()
{
    QVERIFY(momentsOf(std::vector<double>(1000, 0.1)).constant());
    QVERIFY(momentsOf(std::vector<double>(10, 0.0)).constant());
    std::vector<double> almost(1000, 1.0);
    almost[5] = 1 + 1e-6;
    QVERIFY(!momentsOf(almost).constant());
}

namespace {

/// Rosenbrock's valley; its bottom is at (1, 1).
Result<Evaluation> valley(const Eigen::VectorXd& at)
{
    const double a = 1 - at[0];
    const double b = at[1] - at[0] * at[0];
    Evaluation evaluation{.value = a * a + 100 * b * b, .gradient = Eigen::VectorXd(2)};
    evaluation.gradient << -2 * a - 400 * at[0] * b, 200 * b;
    return evaluation;
}

} // namespace

void KernelsTest::lbfgsFindsTheBottomOfAValley()
{
    int evaluations = 0;
    const auto counted = [&](const Eigen::VectorXd& at) {
        ++evaluations;
        return valley(at);
    };
    int told = 0;
    double last = std::numeric_limits<double>::infinity();
    const auto minimum =
        minimise(counted, Eigen::Vector2d(-1.2, 1), {.maxIterations = 200, .tolerance = 1e-9},
                 [&](const Minimum& now) {
                     ++told;
                     QVERIFY(now.at.value <= last);
                     last = now.at.value;
                 });
    QVERIFY(minimum.has_value());
    QVERIFY(minimum->converged);
    QVERIFY((minimum->point - Eigen::Vector2d(1, 1)).norm() < 1e-8);
    QCOMPARE(minimum->evaluations, evaluations);
    QCOMPARE(minimum->iterations, told);
    QVERIFY(evaluations < 80);
}

void KernelsTest::lbfgsStopsAtTheStart()
{
    const auto bottom = minimise(valley, Eigen::Vector2d(1, 1), {});
    QVERIFY(bottom->converged);
    QCOMPARE(bottom->iterations, 0);
    QCOMPARE(bottom->evaluations, 1);
    const auto none = minimise(valley, Eigen::Vector2d(-1.2, 1), {.maxIterations = 0});
    QVERIFY(!none->converged);
    QCOMPARE(none->iterations, 0);
}

void KernelsTest::lbfgsPassesErrorsOn()
{
    int calls = 0;
    const auto failing = [&](const Eigen::VectorXd& at) -> Result<Evaluation> {
        if (++calls == 5) return Error{.code = ErrorCode::Cancelled, .message = "stop"};
        return valley(at);
    };
    const auto minimum = minimise(failing, Eigen::Vector2d(-1.2, 1), {.maxIterations = 200});
    QVERIFY(minimum.has_error());
    QCOMPARE(minimum.error().code, ErrorCode::Cancelled);
    QCOMPARE(calls, 5);
}

void KernelsTest::lbfgsStaysWhereTheFunctionIsFinite()
{
    // x − log x with a barrier at 0: the first steps of a careless search leave its domain.
    const auto barrier = [](const Eigen::VectorXd& at) -> Result<Evaluation> {
        Evaluation evaluation{.gradient = Eigen::VectorXd(1)};
        const bool inside = at[0] > 0;
        evaluation.value =
            inside ? 100 * at[0] - std::log(at[0]) : std::numeric_limits<double>::infinity();
        evaluation.gradient[0] = inside ? 100 - 1 / at[0] : 0;
        return evaluation;
    };
    const auto minimum = minimise(barrier, Eigen::VectorXd::Constant(1, 0.5),
                                  {.maxIterations = 100, .tolerance = 1e-8});
    QVERIFY(minimum.has_value());
    QVERIFY(minimum->converged);
    QVERIFY(std::abs(minimum->point[0] - 0.01) < 1e-9);
}

SPILLWAY_TESTS(KernelsTest, QCoreApplication)
#include "kernels_test.moc"
