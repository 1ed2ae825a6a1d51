#include "../file_size_limit.h"
#include "native_data.h"
#include "suites/suites.h"

#include "native/spill/spill_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QtTest>

#include <numeric>
#include <thread>

using namespace spillway;
namespace fs = std::filesystem;

class SpillFileTest : public QObject {
    Q_OBJECT
private slots:
    void init();
    void recordsComeBackAsTheyWere();
    void aRecordIsGatheredAndScattered();
    void smallRecordsShareAFile();
    void aFileGoesWithItsLastRecord();
    void theSpaceOfARecordComesBackAtOnce();
    void damageIsFound_data();
    void damageIsFound();
    void aFullDiskIsNoSpaceAndLeavesNothing();
    void aMissingDirectoryIsAnError();
    void aStopEndsWritingAndReading();
    void manyThreadsWriteAndRead();

private:
    fs::path folder() const { return directory_->path().toStdString(); }
    std::size_t files() const
    {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(folder()), fs::directory_iterator()));
    }

    std::unique_ptr<QTemporaryDir> directory_;
};

namespace {

using Content = std::vector<std::uint64_t>;

Content numbers(std::size_t count, std::uint64_t seed)
{
    testing::Sequence random(seed);
    Content content(count);
    std::ranges::generate(content, [&] { return random.next(); });
    return content;
}

Result<SpillRecord> append(SpillDirectory& spill, const Content& content)
{
    const std::array source{std::as_bytes(std::span(content))};
    return spill.append(source);
}

Result<Content> read(const SpillRecord& record)
{
    Content content(static_cast<std::size_t>(record.bytes()) / sizeof(std::uint64_t));
    const std::array target{std::as_writable_bytes(std::span(content))};
    if (auto ok = record.read(target); !ok) return ok.error();
    return content;
}

;

Bytes blocksOf(const fs::path& path)
{
    struct stat status {};
    ::stat(path.c_str(), &status);
    return status.st_blocks * 512;
}

using Damage = std::function<void(const SpillRecord&)>;

void overwrite(const SpillRecord& record, Bytes offset)
{
    const UniqueFd fd(::open(record.path().c_str(), O_RDWR | O_CLOEXEC));
    char byte = 0;
    QCOMPARE(::pread(fd.get(), &byte, 1, offset), 1);
    byte = static_cast<char>(byte ^ 0x10);
    QCOMPARE(::pwrite(fd.get(), &byte, 1, offset), 1);
}

} // namespace

Q_DECLARE_METATYPE(Damage)

void SpillFileTest::init()
{
    directory_ = std::make_unique<QTemporaryDir>();
    QVERIFY(directory_->isValid());
}

void SpillFileTest::recordsComeBackAsTheyWere()
{
    SpillDirectory spill(folder());
    std::vector<SpillRecord> records;
    const std::array<std::size_t, 5> sizes{0, 1, 1000, 3'000'000, 17};
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        auto record = append(spill, numbers(sizes[i], i));
        QVERIFY(record);
        records.push_back(std::move(*record));
    }
    for (const std::size_t i : {4u, 0u, 3u, 1u, 2u, 3u}) {
        const auto content = read(records[i]);
        QVERIFY(content);
        QCOMPARE(*content, numbers(sizes[i], i));
    }
}

void SpillFileTest::aRecordIsGatheredAndScattered()
{
    SpillDirectory spill(folder());
    const Content content = numbers(1000, 1);
    const auto bytes = std::as_bytes(std::span(content));
    const std::array source{bytes.first(3), bytes.subspan(3, 0), bytes.subspan(3)};
    const auto record = spill.append(source);
    QVERIFY(record);
    QCOMPARE(record->bytes(), static_cast<Bytes>(bytes.size()));
    Content back(1000);
    const auto room = std::as_writable_bytes(std::span(back));
    const std::array target{room.first(4000), room.subspan(4000)};
    QVERIFY(record->read(target));
    QCOMPARE(back, content);
}

