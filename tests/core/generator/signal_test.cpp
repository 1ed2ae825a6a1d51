#include "generator_support.h"
#include "suites/suites.h"

#include "generator/philox.h"
#include "generator/signal.h"

#include <hwy/targets.h>

#include <cmath>

using namespace spillway;
using namespace spillway::test;

class GeneratorSignalTest : public QObject {
    Q_OBJECT
private slots:
    void truthBeatsTheMajorityClearly();
    void trueAccuracyIsThatOfTheStoredWeights();
    void labelsFollowTheSoftmax();
    void withoutSignalThereIsNoTruth();
    void weightsDependOnTheSeedOnly();
    void aHugeSignalDecidesEveryLabel();
    void sameLabelsForEveryVectorWidth();
};

namespace {

GeneratorSpec signalSpec(double signal)
{
    GeneratorSpec spec = specOfRows(40'000);
    spec.signal = signal;
    return spec;
}

/// Softmax of S·W·(x − ½), with the library's exponential.
std::vector<double> probabilities(const DatasetManifest& manifest, const PlainRow& row)
{
    std::vector<double> shares;
    double total = 0;
    for (const auto& weights : manifest.trueWeights) {
        double score = 0;
        for (std::size_t i = 0; i < weights.size(); ++i)
            score += weights[i] * (row.features[i] - 0.5);
        shares.push_back(std::exp(manifest.spec.signal * score));
        total += shares.back();
    }
    for (double& share : shares)
        share /= total;
    return shares;
}

std::size_t labelOf(const PlainRow& row)
{
    return static_cast<std::size_t>(row.category.front() - 'A');
}

struct Generated {
    DatasetManifest manifest;
    std::vector<PlainRow> rows;
};

Generated generated(const GeneratorSpec& spec)
{
    const Folder folder;
    auto manifest = generate(spec, folder.path("a.csv"), {}, {}).value();
    return {std::move(manifest), parseRows(rowsOf(folder.path("a.csv")))};
}

} // namespace

void GeneratorSignalTest::truthBeatsTheMajorityClearly()
{
    for (const std::uint64_t seed : {1, 2, 3}) {
        GeneratorSpec spec = signalSpec(4);
        spec.seed = seed;
        const auto data = generated(spec);
        const auto majority = std::ranges::max(data.manifest.groups, {}, &GroupTruth::count).count;
        const double share = static_cast<double>(majority) / 40'000;
        QVERIFY(data.manifest.trueAccuracy > share + 0.1);
    }
}

void GeneratorSignalTest::trueAccuracyIsThatOfTheStoredWeights()
{
    const auto data = generated(signalSpec(2));
    std::int64_t hits = 0;
    for (const PlainRow& row : data.rows) {
        const auto shares = probabilities(data.manifest, row);
        const auto best =
            static_cast<std::size_t>(std::ranges::max_element(shares) - shares.begin());
        hits += best == labelOf(row) ? 1 : 0;
    }
    QCOMPARE(data.manifest.trueAccuracy, static_cast<double>(hits) / 40'000);
}

/// Among the rows to which the truth gives a label about the same probability, that label is drawn
/// as often as it says, within five standard deviations.
void GeneratorSignalTest::labelsFollowTheSoftmax()
{
    const auto data = generated(signalSpec(4));
    std::array<double, 10> expected{};
    std::array<double, 10> variance{};
    std::array<double, 10> drawn{};
    for (const PlainRow& row : data.rows) {
        const auto shares = probabilities(data.manifest, row);
        for (std::size_t label = 0; label < shares.size(); ++label) {
            const auto bin = std::min<std::size_t>(static_cast<std::size_t>(shares[label] * 10), 9);
            expected[bin] += shares[label];
            variance[bin] += shares[label] * (1 - shares[label]);
            drawn[bin] += label == labelOf(row) ? 1 : 0;
        }
    }
    for (std::size_t bin = 0; bin < expected.size(); ++bin)
        QVERIFY(std::abs(drawn[bin] - expected[bin]) <= 5 * std::sqrt(variance[bin]) + 1e-9);
}

void GeneratorSignalTest::withoutSignalThereIsNoTruth()
{
    const auto data = generated(signalSpec(0));
    QVERIFY(data.manifest.trueWeights.empty());
    QVERIFY(!data.manifest.trueAccuracy.has_value());
    for (const GroupTruth& group : data.manifest.groups)
        QVERIFY(std::abs(static_cast<double>(group.count) - 10'000) < 5 * std::sqrt(7500));
}

void GeneratorSignalTest::weightsDependOnTheSeedOnly()
{
    GeneratorSpec spec = signalSpec(4);
    const auto weights = signalWeights(spec);
    QCOMPARE(weights.size(), std::size_t{8});
    QVERIFY(weights[5] ==
            1.7320508075688772 * (2 * unitInterval(philox({1, 0, 1, 0}, {1, 0})[1]) - 1));
    spec.signal = 1;
    spec.rows = 7;
    QVERIFY(signalWeights(spec) == weights);
    spec.seed = 2;
    QVERIFY(signalWeights(spec) != weights);
}

void GeneratorSignalTest::aHugeSignalDecidesEveryLabel()
{
    const auto data = generated(signalSpec(1e6));
    QVERIFY(data.manifest.trueAccuracy > 0.9999);
}

void GeneratorSignalTest::sameLabelsForEveryVectorWidth()
{
    GeneratorSpec spec = signalSpec(3);
    spec.categories = 7;
    spec.features = 5;
    const std::string rows = generateRows(spec, 0, 5000);
    const auto chosen = [](std::int64_t targets) {
        hwy::SetSupportedTargetsForTest(targets);
        hwy::GetChosenTarget().DeInit();
    };
    for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
        chosen(target);
        QVERIFY2(generateRows(spec, 0, 5000) == rows, hwy::TargetName(target));
    }
    chosen(0);
}

SPILLWAY_TESTS(GeneratorSignalTest, QCoreApplication)
#include "signal_test.moc"
