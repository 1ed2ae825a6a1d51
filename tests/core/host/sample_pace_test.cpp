#include "host/sample_pace.h"
#include "suites/suites.h"

#include <QtTest>

using namespace spillway;

class SamplePaceTest : public QObject {
    Q_OBJECT
private slots:
    void looksOftenInTheFirstHalfSecondOfTheWork();
    void looksOfLargeTreesStayAsRareAsBefore();
    void neverLooksLessOftenThanAsked();
};

void SamplePaceTest::looksOftenInTheFirstHalfSecondOfTheWork()
{
    SamplePace pace(Seconds(0.05));
    pace.looked(Seconds(99), Seconds(0.0001));
    QCOMPARE(pace.interval(), Seconds(0.05));
    pace.wentGo(Seconds(100));
    QCOMPARE(pace.interval(), Seconds(0.01));
    pace.looked(Seconds(100.49), Seconds(0.0004));
    QCOMPARE(pace.interval(), Seconds(0.01));
    pace.looked(Seconds(100.5), Seconds(0.0004));
    QCOMPARE(pace.interval(), Seconds(0.05));
}

void SamplePaceTest::looksOfLargeTreesStayAsRareAsBefore()
{
    SamplePace pace(Seconds(0.05));
    pace.wentGo(Seconds(100));
    pace.looked(Seconds(100.01), Seconds(0.003));
    QCOMPARE(pace.interval(), Seconds(0.05));
    pace.looked(Seconds(100.06), Seconds(0.0001));
    QCOMPARE(pace.interval(), Seconds(0.05));
}

void SamplePaceTest::neverLooksLessOftenThanAsked()
{
    SamplePace pace(Seconds(0.002));
    pace.wentGo(Seconds(100));
    QCOMPARE(pace.interval(), Seconds(0.002));
}

SPILLWAY_TESTS(SamplePaceTest, QCoreApplication)
#include "sample_pace_test.moc"
