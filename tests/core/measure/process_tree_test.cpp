#include "measure/process_tree.h"
#include "suites/suites.h"

#include "capabilities.h"
#include "child_tree.h"
#include "measure/machine.h"
#include "measure/page_cache.h"

#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <optional>

using namespace spillway;

namespace {

QByteArray megabytes(Bytes bytes)
{
    return QByteArray::number(1e-6 * static_cast<double>(bytes), 'f', 1) + " MB";
}

} // namespace

class ProcessTreeTest : public QObject {
    Q_OBJECT
private slots:
    void knownAnswers_data();
    void knownAnswers();
    void anEmptyTreeIsNothing();
    void aDatasetInMemoryIsNotTheRuns();
    void aFileInMemoryThatTheRunWroteIs();
    void forkedMemoryIsTrueBetweenReadingsOfPss();
    void newSharedMemoryShowsAtOnce();
    void endedProcessesKeepWhatTheyUsed();
    void storageIsCounted();
    void rolesFollowTheRules_data();
    void rolesFollowTheRules();
    void theDriverIsTheFirstDescendant();
    void descendantsLeaveOutTheRoot();
};

void ProcessTreeTest::knownAnswers_data()
{
    QTest::addColumn<QString>("mode");
    QTest::addColumn<double>("anon");
    QTest::addColumn<double>("shared");
    QTest::addColumn<int>("processes");
    QTest::addColumn<bool>("rightsOfRoot");
    const auto row = [](const char* name, const char* mode, double anon, double shared,
                        int processes, bool rights = true) {
        QTest::newRow(name) << QString(mode) << anon << shared << processes << rights;
    };
    row("300 MB allocated and touched", "private", 300e6, 0, 1);
    row("three processes, a third of a memfd each", "shared-thirds", 0, 300e6, 4);
    row("the same, descriptor closed", "closed-thirds", 0, 300e6, 4);
    row("the same, map_files refused", "closed-thirds", 0, 300e6, 4, false);
    row("shared anonymous, inherited", "shared-anonymous", 0, 300e6, 3);
    row("shared anonymous, map_files refused", "shared-anonymous", 0, 300e6, 3, false);
    row("System V, marked for removal", "system-v", 0, 300e6, 1);
    row("System V, map_files refused", "system-v", 0, 300e6, 1, false);
    row("memfd written and unmapped", "unmapped", 0, 300e6, 1);
    row("copy-on-write fork", "copy-on-write", 300e6, 0, 3);
    row("copy-on-write fork, half written", "half-copied", 450e6, 0, 2);
    row("address space of the parent", "same-memory", 300e6, 0, 2);
    row("orphan in a session of its own", "session", 300e6, 0, 2);
    row("5,000 descriptors", "descriptors", 0, 300e6, 1);
}

void ProcessTreeTest::knownAnswers()
{
    QFETCH(QString, mode);
    QFETCH(double, anon);
    QFETCH(double, shared);
    QFETCH(int, processes);
    QFETCH(bool, rightsOfRoot);
    ChildTree tree(mode.toStdString());
    QVERIFY(tree.begin());
    std::optional<WithoutCapabilities> ordinaryUser;
    if (!rightsOfRoot) ordinaryUser.emplace(true);
    // A second sample, which reads less, says the same.
    ProcessTreeSampler sampler(tree.root(), {});
    for (int i = 0; i < 2; ++i) {
        const auto sample = sampler.sample();
        QVERIFY2(nearOfTree(sample.anon, anon), megabytes(sample.anon));
        QVERIFY2(nearOfTree(sample.shared, shared), megabytes(sample.shared));
        QCOMPARE(sample.total(), sample.anon + sample.shared);
        QCOMPARE(sample.processes, processes);
        QVERIFY(sample.file > 0);
    }
}

