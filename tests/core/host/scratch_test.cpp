#include "host/remove_tree.h"
#include "host/scratch.h"
#include "suites/suites.h"

#include <QTemporaryDir>
#include <QtTest>

#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

using namespace spillway;
namespace fs = std::filesystem;

/// What is removed is Spillway's own, whatever else bears such names.
class ScratchTest : public QObject {
    Q_OBJECT
private slots:
    void scratchIsOursAloneAndRefusesLinks();
    void nothingWithoutOurMarkIsRemoved();
    void aPlaceThatSomebodyElseMadeIsRefused_data();
    void aPlaceThatSomebodyElseMadeIsRefused();
    void whatDiedWhileItWasMadeGoes();
    void aMountIsNeverEntered();
    void removalNeverFollowsLinks();
};

namespace {

void write(const fs::path& path, const char* text)
{
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text;
}

fs::path markOf(const fs::path& scratch)
{
    return scratch.string() + ".mark";
}

/// A scratch directory whose run is dead.
fs::path deadRun(const fs::path& root)
{
    const auto scratch = makeScratch(root);
    if (!scratch) return {};
    write(scratch->path / "spill" / "file", "spilled");
    return scratch->path;
}

} // namespace

void ScratchTest::scratchIsOursAloneAndRefusesLinks()
{
    const QTemporaryDir directory;
    const fs::path root = directory.path().toStdString();
    const auto scratch = makeScratch(root);
    QVERIFY(scratch.has_value());
    QVERIFY(scratch->path.parent_path() == scratchPlace(root));
    for (const auto& ours : {scratch->path, scratchPlace(root)}) {
        struct stat status {};
        QCOMPARE(::stat(ours.c_str(), &status), 0);
        QCOMPARE(status.st_mode & 07777, 0700U);
    }
    QVERIFY(fs::is_empty(scratch->path));
    QCOMPARE(sweepStaleScratch(root), 0); // it is locked: its run lives
    QVERIFY(fs::exists(scratch->path));
    fs::create_symlink(root, root / "link");
    QVERIFY(!makeScratch(root / "link"));
    QVERIFY(!makeScratch(root / "nowhere"));
    QVERIFY(removeScratch(scratch->path).has_value());
    QVERIFY(!fs::exists(scratch->path) && !fs::exists(markOf(scratch->path)));
    QVERIFY(removeScratch(scratch->path).has_value());
}

void ScratchTest::nothingWithoutOurMarkIsRemoved()
{
    const QTemporaryDir directory;
    const fs::path root = directory.path().toStdString();
    const auto dead = deadRun(root);
    const auto place = scratchPlace(root);
    const auto stolen = deadRun(root);
    fs::remove_all(stolen);                 // and somebody makes another directory of that name
    fs::create_directory(place / "spacer"); // takes the inode that was freed, if it is handed out
    for (const auto& kept :
         {root / "run-AbC123", root / "run-photos", place / "run-AbC123", stolen})
        write(kept / "thesis.txt", "a year of work");
    write(place / "run-Linked.mark", "");
    fs::create_directory_symlink(root / "run-AbC123", place / "run-Linked");
    write(place / "run-Filled.mark", "");
    write(place / "run-Filled" / "thesis.txt", "a year of work");
    fs::create_symlink(markOf(dead), place / "run-AbC123.mark");

    QCOMPARE(sweepStaleScratch(root), 1);
    QVERIFY(!fs::exists(dead) && !fs::exists(markOf(dead)));
    for (const auto& kept : {root / "run-AbC123", root / "run-photos", place / "run-AbC123",
                             place / "run-Filled", stolen}) {
        QVERIFY2(fs::exists(kept / "thesis.txt"), kept.c_str());
        if (kept.parent_path() == place) QVERIFY2(!removeScratch(kept), kept.c_str());
        QVERIFY2(fs::exists(kept / "thesis.txt"), kept.c_str());
    }
}

void ScratchTest::aPlaceThatSomebodyElseMadeIsRefused_data()
{
    QTest::addColumn<QString>("what");
    for (const char* what : {"filled", "file", "link", "open to others", "another mark"})
        QTest::newRow(what) << what;
}

