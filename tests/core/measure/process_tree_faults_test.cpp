#include "measure/process_tree.h"
#include "suites/suites.h"

#include "capabilities.h"
#include "child_tree.h"

#include <QTest>

#include <fcntl.h>
#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <vector>

using namespace spillway;

namespace {

/// Leaves this program no free descriptor for its lifetime.
class WithoutDescriptors {
public:
    WithoutDescriptors()
    {
        for (int fd = take(); fd >= 0; fd = take())
            taken_.emplace_back(fd);
    }

private:
    static int take() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }
    std::vector<UniqueFd> taken_;
};

} // namespace

class ProcessTreeFaultsTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void processesThatVanishAreLeftOut();
    void aProcessThatHidesIsEstimated();
    void withoutDescriptorsTheLastReadingStands();
    void madeWithoutDescriptorsItRecovers();
    void aKilledProcessIsGoneFromTheTree();
};

void ProcessTreeFaultsTest::initTestCase()
{
    rlimit limit{};
    QCOMPARE(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 1024);
    QCOMPARE(::setrlimit(RLIMIT_NOFILE, &limit), 0);
}

void ProcessTreeFaultsTest::processesThatVanishAreLeftOut()
{
    ChildTree tree("restless");
    ProcessTreeSampler sampler(tree.root(), {});
    QVERIFY(tree.begin());
    Sample last;
    for (int i = 0; i < 500; ++i) {
        const auto sample = sampler.sample();
        QVERIFY(sample.processes >= 1);
        QVERIFY(sample.anonByRole.contains("driver"));
        // Cumulative figures never fall.
        QVERIFY(sample.userSeconds + sample.systemSeconds >= last.userSeconds + last.systemSeconds);
        QVERIFY(sample.contextSwitches >= last.contextSwitches);
        last = sample;
    }
}

void ProcessTreeFaultsTest::aProcessThatHidesIsEstimated()
{
    ChildTree tree("hidden");
    QVERIFY(tree.begin());
    const WithoutCapabilities ordinaryUser(false);
    ProcessTreeSampler sampler(tree.root(), {});
    const auto sample = sampler.sample();
    QVERIFY2(nearOfTree(sample.anon, 300e6), std::to_string(sample.anon).c_str());
    QVERIFY2(nearOfTree(sample.shared, 300e6), std::to_string(sample.shared).c_str());
    QCOMPARE(sample.diskWritten, Bytes(0));
}

void ProcessTreeFaultsTest::withoutDescriptorsTheLastReadingStands()
{
    ChildTree tree("stages");
    ProcessTreeSampler sampler(tree.root(), {});
    QVERIFY(tree.begin());
    QVERIFY(tree.tell('s'));
    const auto before = sampler.sample();
    QVERIFY(nearOfTree(before.shared, 100e6));
    QVERIFY(tree.tell('a'));
    {
        const WithoutDescriptors none;
        const auto during = sampler.sample();
        QCOMPARE(during.anon, before.anon);
        QCOMPARE(during.shared, before.shared);
        QCOMPARE(during.processes, 1);
        QVERIFY(during.userSeconds >= before.userSeconds);
    }
    const auto after = sampler.sample();
    QVERIFY(nearOfTree(after.anon, 400e6));
    QVERIFY(nearOfTree(after.shared, 100e6));
    // Nothing was counted twice.
    QVERIFY(after.userSeconds + after.systemSeconds <
            2 * (before.userSeconds + before.systemSeconds) + 0.5);
}

void ProcessTreeFaultsTest::madeWithoutDescriptorsItRecovers()
{
    ChildTree tree("private");
    QVERIFY(tree.begin());
    std::optional<WithoutDescriptors> none(std::in_place);
    ProcessTreeSampler sampler(tree.root(), {});
    QCOMPARE(sampler.sample().processes, 0);
    none.reset();
    const auto sample = sampler.sample();
    QCOMPARE(sample.processes, 1);
    QVERIFY(nearOfTree(sample.anon, 300e6));
}

void ProcessTreeFaultsTest::aKilledProcessIsGoneFromTheTree()
{
    ChildTree tree("idle");
    ProcessTreeSampler sampler(tree.root(), {});
    QVERIFY(tree.begin());
    QCOMPARE(sampler.sample().processes, 1);
    const auto child = sampler.processes().front();
    QCOMPARE(::kill(child, SIGKILL), 0);
    QTRY_COMPARE(sampler.sample().processes, 0);
}

SPILLWAY_TESTS(ProcessTreeFaultsTest, QCoreApplication)
#include "process_tree_faults_test.moc"
