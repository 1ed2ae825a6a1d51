#include "suites/suites.h"
#include "work/background_job.h"

#include <QThread>
#include <QtTest>

#include <atomic>
#include <condition_variable>
#include <mutex>

using namespace spillway;

namespace {

/// Waits until it is asked to stop.
void waitForStop(std::stop_token stop)
{
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    wake.wait(lock, std::move(stop), [] { return false; });
}

} // namespace

class BackgroundJobTest : public QObject {
    Q_OBJECT

private slots:
    void theResultArrivesOnTheGuiThread()
    {
        BackgroundJobs jobs;
        QObject receiver;
        QThread* worked = nullptr;
        QThread* delivered = nullptr;
        int result = 0;
        jobs.start(
            &receiver,
            [&worked](JobControl&) {
                worked = QThread::currentThread();
                return 42;
            },
            [&](int value) {
                result = value;
                delivered = QThread::currentThread();
            });
        QTRY_COMPARE(result, 42);
        QCOMPARE(delivered, QThread::currentThread());
        QVERIFY(worked != delivered);
    }

    void reportsComeInOrderAndBeforeTheResult()
    {
        BackgroundJobs jobs;
        QObject receiver;
        QList<int> seen;
        jobs.start(
            &receiver,
            [&seen](JobControl& control) {
                for (int i = 0; i < 5; ++i)
                    control.deliver([&seen, i] { seen << i; });
                return 5;
            },
            [&seen](int value) { seen << value; });
        QTRY_COMPARE(seen, (QList<int>{0, 1, 2, 3, 4, 5}));
    }

    void aCancelledJobStillAnswers()
    {
        BackgroundJobs jobs;
        QObject receiver;
        bool stopped = false;
        const auto job = jobs.start(
            &receiver,
            [](JobControl& control) {
                waitForStop(control.stop());
                return control.stop().stop_requested();
            },
            [&stopped](bool asked) { stopped = asked; });
        job->cancel();
        QTRY_VERIFY(stopped);
        QTRY_VERIFY(job.isNull()); // it has deleted itself
    }

    void anAbandonedJobOrOneWithoutReceiverAnswersNobody()
    {
        BackgroundJobs jobs;
        QObject receiver;
        auto gone = std::make_unique<QObject>();
        bool answered = false;
        const auto work = [](JobControl& control) {
            waitForStop(control.stop());
            control.deliver([] { QFAIL("delivered to nobody"); });
            return 1;
        };
        const auto done = [&answered](int) { answered = true; };
        const auto first = jobs.start(&receiver, work, done);
        const auto second = jobs.start(gone.get(), work, done);
        first->abandon();
        gone.reset(); // also asks the job to stop
        QTRY_VERIFY(first.isNull());
        QTRY_VERIFY(second.isNull());
        QVERIFY(!answered);
    }

    void destructionStopsEveryJobAndWaits()
    {
        std::atomic<int> ended = 0;
        QObject receiver;
        {
            BackgroundJobs jobs;
            for (int i = 0; i < 4; ++i)
                jobs.start(
                    &receiver,
                    [&ended](JobControl& control) {
                        waitForStop(control.stop());
                        return ++ended;
                    },
                    [](int) { QFAIL("answered after the end"); });
        }
        QCOMPARE(ended.load(), 4);
        QCoreApplication::processEvents();
    }
};

SPILLWAY_TESTS(BackgroundJobTest, QCoreApplication)
#include "background_job_test.moc"
