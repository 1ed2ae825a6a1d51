#include "measure/page_cache.h"
#include "suites/suites.h"

#include "base/files.h"
#include "measure/machine.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

using namespace spillway;

constexpr Bytes plenty = Bytes(1) << 62;

class PageCacheTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void evictedIsColdAndWarmedIsWarm();
    void filesWeighByTheirSize();
    void anEmptyFileIsResident();
    void moreThanItsRoomIsEvicted();
    void progressIsInBytes();
    void stopIsHeard_data();
    void stopIsHeard();
    void whatCannotBeReadIsAnError_data();
    void whatCannotBeReadIsAnError();
    void anotherUsersFileIsNoAnswer();

private:
    std::filesystem::path file(const char* name, Bytes size) const;
    QTemporaryDir folder_{SPILLWAY_BINARY_DIR "/measure-XXXXXX"};
    bool evictable_ = true;
};

std::filesystem::path PageCacheTest::file(const char* name, Bytes size) const
{
    const std::filesystem::path path = folder_.filePath(name).toStdString();
    if (!writeFileAtomically(path, std::string(static_cast<std::size_t>(size), 'x'))) std::abort();
    return path;
}

void PageCacheTest::initTestCase()
{
    QVERIFY(folder_.isValid());
    evictable_ = !isMemoryFileSystem(folder_.path().toStdString());
}

void PageCacheTest::evictedIsColdAndWarmedIsWarm()
{
    if (!evictable_) QSKIP("a memory file system is always resident");
    // Not a whole number of pages.
    const auto path = file("a", 20'000'123);
    const auto cold = evictCache({path}, {});
    QVERIFY(cold.has_value());
    QVERIFY(cold->resident <= 0.01);
    QCOMPARE(residency({path}).value(), cold->resident);
    const auto warm = warmCache({path}, plenty, {});
    QVERIFY(warm.has_value());
    QVERIFY(!warm->exceedsCache);
    QCOMPARE(warm->resident, 1.0);
    QCOMPARE(residency({path}).value(), 1.0);
}

void PageCacheTest::filesWeighByTheirSize()
{
    if (!evictable_) QSKIP("a memory file system is always resident");
    const auto cold = file("cold", 30'000'000);
    const auto warm = file("warm", 10'000'000);
    QVERIFY(evictCache({cold}, {}).has_value());
    const auto share = residency({cold, warm}).value();
    QVERIFY2(share >= 0.24 && share <= 0.26, QByteArray::number(share));
}

void PageCacheTest::anEmptyFileIsResident()
{
    const auto path = file("empty", 0);
    QCOMPARE(residency({path}).value(), 1.0);
    QCOMPARE(residency({}).value(), 1.0);
    QCOMPARE(warmCache({path}, plenty, {})->resident, 1.0);
}

void PageCacheTest::moreThanItsRoomIsEvicted()
{
    if (!evictable_) QSKIP("a memory file system is always resident");
    const auto path = file("large", 8'000'000);
    QVERIFY(warmCache({path}, 8'000'000, {})->resident >= 0.99);
    const auto outcome = warmCache({path}, 7'999'999, {});
    QVERIFY(outcome.has_value());
    QVERIFY(outcome->exceedsCache);
    QVERIFY(outcome->resident <= 0.01);
}

void PageCacheTest::progressIsInBytes()
{
    if (!evictable_) QSKIP("a memory file system is always resident");
    const auto path = file("told", 5'000'000);
    QVERIFY(evictCache({path}, {}).has_value());
    std::vector<Bytes> told;
    QVERIFY(warmCache({path}, plenty, {}, [&](Bytes done, Bytes total) {
                QCOMPARE(total, 5'000'000);
                told.push_back(done);
            }).has_value());
    QVERIFY(told.size() > 1 && std::ranges::is_sorted(told));
    QCOMPARE(told.back(), 5'000'000);
}

void PageCacheTest::stopIsHeard_data()
{
    QTest::addColumn<bool>("warm");
    QTest::newRow("warm") << true;
    QTest::newRow("evict") << false;
}

void PageCacheTest::stopIsHeard()
{
    if (!evictable_) QSKIP("a memory file system is always resident");
    QFETCH(bool, warm);
    const auto path = file("stopped", 5'000'000);
    if (warm) QVERIFY(evictCache({path}, {}).has_value());
    std::stop_source stop;
    stop.request_stop();
    const auto outcome =
        warm ? warmCache({path}, plenty, stop.get_token()) : evictCache({path}, stop.get_token());
    QVERIFY(!outcome.has_value());
    QVERIFY(outcome.error().code == ErrorCode::Cancelled);
}

void PageCacheTest::whatCannotBeReadIsAnError_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("code");
    QTest::newRow("missing") << folder_.filePath("missing") << "not-found";
    QTest::newRow("folder") << folder_.path() << "invalid-argument";
    QTest::newRow("device") << "/dev/null"
                            << "invalid-argument";
}

void PageCacheTest::whatCannotBeReadIsAnError()
{
    QFETCH(QString, path);
    QFETCH(QString, code);
    const std::vector<std::filesystem::path> paths{path.toStdString()};
    const auto expected = errorCodeFromName(code.toStdString());
    QVERIFY(residency(paths).error().code == expected);
    QVERIFY(warmCache(paths, plenty, {}).error().code == expected);
    QVERIFY(evictCache(paths, {}).error().code == expected);
}

/// mincore would call all its pages resident.
void PageCacheTest::anotherUsersFileIsNoAnswer()
{
    std::filesystem::path path = "/etc/os-release";
    std::optional<QTemporaryDir> shared;
    if (::geteuid() == 0) {
        shared.emplace();
        path = shared->filePath("a").toStdString();
        QVERIFY(writeFileAtomically(path, "text").has_value());
        QCOMPARE(::chmod(path.c_str(), 0644), 0);
        QCOMPARE(::chmod(shared->path().toStdString().c_str(), 0755), 0);
        QCOMPARE(::seteuid(65534), 0);
    }
    const auto answer = residency({path});
    const auto warm = warmCache({path}, plenty, {});
    if (shared) QCOMPARE(::seteuid(0), 0);
    QVERIFY(!answer.has_value());
    QVERIFY(answer.error().code == ErrorCode::Unsupported);
    QVERIFY(!answer.error().remedy.empty());
    QVERIFY(!warm.has_value());
}

SPILLWAY_TESTS(PageCacheTest, QCoreApplication)
#include "page_cache_test.moc"
