#include "analysis/statistics.h"
#include "suites/suites.h"

#include <QtTest>

#include <numeric>

using namespace spillway;

class StatisticsTest : public QObject {
    Q_OBJECT
private slots:
    void coverageOfOrderStatistics_data();
    void coverageOfOrderStatistics();
    void fewerThanSixGiveMinMaxWithoutCoverage();
    void medianOfEvenCountIsBetweenTheMiddleTwo();
    void noValuesHaveNoInterval();
    void largeSamplesKeepTheirCoverage();
    void outliersAreFlagged_data();
    void outliersAreFlagged();
    void logTicksAreOneTwoFive_data();
    void logTicksAreOneTwoFive();
};

void StatisticsTest::coverageOfOrderStatistics_data()
{
    // Ranks and coverages are 1 − 2·P(Bin(n, 1/2) < rank), as tables of the sign test print them.
    QTest::addColumn<int>("n");
    QTest::addColumn<int>("rank");
    QTest::addColumn<double>("coverage");
    QTest::newRow("6") << 6 << 1 << 1 - 2.0 / 64;
    QTest::newRow("7") << 7 << 1 << 1 - 2.0 / 128;
    QTest::newRow("8") << 8 << 1 << 1 - 2.0 / 256;
    QTest::newRow("9") << 9 << 2 << 1 - 2.0 * 10 / 512;
    QTest::newRow("10") << 10 << 2 << 1 - 2.0 * 11 / 1024;
    QTest::newRow("11") << 11 << 2 << 1 - 2.0 * 12 / 2048;
    QTest::newRow("12") << 12 << 3 << 1 - 2.0 * 79 / 4096;
}

void StatisticsTest::coverageOfOrderStatistics()
{
    QFETCH(int, n);
    QFETCH(int, rank);
    QFETCH(double, coverage);
    std::vector<double> values(static_cast<std::size_t>(n));
    std::iota(values.rbegin(), values.rend(), 1.0);
    const auto interval = medianInterval(values);
    QVERIFY(interval);
    QCOMPARE(interval->n, n);
    QCOMPARE(interval->median, (n + 1) / 2.0);
    QCOMPARE(interval->low, static_cast<double>(rank));
    QCOMPARE(interval->high, static_cast<double>(n + 1 - rank));
    QVERIFY(interval->coverage);
    QCOMPARE(*interval->coverage, coverage);
}

void StatisticsTest::fewerThanSixGiveMinMaxWithoutCoverage()
{
    const auto interval = medianInterval({5, 1, 3, 2, 9});
    QVERIFY(interval);
    QCOMPARE(interval->median, 3.0);
    QCOMPARE(interval->low, 1.0);
    QCOMPARE(interval->high, 9.0);
    QVERIFY(!interval->coverage);
}

void StatisticsTest::medianOfEvenCountIsBetweenTheMiddleTwo()
{
    QCOMPARE(medianInterval({4, 1, 3, 2})->median, 2.5);
}

void StatisticsTest::noValuesHaveNoInterval()
{
    QVERIFY(!medianInterval({}));
}

void StatisticsTest::largeSamplesKeepTheirCoverage()
{
    // 2^-n underflows nowhere near n = 1000, where the normal approximation gives rank 469.
    std::vector<double> values(1000);
    std::iota(values.begin(), values.end(), 1.0);
    const auto interval = medianInterval(values);
    QVERIFY(*interval->coverage >= 0.95);
    QVERIFY(*interval->coverage < 0.956);
    QCOMPARE(interval->low, 469.0);
}

void StatisticsTest::outliersAreFlagged_data()
{
    QTest::addColumn<QList<double>>("values");
    QTest::addColumn<QList<bool>>("flags");
    // The MAD of each is 1 where the border is near: 14.8 above the median (10.5, then 10).
    QTest::newRow("beyond") << QList<double>{9, 10, 11, 25.4} << QList<bool>{0, 0, 0, 1};
    QTest::newRow("seven, just inside")
        << QList<double>{8, 9, 9, 10, 11, 11, 24.7} << QList<bool>{0, 0, 0, 0, 0, 0, 0};
    QTest::newRow("seven, just outside")
        << QList<double>{8, 9, 9, 10, 11, 11, 24.9} << QList<bool>{0, 0, 0, 0, 0, 0, 1};
    QTest::newRow("three are too few") << QList<double>{1, 1, 100} << QList<bool>{0, 0, 0};
    QTest::newRow("no spread") << QList<double>{5, 5, 5, 5, 90} << QList<bool>{0, 0, 0, 0, 0};
}

void StatisticsTest::outliersAreFlagged()
{
    QFETCH(QList<double>, values);
    QFETCH(QList<bool>, flags);
    const auto found = outliers({values.begin(), values.end()});
    QCOMPARE(QList<bool>(found.begin(), found.end()), flags);
}

void StatisticsTest::logTicksAreOneTwoFive_data()
{
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    QTest::addColumn<QList<double>>("ticks");
    QTest::newRow("a decade") << 1.0 << 10.0 << QList<double>{1, 2, 5, 10};
    QTest::newRow("20 to 80, where Qt's axis has none") << 20.0 << 80.0 << QList<double>{20, 50};
    QTest::newRow("between two ticks") << 21.0 << 49.0 << QList<double>{20, 50};
    QTest::newRow("around one tick") << 30.0 << 60.0 << QList<double>{20, 50, 100};
    QTest::newRow("a single value on a tick") << 20.0 << 20.0 << QList<double>{20, 50};
    QTest::newRow("below one") << 0.05 << 0.5 << QList<double>{0.05, 0.1, 0.2, 0.5};
    QTest::newRow("nothing at zero") << 0.0 << 5.0 << QList<double>{};
    QTest::newRow("nothing upside down") << 5.0 << 1.0 << QList<double>{};
}

void StatisticsTest::logTicksAreOneTwoFive()
{
    QFETCH(double, low);
    QFETCH(double, high);
    QFETCH(QList<double>, ticks);
    const auto found = logTicks(low, high);
    QCOMPARE(QList<double>(found.begin(), found.end()), ticks);
}

SPILLWAY_TESTS(StatisticsTest, QCoreApplication)
#include "statistics_test.moc"
