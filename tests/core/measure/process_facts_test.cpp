#include "measure/process_facts.h"
#include "suites/suites.h"

#include "measure/mounts.h"
#include "measure/proc_text.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/sysmacros.h>

#include "base/files.h"

using namespace spillway;

class ProcessFactsTest : public QObject {
    Q_OBJECT
private slots:
    void statSurvivesAnyName_data();
    void statSurvivesAnyName();
    void statRefusesWhatIsNone_data();
    void statRefusesWhatIsNone();
    void endedMeansNoThreadLives();
    void statusReadsItsCounters();
    void pssIsUnknownOnOldKernels();
    void mountsAreUnescaped();
    void theDeepestMountWins();
};

void ProcessFactsTest::statSurvivesAnyName_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name : {"cat", "a b", ") R 1 (", "((", "))", "line\nbreak", ""})
        QTest::newRow(name) << name;
}

void ProcessFactsTest::statSurvivesAnyName()
{
    QFETCH(QString, name);
    const auto text =
        "42 (" + name.toStdString() +
        ") S 7 42 42 0 -1 4194304 97 0 0 0 150 250 0 0 20 0 3 0 147764 3133440 350 "
        "18446744073709551615 94004427579392 94004427599273 140734705750704 0 0 0 0\n";
    const auto facts = statFacts(text);
    QVERIFY(facts.has_value());
    QCOMPARE(facts->pid, 42);
    QCOMPARE(facts->state, 'S');
    QCOMPARE(facts->parent, 7);
    QCOMPARE(facts->userSeconds, 1.5);
    QCOMPARE(facts->systemSeconds, 2.5);
    QCOMPARE(facts->threads, 3);
    QCOMPARE(facts->startTime, std::uint64_t(147764));
    QCOMPARE(facts->startCode, std::uint64_t(94004427579392));
    QCOMPARE(facts->startStack, std::uint64_t(140734705750704));
}

void ProcessFactsTest::statRefusesWhatIsNone_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("empty") << "";
    QTest::newRow("no name") << "42 S 7";
    QTest::newRow("cut off") << "42 (cat) S 7 42 42 0 -1 4194304 97 0 0";
    QTest::newRow("no number") << "x (cat) S 7";
}

void ProcessFactsTest::statRefusesWhatIsNone()
{
    QFETCH(QString, text);
    QVERIFY(!statFacts(text.toStdString()).has_value());
}

void ProcessFactsTest::endedMeansNoThreadLives()
{
    StatFacts facts{.state = 'Z', .threads = 1};
    QVERIFY(facts.ended());
    facts.threads = 2; // the main thread has ended, another goes on
    QVERIFY(!facts.ended());
    facts.state = 'X';
    QVERIFY(facts.ended());
    facts.state = 'T';
    QVERIFY(!facts.ended());
}

void ProcessFactsTest::statusReadsItsCounters()
{
    const auto facts =
        statusFacts("Name:\tVmRSS: 7 kB\nVmSize:\t 40 kB\nVmHWM:\t 30 kB\nVmRSS:\t 20 kB\n"
                    "RssAnon:\t 10 kB\nRssFile:\t 6 kB\nRssShmem:\t 4 kB\n"
                    "voluntary_ctxt_switches:\t5\nnonvoluntary_ctxt_switches:\t3\n");
    QCOMPARE(facts.resident, Bytes(20480));
    QCOMPARE(facts.anon, Bytes(10240));
    QCOMPARE(facts.file, Bytes(6144));
    QCOMPARE(facts.shmem, Bytes(4096));
    QCOMPARE(facts.highWater, Bytes(30720));
    QCOMPARE(facts.virtualSize, Bytes(40960));
    QCOMPARE(facts.contextSwitches, std::int64_t(8));
    QCOMPARE(statusFacts("").resident, Bytes(0));
}

void ProcessFactsTest::pssIsUnknownOnOldKernels()
{
    QVERIFY(!pssFacts("Rss: 8 kB\nPss: 4 kB\n").has_value());
    const auto facts = pssFacts("Rss: 8 kB\nPss: 4 kB\nPss_Anon: 3 kB\nPss_Shmem: 1 kB\n");
    QVERIFY(facts.has_value());
    QCOMPARE(facts->anon, Bytes(3072));
    QCOMPARE(facts->shmem, Bytes(1024));
}

void ProcessFactsTest::mountsAreUnescaped()
{
    const QTemporaryDir folder;
    const auto path = folder.filePath("mountinfo").toStdString();
    const std::string text =
        "24 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw\n"
        "30 24 0:25 / /a\\040b\\134 rw - tmpfs my\\011source rw,size=1k\n"
        "broken line\n"
        "31 24 0:26 / /c rw shared:2 master:3 - cgroup cgroup rw,cpu,cpuacct\n";
    QVERIFY(writeFileAtomically(path, text).has_value());
    const auto mounts = readMounts(path);
    QCOMPARE(mounts.size(), std::size_t(3));
    QCOMPARE(mounts[0].device, makedev(8, 2));
    QCOMPARE(mounts[0].type, std::string("ext4"));
    QCOMPARE(mounts[1].point, std::string("/a b\\"));
    QCOMPARE(mounts[1].source, std::string("my\tsource"));
    QCOMPARE(mounts[2].superOptions, std::string("rw,cpu,cpuacct"));
    QVERIFY(readMounts(path + "-missing").empty());
}

void ProcessFactsTest::theDeepestMountWins()
{
    const auto root = mountOf("/");
    QVERIFY(root.has_value());
    QCOMPARE(root->point, std::string("/"));
    const auto proc = mountOf("/proc/self");
    QVERIFY(proc.has_value());
    QCOMPARE(proc->type, std::string("proc"));
}

SPILLWAY_TESTS(ProcessFactsTest, QCoreApplication)
#include "process_facts_test.moc"
