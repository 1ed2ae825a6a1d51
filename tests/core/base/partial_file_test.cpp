#include "base/partial_file.h"
#include "suites/suites.h"

#include "../killed_at_call.h"

#include <QTemporaryDir>
#include <QtTest>

#include <sys/stat.h>

#include <fstream>
#include <set>

using namespace spillway;
namespace fs = std::filesystem;

/// What killed writers leave is swept; what is somebody else's stays.
class PartialFileTest : public QObject {
    Q_OBJECT
private slots:
    void aKillAtAnyMomentLeavesTheOldFileOrTheNewAndNothingElse();
    void whatALivingWriterWritesStays();
    void whatIsNotOursStays();
    void theLongestNameIsWritten();
};

namespace {

std::set<std::string> namesIn(const fs::path& folder)
{
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder))
        names.insert(entry.path().filename().string());
    return names;
}

using Names = std::set<std::string>;

} // namespace

void PartialFileTest::aKillAtAnyMomentLeavesTheOldFileOrTheNewAndNothingElse()
{
    int kills = 0;
    int left = 0;
    Names seen;
    for (bool alive = true; alive && kills < 1000; ++kills) {
        const QTemporaryDir dir;
        const fs::path folder = dir.path().toStdString();
        QVERIFY(writeFileAtomically(folder / "report.html", "old").has_value());
        alive = test::killedAtCall(
            [] {}, [&] { (void)writeFileAtomically(folder / "report.html", "new"); }, kills);
        left += namesIn(folder).size() > 1 ? 1 : 0;
        seen.insert(*readFile(folder / "report.html"));
        // The next one who writes there, whatever it writes.
        QVERIFY(writeFileAtomically(folder / "other.svg", "x").has_value());
        QCOMPARE(namesIn(folder), (Names{"other.svg", "report.html"}));
    }
    QVERIFY(kills > 10 && kills < 1000);
    QVERIFY(left > 3);
    QCOMPARE(seen, (Names{"new", "old"}));
}

void PartialFileTest::whatALivingWriterWritesStays()
{
    const QTemporaryDir dir;
    const fs::path folder = dir.path().toStdString();
    auto writing = PartialFile::beside(folder / "a", 0600);
    QVERIFY(writing.has_value());
    QVERIFY(writeFileAtomically(folder / "b", "b").has_value());
    sweepWrites(folder);
    QVERIFY(fs::exists(writing->path()));
    QCOMPARE(namesIn(folder).size(), std::size_t(3)); // the file, its journal, b
}

void PartialFileTest::whatIsNotOursStays()
{
    const QTemporaryDir dir;
    const fs::path folder = dir.path().toStdString();
    const std::string number = "0123456789abcdef";
    const auto put = [&](const std::string& name, const std::string& text) {
        std::ofstream(folder / name) << text;
    };
    const std::string head = "{\"spillway\":\"files that are being written\"}\n";
    struct stat status {};
    put("a." + number + ".partial", "somebody's");
    put("b." + number + ".partial", "");
    put("mine.csv", "mine");
    QCOMPARE(::stat((folder / "mine.csv").c_str(), &status), 0);
    put("b." + number + ".writing", "a diary");
    put("x.writing", head);
    // Names the file of another inode, one that holds something, and one beyond the directory.
    put("a." + number + ".writing",
        head + "{\"temporary\":\"a." + number + ".partial\",\"target\":\"a\",\"inode\":1}\n" +
            "{\"temporary\":\"a." + number + ".partial\",\"target\":\"a\",\"inode\":0}\n");
    put("c." + number + ".writing",
        head + "{\"temporary\":\"../mine.csv\",\"target\":\"c\",\"inode\":" +
            std::to_string(status.st_ino) + "}\n");
    Names kept = namesIn(folder);
    kept.erase("a." + number + ".writing"); // a journal of ours that has nothing to tell
    sweepWrites(folder);
    QCOMPARE(namesIn(folder), kept);
}

void PartialFileTest::theLongestNameIsWritten()
{
    const QTemporaryDir dir;
    const fs::path folder = dir.path().toStdString();
    const std::string name(255, 'n');
    QVERIFY(writeFileAtomically(folder / name, "x").has_value());
    QCOMPARE(namesIn(folder), Names{name});
}

SPILLWAY_TESTS(PartialFileTest, QCoreApplication)
#include "partial_file_test.moc"
