#include "host/balance.h"
#include "suites/suites.h"

#include <QtTest>

using namespace spillway;

class BalanceTest : public QObject {
    Q_OBJECT
private slots:
    void evenWorkIsOne();
    void oneThatDidEverythingIsTheNumberOfWorkers();
    void tasksThatOverlapCountOnce();
    void processorTimeCountsWhereItIsTold();
    void withoutTasksOrWithOneWorkerThereIsNone();
};

namespace {

TaskSpan task(int worker, double begin, double end)
{
    return {worker, "scan", Seconds(begin), Seconds(end)};
}

} // namespace

void BalanceTest::evenWorkIsOne()
{
    QCOMPARE(*balanceOf({task(0, 10, 12), task(1, 11, 12), task(1, 13, 14)}, 2), 1.0);
    QCOMPARE(*balanceOf({task(0, 0, 3), task(1, 0, 1)}, 2), 1.5);
}

void BalanceTest::oneThatDidEverythingIsTheNumberOfWorkers()
{
    QCOMPARE(*balanceOf({task(2, 0, 1), task(2, 1, 5)}, 4), 4.0);
    // Of a worker that there is not, nothing is known.
    QCOMPARE(*balanceOf({task(0, 0, 1), task(1, 0, 1), task(7, 0, 100), task(-1, 0, 9)}, 2), 1.0);
}

void BalanceTest::tasksThatOverlapCountOnce()
{
    QCOMPARE(*balanceOf({task(0, 1, 2), task(0, 0, 4), task(0, 3, 4), task(1, 0, 4)}, 2), 1.0);
}

/// Two threads that wait for one lock are both busy by the wall, and not by the processor.
void BalanceTest::processorTimeCountsWhereItIsTold()
{
    auto first = task(0, 0, 4);
    auto second = task(1, 0, 4);
    first.cpu = Seconds(3);
    second.cpu = Seconds(1);
    QCOMPARE(*balanceOf({first, second}, 2), 1.5);
    second.cpu.reset();
    QCOMPARE(*balanceOf({first, second}, 2), 4 / 3.5);
}

void BalanceTest::withoutTasksOrWithOneWorkerThereIsNone()
{
    QVERIFY(!balanceOf({}, 2));
    QVERIFY(!balanceOf({task(0, 1, 1)}, 2));
    QVERIFY(!balanceOf({task(0, 0, 1)}, 1));
}

SPILLWAY_TESTS(BalanceTest, QCoreApplication)
#include "balance_test.moc"
