#include "base/json.h"
#include "measure/machine.h"
#include "suites/suites.h"

#include "base/files.h"
#include "measure/cgroup.h"
#include "measure/disk.h"
#include "measure/proc_text.h"

#include <QTemporaryDir>
#include <QTest>

#include <sched.h>
#include <unistd.h>

#include <cmath>

using namespace spillway;

namespace {

/// A folder that looks like a machine to cgroupLimits().
class FakeMachine {
public:
    void put(const std::string& path, const std::string& text)
    {
        const std::filesystem::path file = root() + path;
        std::filesystem::create_directories(file.parent_path());
        if (!writeFileAtomically(file, text)) std::abort();
    }
    std::string root() const { return folder_.path().toStdString(); }

private:
    QTemporaryDir folder_;
};

constexpr auto kUnified = "30 24 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";
constexpr auto kLegacy = "30 24 0:26 / /cg/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
                         "31 24 0:27 / /cg/memory rw - cgroup cgroup rw,memory\n";

} // namespace

class MachineTest : public QObject {
    Q_OBJECT
private slots:
    void usableCoresFollowTheAffinity();
    void memoryFiguresAreOrdered();
    void unifiedGroupsLimit();
    void legacyGroupsLimit();
    void aContainersGroupIsFound();
    void noGroupsNoLimits_data();
    void noGroupsNoLimits();
    void memoryFileSystemsAreKnown();
    void theEnvironmentIsComplete();
    void theEnvironmentDoesNotNameTheHost();
    void cpuTimesGrowWithWork();
};

void MachineTest::usableCoresFollowTheAffinity()
{
    cpu_set_t before;
    QCOMPARE(::sched_getaffinity(0, sizeof before, &before), 0);
    QVERIFY(usableCores() >= 1);
    QVERIFY(usableCores() <= CPU_COUNT(&before));
    cpu_set_t one;
    CPU_ZERO(&one);
    for (int cpu = 0; CPU_COUNT(&one) == 0; ++cpu)
        if (CPU_ISSET(static_cast<std::size_t>(cpu), &before))
            CPU_SET(static_cast<std::size_t>(cpu), &one);
    QCOMPARE(::sched_setaffinity(0, sizeof one, &one), 0);
    const int cores = usableCores();
    ::sched_setaffinity(0, sizeof before, &before);
    QCOMPARE(cores, 1);
}

void MachineTest::memoryFiguresAreOrdered()
{
    const auto total = totalRam();
    QVERIFY(total > Bytes(64) << 20);
    QVERIFY(availableRam() > 0);
    QVERIFY(availableRam() <= total);
    QVERIFY(defaultMemoryLimit() <= total / 4 * 3);
    const Bytes half = 500'000'000;
    QVERIFY(defaultMemoryLimit() < half || defaultMemoryLimit() % half == 0);
}

void MachineTest::unifiedGroupsLimit()
{
    FakeMachine machine;
    machine.put("/proc/self/mountinfo", kUnified);
    machine.put("/proc/self/cgroup", "0::/a/b\n");
    machine.put("/sys/fs/cgroup/a/b/cpu.max", "max 100000\n");
    machine.put("/sys/fs/cgroup/a/cpu.max", "250000 100000\n");
    machine.put("/sys/fs/cgroup/a/b/memory.max", "1000000\n");
    machine.put("/sys/fs/cgroup/a/b/memory.current", "600000\n");
    machine.put("/sys/fs/cgroup/a/b/memory.stat", "anon 5\ninactive_file 100000\n");
    machine.put("/sys/fs/cgroup/a/memory.max", "max\n");
    machine.put("/sys/fs/cgroup/a/memory.current", "600000\n");
    const auto limits = cgroupLimits(machine.root());
    QCOMPARE(limits.cpus.value_or(0), 2.5);
    QCOMPARE(limits.memoryLeft.value_or(0), Bytes(500000));
    QCOMPARE(limits.memory.value_or(0), Bytes(1000000));
}

void MachineTest::legacyGroupsLimit()
{
    FakeMachine machine;
    machine.put("/proc/self/mountinfo", kLegacy);
    machine.put("/proc/self/cgroup", "4:memory:/m\n2:cpu,cpuacct:/c\n0::/\n");
    machine.put("/cg/cpu/c/cpu.cfs_quota_us", "150000\n");
    machine.put("/cg/cpu/c/cpu.cfs_period_us", "100000\n");
    machine.put("/cg/cpu/cpu.cfs_quota_us", "-1\n");
    machine.put("/cg/cpu/cpu.cfs_period_us", "100000\n");
    machine.put("/cg/memory/m/memory.limit_in_bytes", "1000000\n");
    machine.put("/cg/memory/m/memory.usage_in_bytes", "1200000\n");
    machine.put("/cg/memory/memory.limit_in_bytes", "9223372036854771712\n");
    machine.put("/cg/memory/memory.usage_in_bytes", "5\n");
    const auto limits = cgroupLimits(machine.root());
    QCOMPARE(limits.cpus.value_or(0), 1.5);
    QCOMPARE(limits.memoryLeft.value_or(-1), Bytes(0));
}

