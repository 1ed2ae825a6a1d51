#include "base/files.h"
#include "csv_support.h"
#include "data/fingerprint.h"
#include "suites/suites.h"

using namespace spillway;
using namespace spillway::test;
namespace fs = std::filesystem;

class FingerprintTest : public QObject {
    Q_OBJECT
private slots:
    void dependsOnContentAndOrderOnly();
    void seesEveryByteOfASmallFile();
    void seesTheSampledBlocksOfALargeFile();
    void fullFingerprintSeesEveryByte();
    void unreadableFilesAreSaid();
    void fullFingerprintCanBeCancelled();
    void keepsItsValue();
};

namespace {

std::string changedAt(std::string text, std::size_t at)
{
    text[at] = text[at] == 'a' ? 'b' : 'a';
    return text;
}

/// The sampled fingerprint of a file with this content.
std::string sampled(const Folder& folder, std::string_view content)
{
    const fs::path path = folder.path("file");
    const auto written = writeFileAtomically(path, content);
    return written ? sampledFingerprint({path}).value() : written.error().message;
}

std::string full(const Folder& folder, std::string_view content)
{
    const fs::path path = folder.path("file");
    const auto written = writeFileAtomically(path, content);
    return written ? fullFingerprint({path}, {}).value().fingerprint : written.error().message;
}

} // namespace

void FingerprintTest::dependsOnContentAndOrderOnly()
{
    const Folder folder;
    for (const auto& [name, content] : {std::pair{"a", "one"}, std::pair{"b", "two"},
                                        std::pair{"c", "one"}, std::pair{"ab", "onetwo"}})
        QVERIFY(writeFileAtomically(folder.path(name), content).has_value());
    const auto print = [&](const std::vector<std::string>& names) {
        std::vector<fs::path> paths;
        for (const auto& name : names)
            paths.push_back(folder.path(name));
        return sampledFingerprint(paths).value();
    };
    QCOMPARE(print({"a"}), print({"c"}));
    QCOMPARE(print({"a"}).size(), std::size_t{32});
    QVERIFY(print({"a"}).find_first_not_of("0123456789abcdef") == std::string::npos);
    QCOMPARE(print({"a", "b"}), print({"c", "b"}));
    QVERIFY(print({"a", "b"}) != print({"b", "a"}));
    QVERIFY(print({"a", "b"}) != print({"ab"}));
    QVERIFY(print({"a"}) != print({"a", "c"}));
}

void FingerprintTest::seesEveryByteOfASmallFile()
{
    const Folder folder;
    const std::string text(100'000, 'x');
    const std::string print = sampled(folder, text);
    for (const std::size_t at : {0, 1, 50'000, 99'999})
        QVERIFY(sampled(folder, changedAt(text, at)) != print);
    QVERIFY(sampled(folder, text + "x") != print);
    QVERIFY(sampled(folder, "") != print);
}

void FingerprintTest::seesTheSampledBlocksOfALargeFile()
{
    const Folder folder;
    const std::string text(9'000'001, 'x');
    const std::string print = sampled(folder, text);
    constexpr std::size_t block = 65'536;
    const std::size_t last = text.size() - block;
    for (const std::size_t at : {std::size_t{0}, block - 1, last * 7 / 63, last, text.size() - 1})
        QVERIFY(sampled(folder, changedAt(text, at)) != print);
    QCOMPARE(sampled(folder, changedAt(text, block + 1)), print); // between two samples
    QVERIFY(sampled(folder, text + "x") != print);
}

void FingerprintTest::fullFingerprintSeesEveryByte()
{
    const Folder folder;
    const std::string text(9'000'001, 'x');
    const std::string print = full(folder, text);
    QCOMPARE(print.size(), std::size_t{32});
    for (const std::size_t at : {std::size_t{0}, std::size_t{65'537}, text.size() - 1})
        QVERIFY(full(folder, changedAt(text, at)) != print);
}

void FingerprintTest::unreadableFilesAreSaid()
{
    const Folder folder;
    for (const fs::path& path : {folder.path("none"), folder.path()}) {
        const auto print = sampledFingerprint({path});
        QCOMPARE(print.error().code, ErrorCode::DataUnreadable);
        QVERIFY(print.error().message.find(path.string()) != std::string::npos);
        QCOMPARE(fullFingerprint({path}, {}).error().code, ErrorCode::DataUnreadable);
    }
}

void FingerprintTest::fullFingerprintCanBeCancelled()
{
    const Folder folder;
    QVERIFY(writeFileAtomically(folder.path("a"), "one").has_value());
    std::stop_source stop;
    stop.request_stop();
    QCOMPARE(fullFingerprint({folder.path("a")}, stop.get_token()).error().code,
             ErrorCode::Cancelled);
}

/// Sessions keep fingerprints: they must not change with a later version. The value is that of
/// Python's xxhash.xxh3_128 over the size (eight bytes, little-endian) and the content.
void FingerprintTest::keepsItsValue()
{
    const Folder folder;
    QCOMPARE(sampled(folder, "id,x\n0,0.5\n"), "9b7a76103a77c70780117bd604805000");
}

SPILLWAY_TESTS(FingerprintTest, QCoreApplication)
#include "fingerprint_test.moc"
