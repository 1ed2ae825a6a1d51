#include "analysis/comparison.h"
#include "base/json.h"
#include "known_answers.h"
#include "records.h"
#include "suites/suites.h"

#include <cmath>
#include <random>

using namespace spillway;

class ScalingFitTest : public QObject {
    Q_OBJECT
private slots:
    void amdahlIsSciPys();
    void uslIsSciPys();
    void exactPointsGiveTheLawBack();
    void tooFewPointsGiveNoFit();
    void uslTakesCountsWithEnoughRepeats();
    void noFastestCountWithoutEvidence();
    void noFastestCountFarBeyondTheMeasured();
    void fastestCountIsCovered();
    void countsBeyondTheCoresAreLeftOut();
};

namespace {

std::vector<ScalingPoint> pointsOf(const Json& answer)
{
    std::vector<ScalingPoint> points;
    for (std::size_t i = 0; i < answer["workers"].size(); ++i)
        points.push_back({answer["workers"][i].get<int>(), answer["seconds"][i].get<double>(), 6});
    return points;
}

bool same(const Estimate& found, const Json& expected)
{
    return agree(found.value, expected[0]) && agree(found.low, expected[1], 1e-5) &&
           agree(found.high, expected[2], 1e-5);
}

double usl(double n, double first, double sigma, double kappa)
{
    return first * (1 + sigma * (n - 1) + kappa * n * (n - 1)) / n;
}

std::vector<ScalingPoint> uslPoints(const std::vector<int>& counts, double sigma, double kappa)
{
    std::vector<ScalingPoint> points;
    for (const int n : counts)
        points.push_back({n, usl(n, 10, sigma, kappa), 6});
    return points;
}

} // namespace

void ScalingFitTest::amdahlIsSciPys()
{
    for (const auto& answer : knownAnswers("amdahl")) {
        const auto fit = fitAmdahl(pointsOf(answer));
        QVERIFY(fit && !fit->kappa);
        QVERIFY(agree(fit->secondsAt(1).value, answer["first"]));
        QVERIFY(same(fit->sigma, answer["sigma"]));
    }
}

void ScalingFitTest::uslIsSciPys()
{
    for (const auto& answer : knownAnswers("usl")) {
        const auto fit = fitUsl(pointsOf(answer));
        QVERIFY(fit);
        QVERIFY(agree(fit->secondsAt(1).value, answer["first"]));
        QVERIFY(same(fit->sigma, answer["sigma"]));
        QVERIFY(same(*fit->kappa, answer["kappa"]));
        QVERIFY(fit->fastestWorkers);
        QVERIFY(agree(fit->fastestWorkers->value, answer["fastest"]));
    }
}

void ScalingFitTest::exactPointsGiveTheLawBack()
{
    const auto fit = fitUsl(uslPoints({1, 2, 4, 6, 8, 12, 16}, 0.05, 0.005));
    QVERIFY(std::abs(fit->sigma.value - 0.05) < 1e-9);
    QVERIFY(std::abs(fit->kappa->value - 0.005) < 1e-9);
    QVERIFY(std::abs(fit->fastestWorkers->value - std::sqrt(0.95 / 0.005)) < 1e-6);
    const auto at = fit->secondsAt(10);
    QVERIFY(std::abs(at.value - usl(10, 10, 0.05, 0.005)) < 1e-9);
    QVERIFY(at.high - at.low < 1e-6);
}

void ScalingFitTest::tooFewPointsGiveNoFit()
{
    QVERIFY(!fitAmdahl(uslPoints({1, 2, 4}, 0.1, 0)));
    QVERIFY(fitAmdahl(uslPoints({1, 2, 4, 8}, 0.1, 0)));
    QVERIFY(!fitUsl(uslPoints({1, 2, 4, 6, 8, 12}, 0.1, 0.01)));
}

void ScalingFitTest::uslTakesCountsWithEnoughRepeats()
{
    auto points = uslPoints({1, 2, 4, 6, 8, 12, 16}, 0.05, 0.005);
    points[3].repeats = 5;
    QVERIFY(!fitUsl(points));
    QCOMPARE(fitAmdahl(points)->counts, 7);
}

void ScalingFitTest::noFastestCountWithoutEvidence()
{
    // Amdahl's law with a scatter that a small κ cannot be told from.
    auto points = uslPoints({1, 2, 3, 4, 6, 8, 12}, 0.1, 0);
    const double scatter[] = {1.02, 0.98, 1.01, 0.99, 1.02, 0.98, 1.01};
    for (std::size_t i = 0; i < points.size(); ++i)
        points[i].seconds *= scatter[i];
    const auto fit = fitUsl(points);
    QVERIFY(fit && fit->kappa->low <= 0 && fit->kappa->high > 0);
    QVERIFY(!fit->fastestWorkers);
}

void ScalingFitTest::noFastestCountFarBeyondTheMeasured()
{
    // √(0.98 / 0.0005) is 44: more than 1.5 times 24, less than 1.5 times 32.
    QVERIFY(!fitUsl(uslPoints({1, 2, 4, 8, 12, 16, 24}, 0.02, 0.0005))->fastestWorkers);
    QVERIFY(fitUsl(uslPoints({1, 2, 4, 8, 12, 16, 32}, 0.02, 0.0005))->fastestWorkers);
}

void ScalingFitTest::fastestCountIsCovered()
{
    // 7 counts × 6 repeats with 3 % of scatter: how often the intervals hold the truth.
    std::mt19937_64 random(7);
    std::normal_distribution<double> error(0, 0.03);
    const double truth = std::sqrt(0.95 / 0.002);
    int found = 0;
    int covered = 0;
    int kappaCovered = 0;
    constexpr int trials = 500;
    for (int trial = 0; trial < trials; ++trial) {
        auto points = uslPoints({1, 2, 4, 8, 12, 16, 24}, 0.05, 0.002);
        for (auto& point : points) {
            std::vector<double> repeats;
            for (int i = 0; i < 6; ++i)
                repeats.push_back(point.seconds * std::exp(error(random)));
            point.seconds = medianInterval(repeats)->median;
        }
        const auto fit = fitUsl(points);
        kappaCovered += fit->kappa->low <= 0.002 && 0.002 <= fit->kappa->high;
        if (!fit->fastestWorkers) continue;
        ++found;
        covered += fit->fastestWorkers->low <= truth && truth <= fit->fastestWorkers->high;
    }
    qInfo("κ covered in %d of %d, N* given in %d and covered in %d", kappaCovered, trials, found,
          covered);
    QVERIFY(found > trials / 2);
    QVERIFY(covered > 0.92 * found);
    QVERIFY(kappaCovered > 0.92 * trials);
}

void ScalingFitTest::countsBeyondTheCoresAreLeftOut()
{
    std::vector<RunRecord> records;
    for (const int workers : {1, 2, 4, 8, 16})
        addRuns(records, "dask", workers,
                std::vector<double>(6, usl(workers, 10, 0.1, workers > 8 ? 1 : 0)));
    const auto line = compare(records, 8).front().lines.front();
    QCOMPARE(line.amdahl->counts, 4);
    QVERIFY(std::abs(line.amdahl->sigma.value - 0.1) < 1e-9);
    QVERIFY(!line.usl);
    QVERIFY(!compare(records, 4).front().lines.front().amdahl);
}

SPILLWAY_TESTS(ScalingFitTest, QCoreApplication)
#include "scaling_fit_test.moc"
