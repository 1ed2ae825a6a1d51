#include "../on_target.h"
#include "native/kernels/vector_target.h"
#include "native_data.h"
#include "suites/suites.h"

#include "workloads/logreg/native/moments.h"
#include "workloads/logreg/native/softmax.h"

#include <QtTest>

#include <cmath>
#include <numeric>

using namespace spillway;
using testing::Sequence;

/// The softmax kernel against the definition in long doubles.
class SoftmaxTest : public QObject {
    Q_OBJECT
private slots:
    void everyInstructionSetAgreesWithTheDefinition();
    void featuresAreScaledAndLabelsMapped();
    void softmaxAgreesWithTheDefinition_data();
    void softmaxAgreesWithTheDefinition();
    void softmaxSurvivesEnormousScores_data();
    void softmaxSurvivesEnormousScores();
    void theLowerClassWinsATie();
};

namespace {

struct Problem {
    SoftmaxShape shape;
    std::vector<std::vector<double>> columns;
    std::vector<std::uint32_t> labels;
    std::vector<std::uint32_t> classLabels; ///< label k stands for class k
    std::vector<double> parameters;

    LabelledRows rows(std::vector<const double*>& pointers) const
    {
        pointers.clear();
        for (const auto& column : columns)
            pointers.push_back(column.data());
        return {pointers, labels.data(), labels.size(), classLabels};
    }
};

Problem problem(std::size_t classes, std::size_t features, std::size_t rows, double scale)
{
    Sequence random(classes * 1000 + features * 10 + rows);
    Problem made{.shape = {classes, features}};
    made.columns.resize(features);
    made.classLabels.resize(classes);
    std::iota(made.classLabels.begin(), made.classLabels.end(), 0u);
    for (std::size_t i = 0; i < rows; ++i) {
        for (auto& column : made.columns)
            column.push_back(scale * (random.unit() - 0.5));
        made.labels.push_back(static_cast<std::uint32_t>(random.next() % classes));
    }
    for (std::size_t i = 0; i < made.shape.parameters(); ++i)
        made.parameters.push_back(random.unit() - 0.5);
    return made;
}

struct Reference {
    long double loss = 0;
    std::vector<long double> gradient;
    std::int64_t correct = 0;
};

/// Scores of all classes of a row; two classes as a softmax of (0, z).
std::vector<long double> scoresOf(const Problem& problem, std::size_t row)
{
    std::vector<long double> scores(problem.shape.classes, 0);
    const std::size_t offset = problem.shape.classes == 2 ? 1 : 0;
    for (std::size_t k = 0; k < problem.shape.vectors(); ++k) {
        const double* const weights = problem.parameters.data() + k * problem.shape.width();
        long double score = weights[problem.shape.features];
        for (std::size_t j = 0; j < problem.shape.features; ++j)
            score += static_cast<long double>(weights[j]) * problem.columns[j][row];
        scores[k + offset] = score;
    }
    return scores;
}

/// The definition, in long double and without any care for speed.
Reference reference(const Problem& problem)
{
    Reference sums;
    sums.gradient.resize(problem.shape.parameters());
    for (std::size_t row = 0; row < problem.labels.size(); ++row) {
        const auto scores = scoresOf(problem, row);
        const auto largest = std::max_element(scores.begin(), scores.end());
        sums.correct += largest - scores.begin() == problem.labels[row];
        long double normaliser = 0;
        for (const long double score : scores)
            normaliser += std::exp(score - *largest);
        sums.loss += std::log(normaliser) - (scores[problem.labels[row]] - *largest);
        const std::size_t offset = problem.shape.classes == 2 ? 1 : 0;
        for (std::size_t k = 0; k < problem.shape.vectors(); ++k) {
            const long double residual = std::exp(scores[k + offset] - *largest) / normaliser -
                                         (problem.labels[row] == k + offset ? 1 : 0);
            const auto at = k * problem.shape.width();
            for (std::size_t j = 0; j < problem.shape.features; ++j)
                sums.gradient[at + j] += residual * problem.columns[j][row];
            sums.gradient[at + problem.shape.features] += residual;
        }
    }
    return sums;
}

} // namespace

void SoftmaxTest::softmaxAgreesWithTheDefinition_data()
{
    QTest::addColumn<int>("classes");
    QTest::addColumn<int>("features");
    QTest::addColumn<int>("rows");
    for (const int classes : {2, 3, 4, 7, 130})
        for (const int features : {1, 2, 33})
            for (const int rows : {0, 1, 15, 16, 256, 257, 1000})
                QTest::addRow("%d classes, %d features, %d rows", classes, features, rows)
                    << classes << features << rows;
}

void SoftmaxTest::softmaxAgreesWithTheDefinition()
{
    QFETCH(int, classes);
    QFETCH(int, features);
    QFETCH(int, rows);
    const auto made = problem(static_cast<std::size_t>(classes), static_cast<std::size_t>(features),
                              static_cast<std::size_t>(rows), 3);
    SoftmaxKernel kernel(made.shape);
    std::vector<const double*> pointers;
    const auto labelled = made.rows(pointers);
    const auto sums = kernel.lossAndGradient(made.parameters, labelled);
    const auto expected = reference(made);
    const double tolerance = 1e-14 * (1 + rows);
    QVERIFY(std::abs(static_cast<double>(sums.loss.value() - expected.loss)) <= tolerance);
    QCOMPARE(sums.gradient.size(), made.shape.parameters());
    for (std::size_t i = 0; i < sums.gradient.size(); ++i)
        QVERIFY(std::abs(static_cast<double>(sums.gradient[i].value() - expected.gradient[i])) <=
                tolerance);
    QCOMPARE(kernel.correct(made.parameters, labelled), expected.correct);
}

