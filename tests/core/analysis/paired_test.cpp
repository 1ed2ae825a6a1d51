#include "analysis/paired.h"
#include "known_answers.h"
#include "records.h"
#include "suites/suites.h"

#include <cmath>

using namespace spillway;

class PairedTest : public QObject {
    Q_OBJECT
private slots:
    void ratioIntervalAndPAreSciPys();
    void oneRoundHasNoSpread();
    void equalRatiosLeaveNoDoubt();
    void onlyCommonRoundsArePairs();
    void roundsOfAnotherPlanAreNoPairs();
    void holmKeepsTheFamily_data();
    void holmKeepsTheFamily();
};

namespace {

CellSummary cellOf(const std::vector<double>& seconds, std::int64_t plan = 1)
{
    CellSummary cell;
    cell.secondsRepeats = seconds;
    for (std::size_t i = 0; i < seconds.size(); ++i)
        cell.rounds.push_back({plan, static_cast<int>(i)});
    return cell;
}

} // namespace

void PairedTest::ratioIntervalAndPAreSciPys()
{
    const auto answers = knownAnswers("paired");
    QVERIFY(!answers.empty());
    for (const auto& answer : answers) {
        const auto found = pairedRatio(cellOf(answer["cell"].get<std::vector<double>>()),
                                       cellOf(answer["base"].get<std::vector<double>>()));
        QVERIFY(found);
        QVERIFY(agree(found->ratio, answer["ratio"]));
        QVERIFY(agree(found->low, answer["low"]));
        QVERIFY(agree(found->high, answer["high"]));
        QVERIFY(agree(found->p, answer["p"]));
        QCOMPARE(std::size_t(found->rounds), answer["cell"].size());
    }
}

void PairedTest::oneRoundHasNoSpread()
{
    QVERIFY(!pairedRatio(cellOf({2}), cellOf({1})));
    QVERIFY(!pairedRatio(cellOf({}), cellOf({})));
}

void PairedTest::equalRatiosLeaveNoDoubt()
{
    const auto twice = pairedRatio(std::vector<double>(5, std::log(2.0)));
    QCOMPARE(twice->ratio, 2.0);
    QCOMPARE(twice->high, 2.0);
    QCOMPARE(twice->p, 0.0);
    QCOMPARE(pairedRatio(std::vector<double>(5, 0.0))->p, 1.0);
}

void PairedTest::onlyCommonRoundsArePairs()
{
    auto cell = cellOf({2, 4, 8});
    cell.rounds[1].round = 7; // its round 1 failed; it has another
    const auto found = pairedRatio(cell, cellOf({1, 1, 4}));
    QCOMPARE(found->rounds, 2);
    QCOMPARE(found->ratio, 2.0);
}

void PairedTest::roundsOfAnotherPlanAreNoPairs()
{
    QVERIFY(!pairedRatio(cellOf({2, 2, 2}, 1), cellOf({1, 1, 1}, 2)));
}

void PairedTest::holmKeepsTheFamily_data()
{
    QTest::addColumn<QList<double>>("p");
    QTest::addColumn<QList<double>>("adjusted");
    QTest::newRow("none") << QList<double>{} << QList<double>{};
    QTest::newRow("one stays as it is") << QList<double>{0.03} << QList<double>{0.03};
    // Holm 1979: the smallest times m, the next times m − 1, never less than the one before.
    QTest::newRow("three") << QList<double>{0.04, 0.01, 0.03} << QList<double>{0.06, 0.03, 0.06};
    QTest::newRow("at most 1") << QList<double>{0.5, 0.9} << QList<double>{1, 1};
    QTest::newRow("equal") << QList<double>{0.02, 0.02} << QList<double>{0.04, 0.04};
}

void PairedTest::holmKeepsTheFamily()
{
    QFETCH(QList<double>, p);
    QFETCH(QList<double>, adjusted);
    const auto found = holmAdjusted({p.begin(), p.end()});
    QCOMPARE(QList<double>(found.begin(), found.end()), adjusted);
}

SPILLWAY_TESTS(PairedTest, QCoreApplication)
#include "paired_test.moc"