void MachineTest::aContainersGroupIsFound()
{
    FakeMachine machine;
    machine.put("/proc/self/mountinfo",
                "30 24 0:26 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
    machine.put("/proc/self/cgroup", "0::/docker/abc\n");
    machine.put("/sys/fs/cgroup/cpu.max", "50000 100000\n");
    QCOMPARE(cgroupLimits(machine.root()).cpus.value_or(0), 0.5);
}

void MachineTest::noGroupsNoLimits_data()
{
    QTest::addColumn<QString>("mountinfo");
    QTest::addColumn<QString>("cgroup");
    QTest::newRow("no files") << ""
                              << "";
    QTest::newRow("garbage") << "a b c\n"
                             << "::::\nx\n\n";
    QTest::newRow("group not visible") << kUnified << "0::/gone\n";
    QTest::newRow("above the mount") << kUnified << "0::/../..\n";
    QTest::newRow("path without a slash") << kUnified << "0::gone\n";
}

void MachineTest::noGroupsNoLimits()
{
    QFETCH(QString, mountinfo);
    QFETCH(QString, cgroup);
    FakeMachine machine;
    machine.put("/proc/self/mountinfo", mountinfo.toStdString());
    machine.put("/proc/self/cgroup", cgroup.toStdString());
    const auto limits = cgroupLimits(machine.root());
    QVERIFY(!limits.cpus.has_value());
    QVERIFY(!limits.memoryLeft.has_value());
}

void MachineTest::memoryFileSystemsAreKnown()
{
    QVERIFY(!isMemoryFileSystem("/proc"));
    QCOMPARE(fileSystemName("/proc"), std::string("proc"));
    QCOMPARE(diskKind("/proc"), std::string("unknown"));
    if (fileSystemName("/dev/shm") != "tmpfs") QSKIP("no tmpfs here");
    QVERIFY(isMemoryFileSystem("/dev/shm"));
    QVERIFY(isMemoryFileSystem("/dev/shm/not/there/yet"));
    QCOMPARE(fileSystemName("/dev/shm/not/there/yet"), std::string("tmpfs"));
    QCOMPARE(diskKind("/dev/shm"), std::string("memory"));
}

void MachineTest::theEnvironmentIsComplete()
{
    const auto facts = captureEnvironment(SPILLWAY_BINARY_DIR);
    for (const auto* text :
         {&facts.cpuModel, &facts.simdLevel, &facts.kernel, &facts.operatingSystem, &facts.governor,
          &facts.virtualisation, &facts.diskKind, &facts.fileSystem, &facts.compiler,
          &facts.compilerFlags, &facts.timeZone, &facts.spillwayVersion})
        QVERIFY(!text->empty());
    QVERIFY(facts.coresUsable >= 1 && facts.coresUsable <= facts.coresTotal);
    QCOMPARE(facts.ram, totalRam());
    QVERIFY(facts.swap >= 0);
    QCOMPARE(facts.fileSystem, fileSystemName(SPILLWAY_BINARY_DIR));
    QVERIFY(facts.libraries.contains("glibc"));
    const auto back = environmentFromJson(toJson(facts));
    QVERIFY(back.has_value());
    QVERIFY(*back == facts);
    QCOMPARE(facts.machine(), captureEnvironment("/").machine());
}

void MachineTest::theEnvironmentDoesNotNameTheHost()
{
    const auto facts = captureEnvironment("/");
    std::array<char, 256> host{};
    QCOMPARE(::gethostname(host.data(), host.size() - 1), 0);
    QCOMPARE(facts.hostNameHash.size(), std::size_t(16));
    QCOMPARE(captureEnvironment("/").hostNameHash, facts.hostNameHash);
    QVERIFY(facts.hostNameHash != host.data());
    const auto id = readLine("/etc/machine-id");
    if (!id.empty()) QVERIFY(toJson(facts).dump().find(id) == std::string::npos);
}

void MachineTest::cpuTimesGrowWithWork()
{
    const auto before = cpuTimes();
    auto after = before;
    while (after.self - before.self < 0.1)
        after = cpuTimes();
    QVERIFY(after.busy > before.busy);
    QVERIFY(after.steal >= before.steal);
    QVERIFY(before.self > 0);
}

SPILLWAY_TESTS(MachineTest, QCoreApplication)
#include "machine_test.moc"