void SoftmaxTest::everyInstructionSetAgreesWithTheDefinition()
{
    for (const std::size_t classes : {2u, 3u, 4u, 9u}) {
        const auto made = problem(classes, 5, 5000, 3);
        const auto expected = reference(made);
        const double loss = static_cast<double>(expected.loss);
        const auto moments = momentsOf(made.columns[0]);
        std::vector<const double*> pointers;
        const auto rows = made.rows(pointers);
        for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
            const testing::OnTarget on(target);
            QCOMPARE(vectorTarget(), hwy::TargetName(target));
            SoftmaxKernel kernel(made.shape);
            const auto sums = kernel.lossAndGradient(made.parameters, rows);
            QVERIFY(std::abs(sums.loss.value() - loss) <= 1e-12 * loss);
            for (std::size_t i = 0; i < sums.gradient.size(); ++i) {
                const auto component = static_cast<double>(expected.gradient[i]);
                QVERIFY(std::abs(sums.gradient[i].value() - component) <=
                        1e-11 * std::max(1.0, std::abs(component)));
            }
            QCOMPARE(kernel.correct(made.parameters, rows), expected.correct);
            const auto again = momentsOf(made.columns[0]);
            QVERIFY(std::abs(again.mean - moments.mean) <= 1e-15);
            QVERIFY(std::abs(again.squares - moments.squares) <= 1e-14 * moments.squares);
        }
    }
}

/// The kernel given raw features and a block's labels does what it does with prepared ones.
void SoftmaxTest::featuresAreScaledAndLabelsMapped()
{
    for (const std::size_t classes : {2u, 4u}) {
        auto made = problem(classes, 2, 300, 3);
        std::vector<FeatureScale> scales{{.mean = 5, .inverse = 0.25}, {.mean = 1, .inverse = 0}};
        auto prepared = made;
        for (std::size_t j = 0; j < scales.size(); ++j)
            for (double& value : prepared.columns[j])
                value = (value - scales[j].mean) * scales[j].inverse;
        // Labels in another order, and one class that no row has.
        std::vector<std::uint32_t> own{3, 0, 2, 1};
        own.resize(classes);
        for (std::size_t row = 0; row < made.labels.size(); ++row) {
            if (made.labels[row] + 1 == classes && classes > 2) made.labels[row] = 0;
            prepared.labels[row] = made.labels[row];
            made.labels[row] = own[made.labels[row]];
        }
        if (classes > 2) own.back() = noLabel;
        made.classLabels = own;
        std::vector<const double*> pointers;
        std::vector<const double*> preparedPointers;
        SoftmaxKernel scaling(made.shape, scales);
        SoftmaxKernel plain(made.shape);
        const auto rows = made.rows(pointers);
        const auto preparedRows = prepared.rows(preparedPointers);
        const auto sums = scaling.lossAndGradient(made.parameters, rows);
        const auto expected = plain.lossAndGradient(made.parameters, preparedRows);
        QVERIFY(sums.loss == expected.loss);
        QVERIFY(sums.gradient == expected.gradient);
        QCOMPARE(scaling.correct(made.parameters, rows),
                 plain.correct(made.parameters, preparedRows));
    }
}

void SoftmaxTest::softmaxSurvivesEnormousScores_data()
{
    QTest::addColumn<int>("classes");
    QTest::newRow("two classes") << 2;
    QTest::newRow("four classes") << 4;
}

void SoftmaxTest::softmaxSurvivesEnormousScores()
{
    QFETCH(int, classes);
    const auto made = problem(static_cast<std::size_t>(classes), 2, 300, 1e5);
    SoftmaxKernel kernel(made.shape);
    std::vector<const double*> pointers;
    const auto sums = kernel.lossAndGradient(made.parameters, made.rows(pointers));
    const auto expected = reference(made);
    const auto loss = static_cast<double>(expected.loss);
    QVERIFY(loss > 1e5);
    QVERIFY(std::abs(sums.loss.value() - loss) <= 1e-13 * loss);
    for (const auto& component : sums.gradient)
        QVERIFY(std::isfinite(component.value()));
}

void SoftmaxTest::theLowerClassWinsATie()
{
    Problem tie{
        .shape = {3, 1}, .columns = {{0, 0, 0}}, .labels = {0, 1, 2}, .classLabels = {0, 1, 2}};
    tie.parameters.resize(tie.shape.parameters());
    std::vector<const double*> pointers;
    SoftmaxKernel kernel(tie.shape);
    QCOMPARE(kernel.correct(tie.parameters, tie.rows(pointers)), 1);
    QCOMPARE(kernel.lossAndGradient(tie.parameters, tie.rows(pointers)).loss.value(),
             3 * std::log(3.0));
}

SPILLWAY_TESTS(SoftmaxTest, QCoreApplication)
#include "softmax_test.moc"
