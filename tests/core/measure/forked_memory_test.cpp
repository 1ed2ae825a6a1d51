#include "measure/process_tree.h"
#include "suites/suites.h"

#include "child_tree.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <fstream>

using namespace spillway;

namespace {

/// Within two per cent of the truth, or of what small processes have besides (below 2 MB).
bool nearOfForked(Bytes measured, double truth)
{
    return std::abs(static_cast<double>(measured) - truth) <= std::max(2e6, 0.02 * truth);
}

QByteArray megabytes(const Sample& sample, double truth)
{
    return QByteArray::number(1e-6 * static_cast<double>(sample.anon), 'f', 1) + " + " +
           QByteArray::number(1e-6 * static_cast<double>(sample.shared), 'f', 1) + " MB, not " +
           QByteArray::number(1e-6 * truth, 'f', 1);
}

/// The system's pool of huge pages, larger by 100 for the lifetime; enough() tells whether it is.
class HugePool {
public:
    HugePool()
    {
        std::ifstream(path) >> before_;
        std::ofstream(path) << before_ + pages;
        int now = 0;
        std::ifstream(path) >> now;
        enough_ = now >= before_ + pages;
    }
    ~HugePool() { std::ofstream(path) << before_; }
    HugePool(const HugePool&) = delete;
    HugePool& operator=(const HugePool&) = delete;
    bool enough() const { return enough_; }

private:
    static constexpr const char* path = "/proc/sys/vm/nr_hugepages";
    static constexpr int pages = 100;
    int before_ = 0;
    bool enough_ = false;
};

} // namespace

/// Memory that processes share until one of them writes: each page counts once, at every sample.
class ForkedMemoryTest : public QObject {
    Q_OBJECT
private slots:
    void whatForksRewriteIsSeenAtOnce_data();
    void whatForksRewriteIsSeenAtOnce();
    void betweenReadingsFaultsCarryOn();
    void takingAndReturningIsNoCopy();
    void anEndedForkTakesOnlyItsOwn();
    void aSpikeBetweenSamplesIsInTheHighWaterMark();
    void hugePagesCount_data();
    void hugePagesCount();
};

void ForkedMemoryTest::whatForksRewriteIsSeenAtOnce_data()
{
    QTest::addColumn<QString>("forks");
    QTest::addColumn<double>("before");
    QTest::addColumn<double>("after");
    QTest::newRow("four rewrite all of 200 MB") << "200 4 all" << 200e6 << 1000e6;
    QTest::newRow("one rewrites half of 400 MB") << "400 1 half" << 400e6 << 600e6;
    QTest::newRow("three rewrite half of 200 MB") << "200 3 half" << 200e6 << 500e6;
    QTest::newRow("four only read 400 MB") << "400 4 read" << 400e6 << 400e6;
    QTest::newRow("a pool of four rewrites 200 MB, a quarter each")
        << "200 4 own" << 200e6 << 400e6;
}

void ForkedMemoryTest::whatForksRewriteIsSeenAtOnce()
{
    QFETCH(QString, forks);
    QFETCH(double, before);
    QFETCH(double, after);
    ChildTree tree("forks", forks.toStdString());
    ProcessTreeSampler sampler(tree.root(), {});
    QVERIFY(tree.begin());
    auto sample = sampler.sample();
    QVERIFY2(nearOfForked(sample.anon, before), megabytes(sample, before));
    for (int step = 1; step <= 20; ++step) {
        QVERIFY(tree.tell('w'));
        const double truth = before + (after - before) * step / 20;
        sample = sampler.sample();
        QVERIFY2(nearOfForked(sample.anon, truth), megabytes(sample, truth));
    }
}

