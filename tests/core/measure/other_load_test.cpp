#include "measure/other_load.h"
#include "suites/suites.h"

#include <QTest>

#include <unistd.h>

#include <algorithm>
#include <tuple>

using namespace spillway;

/// What other programs use of the processors beside this one.
class OtherLoadTest : public QObject {
    Q_OBJECT
private slots:
    void ownProcessesAreNotOthers();
    void whatEndedMeanwhileCountsWithoutAName();
    void theBusiestAreNamedOnce();
    void noTimeIsNoLoad();
    void ownChildrenThatEndedAreNotOthers();
    void thisMachineIsRead();
};

namespace {

constexpr pid_t self = 100;

ProcessorUse use(double at, double busy,
                 const std::vector<std::tuple<pid_t, pid_t, const char*, double>>& processes)
{
    ProcessorUse result;
    result.at = Seconds(at);
    result.busy = busy;
    for (const auto& [pid, parent, name, seconds] : processes)
        result.processes[{pid, 1}] = {.seconds = seconds, .parent = parent, .name = name};
    return result;
}

} // namespace

void OtherLoadTest::ownProcessesAreNotOthers()
{
    const auto before = use(10, 50, {{100, 1, "spillway", 5}, {7, 1, "cc1plus", 1}});
    const auto after = use(12, 54,
                           {{100, 1, "spillway", 6},
                            {102, 101, "python", 0.5}, // a grandchild, in whatever order
                            {101, 100, "guard", 0.1},
                            {7, 1, "cc1plus", 3}});
    const OtherLoad load = otherLoad(before, after, self);
    QVERIFY(qAbs(load.cores - (4 - 1 - 0.6) / 2) < 1e-9);
    QCOMPARE(load.names, std::vector<std::string>{"cc1plus"});
}

void OtherLoadTest::whatEndedMeanwhileCountsWithoutAName()
{
    const auto load = otherLoad(use(0, 0, {}), use(1, 1.4, {{100, 1, "spillway", 0}}), self);
    QVERIFY(qAbs(load.cores - 1.4) < 1e-9);
    QVERIFY(load.names.empty());
}

void OtherLoadTest::ownChildrenThatEndedAreNotOthers()
{
    auto before = use(0, 0, {{100, 1, "spillway", 1}, {101, 100, "python", 0.5}});
    auto after = use(1, 2, {{100, 1, "spillway", 1.1}});
    // 101 had used 0.5, used 0.4 more and ended; another came and went with 0.6.
    after.processes.begin()->second.endedChildren = 0.9 + 0.6;
    QVERIFY(qAbs(otherLoad(before, after, self).cores - (2 - 0.1 - 0.4 - 0.6)) < 1e-9);
}

void OtherLoadTest::theBusiestAreNamedOnce()
{
    const auto before = use(0, 0, {});
    const auto after = use(10, 20,
                           {{1, 0, "init", 0.1},
                            {2, 1, "cc1plus", 3},
                            {3, 1, "cc1plus", 3},
                            {4, 1, "ninja", 1},
                            {5, 1, "firefox", 5},
                            {6, 1, "ld", 2}});
    QCOMPARE(otherLoad(before, after, self).names,
             (std::vector<std::string>{"cc1plus", "firefox", "ld"}));
}

void OtherLoadTest::noTimeIsNoLoad()
{
    QCOMPARE(otherLoad(use(3, 1, {}), use(3, 9, {}), self).cores, 0.0);
    // Counters of another process under the same number do not make it negative.
    QCOMPARE(otherLoad(use(3, 9, {}), use(4, 1, {}), self).cores, 0.0);
}

void OtherLoadTest::thisMachineIsRead()
{
    const auto now = processorUse();
    QVERIFY(now.busy > 0);
    const auto own = std::ranges::find_if(
        now.processes, [](const auto& entry) { return entry.first.first == ::getpid(); });
    QVERIFY(own != now.processes.end());
    QCOMPARE(own->second.parent, ::getppid());
    QVERIFY(!own->second.name.empty());
    OtherLoadWatch watch;
    QVERIFY(!watch.look().has_value());
    std::optional<OtherLoad> load;
    // Once: another look would be too early.
    QTRY_VERIFY(load.has_value() || (load = watch.look()).has_value());
    QVERIFY(load->cores >= 0);
}

SPILLWAY_TESTS(OtherLoadTest, QCoreApplication)
#include "other_load_test.moc"
