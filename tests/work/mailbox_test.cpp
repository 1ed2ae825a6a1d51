#include "suites/suites.h"
#include "work/mailbox.h"

#include <QThread>
#include <QtTest>

#include <memory>
#include <numeric>
#include <thread>
#include <vector>

using namespace spillway;

class MailboxTest : public QObject {
    Q_OBJECT

private slots:
    void callsOfEachThreadComeInOrderOnTheMailboxsThread()
    {
        constexpr int threads = 4;
        constexpr int each = 500;
        Mailbox mailbox;
        std::vector<std::vector<int>> seen(threads);
        bool elsewhere = false;
        {
            std::vector<std::jthread> posting;
            for (int thread = 0; thread < threads; ++thread)
                posting.emplace_back([&, thread] {
                    for (int i = 0; i < each; ++i)
                        mailbox.post([&, thread, i] {
                            seen[static_cast<std::size_t>(thread)].push_back(i);
                            elsewhere |= QThread::currentThread() != mailbox.thread();
                        });
                });
        }
        std::vector<int> expected(each);
        std::iota(expected.begin(), expected.end(), 0);
        for (const auto& calls : seen)
            QTRY_COMPARE(calls, expected);
        QVERIFY(!elsewhere);
    }

    void whatStillWaitsWhenTheMailboxGoesIsDropped()
    {
        const auto held = std::make_shared<int>(0);
        auto mailbox = std::make_unique<Mailbox>();
        mailbox->post([held] { ++*held; });
        QCOMPARE(held.use_count(), 2);
        mailbox.reset();
        QCOMPARE(held.use_count(), 1);
        QCoreApplication::processEvents();
        QCOMPARE(*held, 0);
    }

    void aCallMayEndTheMailbox()
    {
        auto mailbox = std::make_unique<Mailbox>();
        int called = 0;
        mailbox->post([&] {
            mailbox.reset();
            ++called;
        });
        mailbox->post([&] { ++called; });
        QTRY_COMPARE(called, 1);
        QCoreApplication::processEvents();
        QCOMPARE(called, 1);
    }
};

SPILLWAY_TESTS(MailboxTest, QCoreApplication)
#include "mailbox_test.moc"