/// Many changes at once use up what readings of Pss may cost; what follows rests on faults.
void ForkedMemoryTest::betweenReadingsFaultsCarryOn()
{
    ChildTree tree("forks", "400 3 all");
    ProcessTreeSampler sampler(tree.root(), {});
    QVERIFY(tree.begin());
    QVERIFY(nearOfForked(sampler.sample().anon, 400e6));
    for (int i = 0; i < 1000 && !sampler.estimated(); ++i) {
        sampler.sample(ProcessTreeSampler::Reading::Exact);
        sampler.sample();
    }
    int estimates = 0;
    for (int step = 1; step <= 20; ++step) {
        QVERIFY(tree.tell('w'));
        const double truth = 400e6 + 1200e6 * step / 20;
        const auto sample = sampler.sample();
        QVERIFY2(nearOfForked(sample.anon, truth), megabytes(sample, truth));
        if (sampler.estimated()) ++estimates;
    }
    QVERIFY(estimates > 0);
    const auto exact = sampler.sample(ProcessTreeSampler::Reading::Exact);
    QVERIFY(!sampler.estimated());
    QVERIFY2(nearOfForked(exact.anon, 1600e6), megabytes(exact, 1600e6));
}

void ForkedMemoryTest::takingAndReturningIsNoCopy()
{
    ChildTree tree("churns", "300");
    ProcessTreeSampler sampler(tree.root(), {});
    QVERIFY(tree.begin());
    QVERIFY(nearOfForked(sampler.sample().anon, 300e6));
    for (int i = 0; i < 40; ++i) {
        QVERIFY(tree.tell('w'));
        const auto sample = sampler.sample();
        QVERIFY2(nearOfForked(sample.anon, 300e6), megabytes(sample, 300e6));
    }
}

void ForkedMemoryTest::anEndedForkTakesOnlyItsOwn()
{
    ChildTree tree("forks", "200 2 all");
    ProcessTreeSampler sampler(tree.root(), {});
    QVERIFY(tree.begin());
    for (int step = 0; step < 20; ++step)
        QVERIFY(tree.tell('w'));
    auto sample = sampler.sample();
    QVERIFY2(nearOfForked(sample.anon, 600e6), megabytes(sample, 600e6));
    QVERIFY(tree.tell('e'));
    sample = sampler.sample();
    QVERIFY2(nearOfForked(sample.anon, 400e6), megabytes(sample, 400e6));
    QVERIFY(tree.tell('e'));
    sample = sampler.sample();
    QVERIFY2(nearOfForked(sample.anon, 200e6), megabytes(sample, 200e6));
}

void ForkedMemoryTest::aSpikeBetweenSamplesIsInTheHighWaterMark()
{
    ChildTree tree("spikes", "300 5");
    ProcessTreeSampler sampler(tree.root(), {});
    QVERIFY(tree.begin());
    sampler.sample();
    QVERIFY(tree.tell('w'));
    const auto sample = sampler.sample();
    QVERIFY2(nearOfForked(sample.anon, 0), megabytes(sample, 0));
    QVERIFY(sampler.hwmSum() >= 300'000'000);
}

void ForkedMemoryTest::hugePagesCount_data()
{
    QTest::addColumn<QString>("mode");
    QTest::addColumn<double>("anon");
    QTest::addColumn<double>("shared");
    constexpr double mebibyte = 1 << 20;
    QTest::newRow("private") << "huge-private" << 100 * mebibyte << 0.0;
    QTest::newRow("inherited, half rewritten") << "huge-forked" << 150 * mebibyte << 0.0;
    QTest::newRow("shared by three") << "huge-shared" << 0.0 << 100 * mebibyte;
}

void ForkedMemoryTest::hugePagesCount()
{
    QFETCH(QString, mode);
    QFETCH(double, anon);
    QFETCH(double, shared);
    const HugePool pool;
    if (!pool.enough()) QSKIP("no huge pages may be reserved here");
    ChildTree tree(mode.toStdString());
    ProcessTreeSampler sampler(tree.root(), {});
    QVERIFY(tree.begin());
    for (int i = 0; i < 2; ++i) {
        const auto sample = sampler.sample();
        QVERIFY2(nearOfForked(sample.anon, anon), megabytes(sample, anon));
        QVERIFY2(nearOfForked(sample.shared, shared), megabytes(sample, shared));
    }
}

SPILLWAY_TESTS(ForkedMemoryTest, QCoreApplication)
#include "forked_memory_test.moc"