void ScratchTest::aPlaceThatSomebodyElseMadeIsRefused()
{
    QFETCH(QString, what);
    const QTemporaryDir directory;
    const fs::path root = directory.path().toStdString();
    const auto place = scratchPlace(root);
    fs::create_directory(root / "user");
    if (what == "file")
        write(place, "mine");
    else if (what == "link")
        fs::create_directory_symlink(root / "user", place);
    else
        fs::create_directory(place);
    if (what == "filled" || what == "another mark") ::chmod(place.c_str(), 0700);
    if (what == "open to others") ::chmod(place.c_str(), 0755);
    if (what == "filled") write(place / "run-AbC123" / "thesis.txt", "a year of work");
    if (what == "another mark") write(place / "made-by-spillway", "made by another spillway");

    const auto scratch = makeScratch(root);
    QVERIFY(!scratch);
    QVERIFY2(scratch.error().message.find(place.string()) != std::string::npos,
             scratch.error().message.c_str());
    QVERIFY(!scratch.error().remedy.empty());
    QCOMPARE(sweepStaleScratch(root), 0);
    if (what == "filled") QVERIFY(fs::exists(place / "run-AbC123" / "thesis.txt"));
}

void ScratchTest::whatDiedWhileItWasMadeGoes()
{
    const QTemporaryDir directory;
    const fs::path root = directory.path().toStdString();
    const auto place = scratchPlace(root);
    fs::create_directory(place);
    ::chmod(place.c_str(), 0700); // died before it could put its mark in
    const auto scratch = makeScratch(root);
    QVERIFY(scratch.has_value());
    write(place / "run-Mark00.mark", ""); // died before the directory
    write(place / "run-Both00.mark", ""); // and after it
    fs::create_directory(place / "run-Both00");
    QCOMPARE(sweepStaleScratch(root), 0);
    for (const char* name : {"run-Mark00.mark", "run-Both00.mark", "run-Both00"})
        QVERIFY2(!fs::exists(place / name), name);
    QVERIFY(fs::exists(scratch->path));
}

/// In a mount namespace of its own, for which this has to be root.
void ScratchTest::aMountIsNeverEntered()
{
    const QTemporaryDir directory;
    const fs::path root = directory.path().toStdString();
    write(root / "user" / "thesis.txt", "a year of work");
    const auto dead = deadRun(root);
    fs::create_directories(dead / "a" / "mounted");
    const pid_t child = ::fork();
    if (child == 0) {
        const bool mounted = ::unshare(CLONE_NEWNS) == 0 &&
                             ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                             ::mount((root / "user").c_str(), (dead / "a" / "mounted").c_str(),
                                     nullptr, MS_BIND, nullptr) == 0;
        if (!mounted) ::_exit(77);
        ::_exit(sweepStaleScratch(root) == 0 && fs::exists(root / "user" / "thesis.txt") ? 0 : 1);
    }
    int status = 0;
    QCOMPARE(::waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77) QSKIP("no right to mount");
    QVERIFY(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    QVERIFY(fs::exists(root / "user" / "thesis.txt"));
    QCOMPARE(sweepStaleScratch(root), 1); // nothing is mounted there any more
    QVERIFY(!fs::exists(dead));
}

void ScratchTest::removalNeverFollowsLinks()
{
    const QTemporaryDir directory;
    const fs::path root = directory.path().toStdString();
    fs::create_directories(root / "kept" / "inner");
    std::ofstream(root / "kept" / "file") << "kept";
    fs::create_directories(root / "gone" / "a" / "b" / "c");
    fs::create_directory_symlink(root / "kept", root / "gone" / "link");
    fs::create_directory_symlink(root / "kept", root / "gone" / "a" / "b" / "link");
    ::chmod((root / "gone" / "a").c_str(), 0);
    QVERIFY(removeTree(root / "gone").has_value());
    QVERIFY(!fs::exists(root / "gone"));
    QVERIFY(fs::exists(root / "kept" / "file"));
    QVERIFY(fs::exists(root / "kept" / "inner"));
    fs::create_directory_symlink(root / "kept", root / "gone");
    QVERIFY(!removeTree(root / "gone"));
    QVERIFY(fs::exists(root / "kept" / "file"));
}

SPILLWAY_TESTS(ScratchTest, QCoreApplication)
#include "scratch_test.moc"