void ProcessTreeTest::anEmptyTreeIsNothing()
{
    const ChildTree tree("idle");
    ProcessTreeSampler sampler(tree.root(), {});
    auto sample = sampler.sample();
    QVERIFY(sample.t.count() > 0);
    sample.t = {};
    QCOMPARE(sample, Sample());
    QCOMPARE(sampler.driverResident(), Bytes(0));
    QCOMPARE(sampler.hwmSum(), Bytes(0));
    QVERIFY(sampler.processes().empty());
}

void ProcessTreeTest::aDatasetInMemoryIsNotTheRuns()
{
    if (!isMemoryFileSystem("/dev/shm")) QSKIP("no tmpfs here");
    const QTemporaryDir folder("/dev/shm/spillway-test-XXXXXX");
    const auto path = folder.filePath("data.csv").toStdString();
    QVERIFY(writeFileAtomically(path, std::string(50'000'000, 'x')).has_value());
    ChildTree tree("reads", path);
    ProcessTreeSampler sampler(tree.root(), {});
    QVERIFY(tree.begin());
    const auto sample = sampler.sample();
    QVERIFY2(nearOfTree(sample.shared, 0), megabytes(sample.shared));
    QVERIFY2(nearOfTree(sample.anon, 0), megabytes(sample.anon));
}

void ProcessTreeTest::aFileInMemoryThatTheRunWroteIs()
{
    if (!isMemoryFileSystem("/dev/shm")) QSKIP("no tmpfs here");
    const QTemporaryDir folder("/dev/shm/spillway-test-XXXXXX");
    ChildTree tree("writes-then-reads", folder.filePath("spilled").toStdString());
    ProcessTreeSampler sampler(tree.root(), {});
    QVERIFY(tree.begin());
    const auto sample = sampler.sample();
    QVERIFY2(nearOfTree(sample.shared, 300e6), megabytes(sample.shared));
}

void ProcessTreeTest::forkedMemoryIsTrueBetweenReadingsOfPss()
{
    ChildTree tree("stages");
    ProcessTreeSampler sampler(tree.root(), {});
    QVERIFY(tree.begin());
    double truth = 300e6;
    QVERIFY(nearOfTree(sampler.sample().anon, truth));
    // The first fork is read; what follows comes sooner than another reading may.
    for (const char letter : std::string("ffafa")) {
        QVERIFY(tree.tell(letter));
        if (letter == 'a') truth += 100e6;
        const auto sample = sampler.sample();
        QVERIFY2(nearOfTree(sample.anon, truth), letter + megabytes(sample.anon));
        Bytes roles = 0;
        for (const auto& [role, bytes] : sample.anonByRole)
            roles += bytes;
        QCOMPARE(roles, sample.anon);
    }
}

void ProcessTreeTest::newSharedMemoryShowsAtOnce()
{
    ChildTree tree("stages");
    ProcessTreeSampler sampler(tree.root(), {});
    QVERIFY(tree.begin());
    QVERIFY(nearOfTree(sampler.sample().shared, 0));
    QVERIFY(tree.tell('s'));
    QTRY_VERIFY_WITH_TIMEOUT(nearOfTree(sampler.sample().shared, 100e6), 5000);
}

void ProcessTreeTest::endedProcessesKeepWhatTheyUsed()
{
    ChildTree tree("burns");
    ProcessTreeSampler sampler(tree.root(), {});
    QVERIFY(tree.begin());
    const auto during = sampler.sample();
    QVERIFY(during.userSeconds + during.systemSeconds >= 0.45);
    QVERIFY(during.contextSwitches > 0);
    QVERIFY(sampler.hwmSum() >= during.hwmSum);
    QVERIFY(during.hwmSum > 0);
    tree.finish();
    const auto after = sampler.sample();
    QCOMPARE(after.processes, 0);
    QCOMPARE(after.threads, 0);
    QCOMPARE(after.total(), Bytes(0));
    QCOMPARE(after.hwmSum, Bytes(0));
    QVERIFY(after.userSeconds >= during.userSeconds);
    QVERIFY(after.contextSwitches >= during.contextSwitches);
    QVERIFY(sampler.hwmSum() >= during.hwmSum);
}

