#include "measure/process_tree.h"
#include "suites/suites.h"

#include "child_tree.h"
#include "measure/machine.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace spillway;

namespace {

/// Within one per cent; clock ticks of 10 ms are what the kernel counts time by.
bool withinOnePerCent(double measured, double truth, double tick = 0)
{
    return std::abs(measured - truth) <= 0.01 * truth + tick;
}

QByteArray told(const Sample& sample)
{
    return QByteArray::number(sample.userSeconds + sample.systemSeconds) + " s, read " +
           QByteArray::number(1e-6 * static_cast<double>(sample.diskRead)) + " MB, wrote " +
           QByteArray::number(1e-6 * static_cast<double>(sample.diskWritten)) + " MB";
}

bool used(const Sample& sample, double seconds, double mebibytes)
{
    constexpr double mebibyte = 1 << 20;
    return withinOnePerCent(sample.userSeconds + sample.systemSeconds, seconds, 0.02) &&
           withinOnePerCent(static_cast<double>(sample.diskRead), mebibytes * mebibyte) &&
           withinOnePerCent(static_cast<double>(sample.diskWritten), mebibytes * mebibyte);
}

} // namespace

/// Processor time and traffic of a tree, each second and byte once, however its processes end.
class TreeUsageTest : public QObject {
    Q_OBJECT
private slots:
    void init();
    void everyOrderOfEnding_data();
    void everyOrderOfEnding();
    void processesThatNoSampleSaw();
    void aProcessThatNobodyWaitsForKeepsWhatWasSeen();

private:
    QTemporaryDir folder_{SPILLWAY_BINARY_DIR "/usage-XXXXXX"};
    std::string path() const { return folder_.filePath("data").toStdString(); }
};

void TreeUsageTest::init()
{
    QVERIFY(folder_.isValid());
    if (isMemoryFileSystem(folder_.path().toStdString())) QSKIP("no real disk here");
}

void TreeUsageTest::everyOrderOfEnding_data()
{
    QTest::addColumn<QString>("order");
    QTest::addColumn<bool>("watched");
    for (const char* order : {"123", "132", "213", "231", "312", "321"})
        for (const bool watched : {false, true})
            QTest::addRow("%s, %s", order, watched ? "sampled all along" : "sampled at the end")
                << QString(order) << watched;
}

void TreeUsageTest::everyOrderOfEnding()
{
    QFETCH(QString, order);
    QFETCH(bool, watched);
    ChildTree tree("generations", order.toStdString() + " " + path());
    ProcessTreeSampler sampler(tree.root(), {});
    QVERIFY(tree.begin());
    sampler.sample();
    for (const char letter : {'w', 'x'}) {
        QVERIFY(tree.order(letter));
        while (!tree.answered(watched ? 1 : 60'000))
            if (watched) sampler.sample();
        if (!watched && letter == 'x') break;
        const auto sample = sampler.sample();
        QVERIFY2(used(sample, 1.2, 48), told(sample));
    }
    for (int i = 0; i < 4; ++i) {
        const auto sample = sampler.sample();
        QCOMPARE(sample.processes, 0);
        QVERIFY2(used(sample, 1.2, 48), told(sample));
    }
}

void TreeUsageTest::processesThatNoSampleSaw()
{
    ChildTree tree("brief", path());
    ProcessTreeSampler sampler(tree.root(), {});
    QVERIFY(tree.begin());
    sampler.sample();
    QVERIFY(tree.tell('w'));
    const auto sample = sampler.sample();
    QCOMPARE(sample.processes, 1);
    QVERIFY2(used(sample, 1, 40), told(sample));
}

void TreeUsageTest::aProcessThatNobodyWaitsForKeepsWhatWasSeen()
{
    ChildTree tree("unwaited", path());
    ProcessTreeSampler sampler(tree.root(), {});
    QVERIFY(tree.begin());
    QVERIFY(tree.tell('w'));
    auto sample = sampler.sample();
    QVERIFY2(used(sample, 0.4, 16), told(sample));
    QVERIFY(tree.tell('x'));
    for (int i = 0; i < 4; ++i) {
        sample = sampler.sample();
        QCOMPARE(sample.processes, 1);
        QVERIFY2(used(sample, 0.4, 16), told(sample));
    }
}

SPILLWAY_TESTS(TreeUsageTest, QCoreApplication)
#include "tree_usage_test.moc"