void SpillFileTest::smallRecordsShareAFile()
{
    SpillDirectory spill(folder(), 10'000);
    std::vector<SpillRecord> records;
    for (std::size_t i = 0; i < 50; ++i)
        records.push_back(std::move(*append(spill, numbers(100, i))));
    QCOMPARE(files(), 4u); // of 13 records of 816 bytes
    for (std::size_t i = 0; i < records.size(); ++i)
        QCOMPARE(*read(records[i]), numbers(100, i));
}

void SpillFileTest::aFileGoesWithItsLastRecord()
{
    SpillDirectory spill(folder());
    auto first = append(spill, numbers(100, 1));
    auto second = append(spill, numbers(100, 2));
    QCOMPARE(files(), 1u);
    *first = {};
    QCOMPARE(files(), 1u);
    QCOMPARE(*read(*second), numbers(100, 2));
    *second = {};
    QCOMPARE(files(), 0u);
    auto third = append(spill, numbers(100, 3));
    QCOMPARE(*read(*third), numbers(100, 3));
}

void SpillFileTest::theSpaceOfARecordComesBackAtOnce()
{
    SpillDirectory spill(folder());
    auto large = append(spill, numbers(1'000'000, 1));
    const auto small = append(spill, numbers(100, 2));
    QVERIFY(blocksOf(small->path()) > 7'000'000);
    *large = {};
    QVERIFY(blocksOf(small->path()) < 100'000);
    QCOMPARE(*read(*small), numbers(100, 2));
}

void SpillFileTest::damageIsFound_data()
{
    QTest::addColumn<Damage>("damage");
    const auto add = [](const char* name, Damage damage) {
        QTest::newRow(name) << std::move(damage);
    };
    add("content", [](const SpillRecord& r) { overwrite(r, r.offset() + 5000); });
    add("last byte", [](const SpillRecord& r) { overwrite(r, r.offset() + 15 + r.bytes()); });
    add("length", [](const SpillRecord& r) { overwrite(r, r.offset()); });
    add("checksum", [](const SpillRecord& r) { overwrite(r, r.offset() + 8); });
    add("cut off in the content", [](const SpillRecord& r) {
        fs::resize_file(r.path(), static_cast<std::uintmax_t>(r.offset() + 2000));
    });
    add("cut off in the header", [](const SpillRecord& r) {
        fs::resize_file(r.path(), static_cast<std::uintmax_t>(r.offset() + 7));
    });
    add("emptied", [](const SpillRecord& r) { fs::resize_file(r.path(), 0); });
}

void SpillFileTest::damageIsFound()
{
    QFETCH(const Damage, damage);
    SpillDirectory spill(folder());
    const auto before = append(spill, numbers(10, 1));
    const auto record = append(spill, numbers(1000, 2));
    damage(*record);
    const auto content = read(*record);
    QVERIFY(!content);
    QCOMPARE(content.error().code, ErrorCode::Corrupt);
    const auto message = content.error().message;
    QVERIFY2(message.find(record->path().string()) != std::string::npos, message.c_str());
    QVERIFY2(message.find(fmt::format("byte {} ", record->offset())) != std::string::npos,
             message.c_str());
}

void SpillFileTest::aFullDiskIsNoSpaceAndLeavesNothing()
{
    SpillDirectory spill(folder());
    auto kept = append(spill, numbers(1000, 1));
    {
        const testing::FileSizeLimit full(100'000);
        const auto record = append(spill, numbers(100'000, 2));
        QVERIFY(!record);
        QCOMPARE(record.error().code, ErrorCode::NoSpace);
        QVERIFY(!record.error().remedy.empty());
    }
    QVERIFY(blocksOf(kept->path()) < 20'000);
    QCOMPARE(*read(*kept), numbers(1000, 1));
    QCOMPARE(*read(*append(spill, numbers(100'000, 2))), numbers(100'000, 2));
    *kept = {};
    QCOMPARE(files(), 0u);
}

void SpillFileTest::aMissingDirectoryIsAnError()
{
    SpillDirectory spill(folder() / "missing");
    const auto record = append(spill, numbers(10, 1));
    QVERIFY(!record);
    QCOMPARE(record.error().code, ErrorCode::NotFound);
}

void SpillFileTest::aStopEndsWritingAndReading()
{
    SpillDirectory spill(folder());
    Content content = numbers(1000, 1);
    const auto kept = append(spill, content);
    std::stop_source stop;
    stop.request_stop();
    const std::array source{std::as_bytes(std::span(content))};
    QCOMPARE(spill.append(source, stop.get_token()).error().code, ErrorCode::Cancelled);
    const std::array target{std::as_writable_bytes(std::span(content))};
    QCOMPARE(kept->read(target, stop.get_token()).error().code, ErrorCode::Cancelled);
}

void SpillFileTest::manyThreadsWriteAndRead()
{
    SpillDirectory spill(folder(), 1'000'000);
    std::atomic<int> wrong = 0;
    {
        std::vector<std::jthread> threads;
        for (std::uint64_t t = 0; t < 4; ++t)
            threads.emplace_back([&, t] {
                for (std::uint64_t i = 0; i < 40; ++i) {
                    const Content content = numbers(1000 * (i % 20), t * 1000 + i);
                    const auto record = append(spill, content);
                    const auto back = record ? read(*record) : record.error();
                    if (!back || *back != content) ++wrong;
                }
            });
    }
    QCOMPARE(wrong, 0);
    QCOMPARE(files(), 0u);
}

SPILLWAY_TESTS(SpillFileTest, QCoreApplication)
#include "spill_file_test.moc"