void ProcessTreeTest::storageIsCounted()
{
    const QTemporaryDir folder(SPILLWAY_BINARY_DIR "/measure-XXXXXX");
    if (isMemoryFileSystem(folder.path().toStdString())) QSKIP("no real disk here");
    const auto path = folder.filePath("data").toStdString();
    {
        ChildTree tree("writes", path);
        ProcessTreeSampler sampler(tree.root(), {});
        QVERIFY(tree.begin());
        QVERIFY(sampler.sample().diskWritten >= 50'000'000);
    }
    const auto evicted = evictCache({path}, {});
    QVERIFY(evicted.has_value());
    if (evicted->resident > 0.01) QSKIP("the page cache cannot be emptied here");
    ChildTree tree("reads", path);
    ProcessTreeSampler sampler(tree.root(), {});
    QVERIFY(tree.begin());
    const auto sample = sampler.sample();
    QVERIFY(sample.diskRead >= 49'000'000);
    QVERIFY2(nearOfTree(sample.total(), 0), megabytes(sample.total())); // the file is not the run's
}

void ProcessTreeTest::rolesFollowTheRules_data()
{
    QTest::addColumn<QString>("role");
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QStringList>("expected");
    QTest::newRow("a rule") << "worker"
                            << "idle" << QStringList{"driver", "worker"};
    QTest::newRow("no rule fits") << "worker"
                                  << "nothing like it" << QStringList{"driver", "other"};
    QTest::newRow("a rule for the first") << "store"
                                          << "many-programs" << QStringList{"other", "store"};
    QTest::newRow("no expression") << "worker"
                                   << "(" << QStringList{"driver", "other"};
    QTest::newRow("too costly an expression")
        << "worker"
        << "^((m|e|o|r|y|.)*)*Z$" << QStringList{"driver", "other"};
}

void ProcessTreeTest::rolesFollowTheRules()
{
    QFETCH(QString, role);
    QFETCH(QString, pattern);
    QFETCH(QStringList, expected);
    ChildTree tree("many-programs");
    ProcessTreeSampler sampler(tree.root(), {{role.toStdString(), pattern.toStdString()}});
    QVERIFY(tree.begin());
    const auto sample = sampler.sample();
    QCOMPARE(sample.processes, 15);
    QStringList roles;
    for (const auto& [name, bytes] : sample.anonByRole)
        roles << QString::fromStdString(name);
    QCOMPARE(roles, expected);
}

void ProcessTreeTest::theDriverIsTheFirstDescendant()
{
    ChildTree tree("private");
    const ProcessTreeSampler sampler(tree.root(), {});
    QVERIFY(tree.begin());
    QVERIFY2(nearOfTree(sampler.driverResident(), 300e6), megabytes(sampler.driverResident()));
    tree.finish();
    QCOMPARE(sampler.driverResident(), Bytes(0));
}

void ProcessTreeTest::descendantsLeaveOutTheRoot()
{
    ChildTree tree("session");
    QVERIFY(descendants(tree.root()).empty());
    QVERIFY(tree.begin());
    const auto found = descendants(tree.root());
    QCOMPARE(found.size(), std::size_t(2));
    QCOMPARE(std::count(found.begin(), found.end(), tree.root()), 0);
    ProcessTreeSampler sampler(tree.root(), {});
    QCOMPARE(sampler.sample().processes, 2);
    QCOMPARE(sampler.processes(), found);
    const auto mine = descendants(::getpid());
    for (const auto pid : found)
        QVERIFY(std::find(mine.begin(), mine.end(), pid) != mine.end());
    tree.finish();
    QVERIFY(descendants(::getpid()).empty());
}

SPILLWAY_TESTS(ProcessTreeTest, QCoreApplication)
#include "process_tree_test.moc"
