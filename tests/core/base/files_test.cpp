#include "base/files.h"
#include "suites/suites.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fcntl.h>
#include <sys/stat.h>

#include <fstream>

using namespace spillway;
namespace fs = std::filesystem;

class FilesTest : public QObject {
    Q_OBJECT
private slots:
    void missingFileIsNotFound();
    void tooLargeFileIsRefused();
    void onlyRegularFilesAreRead();
    void atomicWriteFollowsTheUmaskAndKeepsAnOldFilesMode();
    void failedAtomicWriteLeavesTheOldFileAndNoTemporary();
    void readAtStopsAtTheEnd();
    void writingToAFullDeviceIsNoSpace();
    void uniqueFdClosesOnce();
    void xdgVariablesDecideTheDirectories();
};

void FilesTest::missingFileIsNotFound()
{
    const auto content = readFile("/nonexistent/file");
    QVERIFY(!content.has_value());
    QCOMPARE(content.error().code, ErrorCode::NotFound);
    QVERIFY(content.error().message.find("/nonexistent/file") != std::string::npos);
}

void FilesTest::tooLargeFileIsRefused()
{
    const QTemporaryDir dir;
    const fs::path path = dir.filePath("large").toStdString();
    std::ofstream(path) << std::string(2000, 'x');
    QVERIFY(readFile(path, 2000).has_value());
    QCOMPARE(readFile(path, 1999).error().code, ErrorCode::InvalidArgument);
}

/// Opening a FIFO that nobody writes to would wait for ever, and a device may never end.
void FilesTest::onlyRegularFilesAreRead()
{
    const QTemporaryDir dir;
    const fs::path fifo = dir.filePath("fifo").toStdString();
    QCOMPARE(::mkfifo(fifo.c_str(), 0600), 0);
    for (const auto& path : {fifo, fs::path("/dev/zero"), fs::path(dir.path().toStdString())}) {
        const auto content = readFile(path);
        QVERIFY2(content.has_error(), path.c_str());
        QCOMPARE(content.error().code, ErrorCode::InvalidArgument);
        QVERIFY(content.error().message.ends_with("is not a regular file."));
    }
    fs::create_symlink("/proc/self/stat", dir.filePath("link").toStdString());
    QVERIFY(readFile(dir.filePath("link").toStdString()).has_value());
}

void FilesTest::atomicWriteFollowsTheUmaskAndKeepsAnOldFilesMode()
{
    const QTemporaryDir dir;
    const fs::path path = dir.filePath("file").toStdString();
    const auto before = ::umask(0022);
    QVERIFY(writeFileAtomically(path, "one").has_value());
    ::umask(before);
    struct stat status {};
    QCOMPARE(::stat(path.c_str(), &status), 0);
    QCOMPARE(status.st_mode & 0777, mode_t(0644));
    ::chmod(path.c_str(), 0640);
    QVERIFY(writeFileAtomically(path, "two").has_value());
    QCOMPARE(*readFile(path), "two");
    QCOMPARE(::stat(path.c_str(), &status), 0);
    QCOMPARE(status.st_mode & 0777, mode_t(0640));
}

void FilesTest::failedAtomicWriteLeavesTheOldFileAndNoTemporary()
{
    const QTemporaryDir dir;
    // A directory in the file's place makes the last step, the rename, fail.
    const fs::path path = dir.filePath("occupied").toStdString();
    fs::create_directory(path);
    QVERIFY(!writeFileAtomically(path, "content").has_value());
    QCOMPARE(std::distance(fs::directory_iterator(dir.path().toStdString()), {}), 1);
}

void FilesTest::readAtStopsAtTheEnd()
{
    const QTemporaryDir dir;
    const fs::path path = dir.filePath("ten").toStdString();
    std::ofstream(path) << "0123456789";
    const UniqueFd fd(::open(path.c_str(), O_RDONLY));
    std::array<char, 8> buffer;
    QCOMPARE(*readAt(fd.get(), buffer, 0), std::size_t(8));
    QCOMPARE(*readAt(fd.get(), buffer, 7), std::size_t(3));
    QCOMPARE(std::string(buffer.data(), 3), "789");
    QVERIFY(!readAt(-1, buffer, 0).has_value());
}

void FilesTest::writingToAFullDeviceIsNoSpace()
{
    const UniqueFd fd(::open("/dev/full", O_WRONLY));
    QCOMPARE(writeAll(fd.get(), "x").error().code, ErrorCode::NoSpace);
}

void FilesTest::uniqueFdClosesOnce()
{
    UniqueFd first(::open("/dev/null", O_RDONLY));
    const int number = first.get();
    UniqueFd second = std::move(first);
    QVERIFY(!first);
    QCOMPARE(second.get(), number);
    second.reset();
    QCOMPARE(::fcntl(number, F_GETFD), -1);
}

void FilesTest::xdgVariablesDecideTheDirectories()
{
    qputenv("XDG_STATE_HOME", "/somewhere/state");
    QCOMPARE(stateDirectory(), fs::path("/somewhere/state/spillway"));
    qputenv("XDG_STATE_HOME", "relative/is/ignored");
    qputenv("HOME", "/home/user");
    QCOMPARE(stateDirectory(), fs::path("/home/user/.local/state/spillway"));
}

SPILLWAY_TESTS(FilesTest, QCoreApplication)
#include "files_test.moc"
