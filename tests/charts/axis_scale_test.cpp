#include "charts/axis_scale.h"
#include "charts/label_layout.h"
#include "suites/suites.h"

#include <QtTest>

#include <algorithm>

using namespace spillway;

namespace {

QStringList labels(const AxisScale& scale)
{
    QStringList all;
    for (const auto& tick : scale.ticks)
        all << tick.label;
    return all;
}

} // namespace

class AxisScaleTest : public QObject {
    Q_OBJECT
private slots:
    void linearTicksAreRoundAndCoverTheData_data();
    void linearTicksAreRoundAndCoverTheData();
    void logTicksAreOneTwoFiveWithinTheRange_data();
    void logTicksAreOneTwoFiveWithinTheRange();
    void speedupTicksArePowersOfTwo();
    void placesRunFromZeroToOne();
    void unitsFollowTheMagnitude_data();
    void unitsFollowTheMagnitude();
    void labelsNeverOverlap_data();
    void labelsNeverOverlap();
};

void AxisScaleTest::linearTicksAreRoundAndCoverTheData_data()
{
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    QTest::addColumn<double>("factor");
    QTest::addColumn<QStringList>("expected");
    QTest::newRow("seconds") << 0.0 << 13.0 << 1.0 << QStringList{"0", "5", "10", "15"};
    QTest::newRow("fractions") << 0.0 << 0.9 << 1.0
                               << QStringList{"0", "0.2", "0.4", "0.6", "0.8", "1"};
    QTest::newRow("megabytes") << 0.0 << 88e6 << 1e6
                               << QStringList{"0", "20", "40", "60", "80", "100"};
    QTest::newRow("not from zero")
        << 0.245 << 0.265 << 0.01 << QStringList{"24.5", "25", "25.5", "26", "26.5"};
    QTest::newRow("no span") << 0.0 << 0.0 << 1.0
                             << QStringList{"0", "0.2", "0.4", "0.6", "0.8", "1"};
}

void AxisScaleTest::linearTicksAreRoundAndCoverTheData()
{
    QFETCH(double, low);
    QFETCH(double, high);
    QFETCH(double, factor);
    QFETCH(QStringList, expected);
    const auto scale = linearScale(low, high, {factor, "u"});
    QCOMPARE(labels(scale), expected);
    QVERIFY(scale.low <= low && scale.high >= high);
}

void AxisScaleTest::logTicksAreOneTwoFiveWithinTheRange_data()
{
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    QTest::addColumn<QStringList>("expected");
    QTest::newRow("20 to 80") << 20.0 << 80.0 << QStringList{"20", "50", "100"};
    QTest::newRow("1.1 to 68") << 1.1 << 68.0 << QStringList{"1", "2", "5", "10", "20", "50"};
    QTest::newRow("one value") << 3.0 << 3.0 << QStringList{"2", "5"};
}

void AxisScaleTest::logTicksAreOneTwoFiveWithinTheRange()
{
    QFETCH(double, low);
    QFETCH(double, high);
    QFETCH(QStringList, expected);
    const auto scale = logScale(low, high, {1, "s"});
    QVERIFY(scale.logarithmic);
    QCOMPARE(labels(scale), expected);
    QVERIFY(scale.low <= low && scale.high >= high);
    for (const auto& tick : scale.ticks)
        QVERIFY(tick.value >= scale.low * 0.999 && tick.value <= scale.high * 1.001);
}

void AxisScaleTest::speedupTicksArePowersOfTwo()
{
    QCOMPARE(labels(powerOfTwoScale(0.5, 16, "×")),
             (QStringList{"0.5×", "1×", "2×", "4×", "8×", "16×"}));
    QVERIFY(!powerOfTwoScale(1, 1, "×").ticks.empty());
}

void AxisScaleTest::placesRunFromZeroToOne()
{
    AxisScale scale{1, 16, true, {}};
    QCOMPARE(scale.place(1), 0.0);
    QCOMPARE(scale.place(4), 0.5);
    QCOMPARE(scale.place(16), 1.0);
    QVERIFY(scale.place(0) < 0); // and finite: a value of 0 must not spoil a painter
    QVERIFY(std::isfinite(scale.place(0)));
    QCOMPARE(scale.clamped(0), 1.0);
    scale.logarithmic = false;
    QCOMPARE(scale.place(8.5), 0.5);
}

void AxisScaleTest::unitsFollowTheMagnitude_data()
{
    QTest::addColumn<double>("value");
    QTest::addColumn<bool>("time");
    QTest::addColumn<QString>("unit");
    QTest::newRow("0.02 s") << 0.02 << true << "s";
    QTest::newRow("6 s") << 6.0 << true << "s";
    QTest::newRow("119 s") << 119.0 << true << "s";
    QTest::newRow("10 min") << 600.0 << true << "min";
    QTest::newRow("14210 s") << 14210.0 << true << "h";
    QTest::newRow("88 MB") << 88e6 << false << "MB";
    QTest::newRow("1.1 GB") << 1.1e9 << false << "MB";
    QTest::newRow("4 GB") << 4e9 << false << "GB";
}

void AxisScaleTest::unitsFollowTheMagnitude()
{
    QFETCH(double, value);
    QFETCH(bool, time);
    QFETCH(QString, unit);
    QCOMPARE((time ? timeUnit(value) : byteUnit(value)).name, unit);
}

void AxisScaleTest::labelsNeverOverlap_data()
{
    QTest::addColumn<QList<double>>("wanted");
    QTest::addColumn<QList<double>>("expected");
    QTest::newRow("apart") << QList<double>{20, 60} << QList<double>{20, 60};
    QTest::newRow("same place") << QList<double>{50, 50} << QList<double>{45, 55};
    QTest::newRow("order kept") << QList<double>{52, 50, 51} << QList<double>{61, 41, 51};
    QTest::newRow("pushed from the border") << QList<double>{99, 100} << QList<double>{85, 95};
    QTest::newRow("two heaps meet")
        << QList<double>{40, 40, 48, 48} << QList<double>{29, 39, 49, 59};
}

void AxisScaleTest::labelsNeverOverlap()
{
    QFETCH(QList<double>, wanted);
    QFETCH(QList<double>, expected);
    const auto places = spreadLabels({wanted.begin(), wanted.end()}, 10, 0, 100);
    QCOMPARE(QList<double>(places.begin(), places.end()), expected);
    const std::vector<double> crowd(30, 50.0);
    auto squeezed = spreadLabels(crowd, 10, 0, 100);
    std::sort(squeezed.begin(), squeezed.end());
    QVERIFY(squeezed.front() >= 0 && squeezed.back() <= 100);
}

SPILLWAY_TESTS(AxisScaleTest, QCoreApplication)
#include "axis_scale_test.moc"
