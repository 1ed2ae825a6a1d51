#include "base/program.h"
#include "suites/suites.h"

#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <filesystem>
#include <fstream>

using namespace spillway;

namespace {

namespace fs = std::filesystem;

void makeFile(const fs::path& path)
{
    fs::create_directories(path.parent_path());
    std::ofstream(path) << "x";
}

/// An installed tree below `prefix`; returns the program's path.
fs::path install(const fs::path& prefix)
{
    makeFile(prefix / "bin/spillway");
    makeFile(prefix / "libexec/spillway/spillway-worker");
    makeFile(prefix / "share/spillway/engines/dask.json");
    makeFile(prefix / "share/spillway/adapters/__main__.py");
    return prefix / "bin/spillway";
}

} // namespace

/// Where the program's own files are found, in both layouts.
class ProgramTest : public QObject {
    Q_OBJECT
private slots:
    void buildTreeHasTheInstalledLayout();
    void installedTreeMayBeMoved();
    void programReachedByALinkFindsItsOwnFiles();
    void filesThatAreMissingStillHaveAPlace();
    void versionAndIdAreSaid();

private:
    fs::path place(const char* name) const { return root_ / name; }
    QTemporaryDir directory_;
    fs::path root_ = fs::canonical(directory_.path().toStdString());
};

void ProgramTest::buildTreeHasTheInstalledLayout()
{
    const auto files = programFiles();
    const fs::path source = fs::canonical(SPILLWAY_SOURCE_DIR);
    QCOMPARE(files.engines, source / "resources/engines");
    QCOMPARE(files.workloads, source / "core/workloads");
    QCOMPARE(files.adapters, source / "adapters");
    QCOMPARE(files.manual, source / "docs/manual");
    QCOMPARE(files.worker.filename(), fs::path("spillway-worker"));
    const auto program = filesOf(SPILLWAY_BINARY_DIR "/bin/spillway");
    QCOMPARE(program.engines, files.engines);
    QCOMPARE(program.worker, files.worker);
}

void ProgramTest::installedTreeMayBeMoved()
{
    install(place("first"));
    for (const char* name : {"first", "a prefix, \xC3\xA4ndered"}) {
        const auto prefix = place(name);
        if (!fs::exists(prefix)) fs::rename(place("first"), prefix);
        const auto files = filesOf(prefix / "bin/spillway");
        QCOMPARE(files.worker, prefix / "libexec/spillway/spillway-worker");
        QCOMPARE(files.engines, prefix / "share/spillway/engines");
        QCOMPARE(files.adapters, prefix / "share/spillway/adapters");
        QCOMPARE(files.manual, prefix / "share/spillway/manual");
    }
}

void ProgramTest::programReachedByALinkFindsItsOwnFiles()
{
    const auto program = install(place("opt/spillway-1"));
    fs::create_directories(place("home/bin"));
    fs::create_symlink(program, place("home/bin/spillway"));
    QCOMPARE(filesOf(place("home/bin/spillway")).engines,
             place("opt/spillway-1/share/spillway/engines"));
}

void ProgramTest::filesThatAreMissingStillHaveAPlace()
{
    const auto files = filesOf(place("nothing/bin/spillway"));
    QCOMPARE(files.worker, place("nothing/libexec/spillway/spillway-worker"));
}

void ProgramTest::versionAndIdAreSaid()
{
    QVERIFY(QRegularExpression("^\\d+\\.\\d+\\.\\d+$")
                .match(QString::fromLatin1(programVersion().data(), int(programVersion().size())))
                .hasMatch());
    QVERIFY(std::count(desktopId().begin(), desktopId().end(), '.') >= 2);
}

SPILLWAY_TESTS(ProgramTest, QCoreApplication)
#include "program_test.moc"
