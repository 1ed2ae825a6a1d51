#include "measure/process_tree.h"

#include "child_tree.h"

#include <QTest>

#include <cmath>

using namespace spillway;

class ProcessTreeTest : public QObject {
    Q_OBJECT
private slots:
    void knownAnswers_data();
    void knownAnswers();
};

void ProcessTreeTest::knownAnswers_data()
{
    QTest::addColumn<QString>("mode");
    QTest::addColumn<double>("anon");
    QTest::addColumn<double>("shared");
    QTest::addColumn<int>("processes");
    QTest::newRow("300 MB allocated and touched") << "private" << 300e6 << 0.0 << 1;
    QTest::newRow("three processes, a third of a memfd each")
        << "shared-thirds" << 0.0 << 300e6 << 4;
    QTest::newRow("the same, descriptor closed") << "closed-thirds" << 0.0 << 300e6 << 4;
    QTest::newRow("shared anonymous, inherited") << "shared-anonymous" << 0.0 << 300e6 << 3;
    QTest::newRow("System V, marked for removal") << "system-v" << 0.0 << 300e6 << 1;
    QTest::newRow("memfd written and unmapped") << "unmapped" << 0.0 << 300e6 << 1;
    QTest::newRow("copy-on-write fork") << "copy-on-write" << 300e6 << 0.0 << 3;
    QTest::newRow("fork, half written") << "half-copied" << 450e6 << 0.0 << 2;
    QTest::newRow("address space of the parent") << "same-memory" << 300e6 << 0.0 << 2;
    QTest::newRow("orphan in a session of its own") << "session" << 300e6 << 0.0 << 2;
    QTest::newRow("5,000 descriptors") << "descriptors" << 0.0 << 300e6 << 1;
}

void ProcessTreeTest::knownAnswers()
{
    QFETCH(QString, mode);
    QFETCH(double, anon);
    QFETCH(double, shared);
    QFETCH(int, processes);
    const ChildTree tree(mode.toStdString());
    QVERIFY(tree.ready());
    ProcessTreeSampler sampler(tree.root(), {});
    const auto sample = sampler.sample();
    qInfo("anon %.1f MB, shared %.1f MB", 1e-6 * double(sample.anon), 1e-6 * double(sample.shared));
    // Two per cent of the truth; and what a process of this size has besides, below 6 MB.
    QVERIFY2(std::abs(double(sample.anon) - anon) <= 6e6, "anon");
    QVERIFY2(std::abs(double(sample.shared) - shared) <= 0.01 * shared, "shared");
    QCOMPARE(sample.processes, processes);
}

QTEST_GUILESS_MAIN(ProcessTreeTest)
#include "process_tree_test.moc"
