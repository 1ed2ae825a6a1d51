#include "../file_size_limit.h"
#include "generator_support.h"
#include "suites/suites.h"

#include "generator/pending_files.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <limits>

using namespace spillway;
using namespace spillway::test;
namespace fs = std::filesystem;

class GeneratorFaultsTest : public QObject {
    Q_OBJECT
private slots:
    void refusesWhatHasNoMeaning_data();
    void refusesWhatHasNoMeaning();
    void refusesSizesThatRowsCannotMeet();
    void refusesToReplaceWithoutForce_data();
    void refusesToReplaceWithoutForce();
    void refusesToReplaceADirectory();
    void missingDirectoryIsNotFound();
    void refusesBeforehandWhatTheDiskCannotHold();
    void aDiskThatFillsLeavesNothing();
    void aDiskThatFillsKeepsTheOldDataset();
    void aFailedWriteLeavesNothing();
    void cancellingLeavesNothing_data();
    void cancellingLeavesNothing();
    void cancellingKeepsTheOldDataset();
    void aKilledGenerationLeavesNothingThatLooksComplete();
    void forceReplacesTheWholeDataset();
    void aFailedCommitPutsEverythingBack();
    void filesAreTheSameWithoutHelpOfTheFileSystem();
};

namespace {

using Change = std::function<void(GeneratorSpec&)>;
using Names = std::vector<std::string>;

/// A file system of 64 MB in memory, as long as this lives; only root may make one.
class SmallDisk {
public:
    explicit SmallDisk(const fs::path& at) : at_(at)
    {
        fs::create_directories(at);
        mounted_ = ::mount("none", at.c_str(), "tmpfs", 0, "size=64m") == 0;
    }
    ~SmallDisk()
    {
        if (mounted_) ::umount2(at_.c_str(), MNT_DETACH);
    }
    bool mounted() const { return mounted_; }
    fs::path path(const std::string& name = {}) const { return at_ / name; }

    /// Writes until nothing more fits.
    void fill() const
    {
        const UniqueFd fd(::open(path("filler").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
        const std::string zeros(1 << 16, '\0');
        while (::write(fd.get(), zeros.data(), zeros.size()) > 0) {
        }
    }

private:
    fs::path at_;
    bool mounted_ = false;
};

;

/// First argument that makes this program generate its second one and kill itself in the middle.
constexpr const char* killedGeneration = "killed_generation";

GenerateOptions doing(std::function<void()> action, bool force = false)
{
    GenerateOptions options{.threads = 2, .force = force};
    options.progress = [action](const GenerateProgress&) { action(); };
    return options;
}

} // namespace

Q_DECLARE_METATYPE(Change)

void GeneratorFaultsTest::refusesWhatHasNoMeaning_data()
{
    using S = GeneratorSpec;
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("message");
    const auto add = [](const char* name, Change change, const char* message) {
        QTest::newRow(name) << std::move(change) << message;
    };
    static constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    add(
        "no size", [](S& s) { s.rows.reset(); }, "missing");
    add(
        "two sizes", [](S& s) { s.bytes = 1'000'000; }, "more than one way");
    add(
        "no rows", [](S& s) { s.rows = 0; }, "number of rows");
    add(
        "too many rows", [](S& s) { s.rows = 1'000'000'000'000'001; }, "number of rows");
    add(
        "no bytes", [](S& s) { s.rows.reset(), s.bytes = 0; }, "The size must");
    add(
        "too many bytes", [](S& s) { s.rows.reset(), s.bytes = (Bytes(1) << 56) + 1; },
        "The size must");
    add(
        "negative factor", [](S& s) { s.rows.reset(), s.ramFactor = -1; }, "RAM factor");
    add(
        "factor nan", [](S& s) { s.rows.reset(), s.ramFactor = nan; }, "RAM factor");
    add(
        "huge factor", [](S& s) { s.rows.reset(), s.ramFactor = 1e5; }, "RAM factor");
    add(
        "no categories", [](S& s) { s.categories = 0; }, "categories");
    add(
        "too many categories", [](S& s) { s.categories = 10'000'001; }, "categories");
    add(
        "no features", [](S& s) { s.features = 0; }, "features");
    add(
        "too many features", [](S& s) { s.features = 1001; }, "features");
    add(
        "negative signal", [](S& s) { s.signal = -0.5; }, "signal");
    add(
        "signal nan", [](S& s) { s.signal = nan; }, "signal");
    add(
        "too strong signal", [](S& s) { s.signal = 1e7; }, "signal");
    add(
        "too many weights", [](S& s) { s.signal = 1, s.categories = 500'001; }, "weights");
    add(
        "negative split", [](S& s) { s.split = -1; }, "parts");
    add(
        "too many parts", [](S& s) { s.rows = 100'000, s.split = 10'001; }, "parts");
    add(
        "more parts than rows", [](S& s) { s.rows = 3, s.split = 4; }, "split");
    add(
        "more parts than rows of a size",
        [](S& s) { s.rows.reset(), s.bytes = 10'000, s.split = 5000; }, "split");
}

void GeneratorFaultsTest::refusesWhatHasNoMeaning()
{
    QFETCH(Change, change);
    QFETCH(QString, message);
    GeneratorSpec spec = specOfRows(100);
    change(spec);
    const Folder folder;
    const auto made = generate(spec, folder.path("a.csv"), {}, {});
    QVERIFY(!made.has_value());
    QCOMPARE(made.error().code, ErrorCode::InvalidArgument);
    QVERIFY2(made.error().message.find(message.toStdString()) != std::string::npos,
             made.error().message.c_str());
    QVERIFY(estimateGeneration(spec, folder.path("a.csv")).error() == made.error());
    QCOMPARE(folder.names(), Names{});
}

void GeneratorFaultsTest::refusesSizesThatRowsCannotMeet()
{
    GeneratorSpec spec;
    spec.bytes = 130;
    const Folder folder;
    QCOMPARE(estimateGeneration(spec, folder.path("a.csv")).error().code,
             ErrorCode::InvalidArgument);
    QCOMPARE(generate(specOfRows(1), folder.path() / "", {}, {}).error().code,
             ErrorCode::InvalidArgument);
}

void GeneratorFaultsTest::refusesToReplaceWithoutForce_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("file") << "a.csv";
    QTest::newRow("manifest") << "a.csv.json";
    QTest::newRow("part") << "a.part2of2.csv";
}

void GeneratorFaultsTest::refusesToReplaceWithoutForce()
{
    QFETCH(QString, name);
    const Folder folder;
    QVERIFY(writeFileAtomically(folder.path(name.toStdString()), "mine").has_value());
    GeneratorSpec spec = specOfRows(100);
    spec.split = 2;
    const auto made = generate(spec, folder.path("a.csv"), {}, {});
    QCOMPARE(made.error().code, ErrorCode::AlreadyExists);
    QVERIFY(made.error().message.find(name.toStdString()) != std::string::npos);
    QCOMPARE(folder.names(), Names{name.toStdString()});
    QCOMPARE(contentOf(folder.path(name.toStdString())), "mine");
    QVERIFY(generate(spec, folder.path("a.csv"), {.force = true}, {}).has_value());
}

void GeneratorFaultsTest::refusesToReplaceADirectory()
{
    const Folder folder;
    fs::create_directory(folder.path("a.csv"));
    const auto made = generate(specOfRows(10), folder.path("a.csv"), {.force = true}, {});
    QCOMPARE(made.error().code, ErrorCode::AlreadyExists);
    QVERIFY(fs::is_directory(folder.path("a.csv")));
}

void GeneratorFaultsTest::missingDirectoryIsNotFound()
{
    const Folder folder;
    const auto made = generate(specOfRows(10), folder.path("no/a.csv"), {}, {});
    QCOMPARE(made.error().code, ErrorCode::NotFound);
    QCOMPARE(folder.names(), Names{});
}

void GeneratorFaultsTest::refusesBeforehandWhatTheDiskCannotHold()
{
    const Folder folder;
    const auto made = generate(specOfRows(1'000'000'000'000'000), folder.path("a.csv"), {}, {});
    QCOMPARE(made.error().code, ErrorCode::NoSpace);
    QVERIFY(made.error().message.find("needed") != std::string::npos);
    QCOMPARE(folder.names(), Names{});
}

void GeneratorFaultsTest::aDiskThatFillsLeavesNothing()
{
    const Folder folder;
    const SmallDisk disk(folder.path("disk"));
    if (!disk.mounted()) QSKIP("Mounting a small disk needs root.");
    const Bytes free = freeDiskSpace(disk.path()).value();
    const auto made = generate(slowSpec(), disk.path("a.csv"), doing([&] { disk.fill(); }), {});
    QVERIFY(!made.has_value());
    QCOMPARE(made.error().code, ErrorCode::NoSpace);
    QVERIFY(made.error().message.find("removed") != std::string::npos);
    QCOMPARE(Folder::namesIn(disk.path()), Names{"filler"});
    fs::remove(disk.path("filler"));
    QCOMPARE(freeDiskSpace(disk.path()).value(), free);
}

void GeneratorFaultsTest::aDiskThatFillsKeepsTheOldDataset()
{
    const Folder folder;
    const SmallDisk disk(folder.path("disk"));
    if (!disk.mounted()) QSKIP("Mounting a small disk needs root.");
    QVERIFY(generate(specOfRows(100), disk.path("a.csv"), {}, {}).has_value());
    const std::string before = contentOf(disk.path("a.csv"));
    const auto made =
        generate(slowSpec(), disk.path("a.csv"), doing([&] { disk.fill(); }, true), {});
    QCOMPARE(made.error().code, ErrorCode::NoSpace);
    QCOMPARE(Folder::namesIn(disk.path()), (Names{"a.csv", "a.csv.json", "filler"}));
    QCOMPARE(contentOf(disk.path("a.csv")), before);
    QVERIFY(readDatasetManifest(disk.path("a.csv")).has_value());
}

void GeneratorFaultsTest::aFailedWriteLeavesNothing()
{
    const Folder folder;
    GeneratorSpec spec = specOfRows(400'000);
    for (const int split : {0, 3}) {
        spec.split = split;
        const testing::FileSizeLimit limit(6 << 20);
        const auto made = generate(spec, folder.path("a.csv"), {.threads = 2}, {});
        QVERIFY(!made.has_value());
        QCOMPARE(made.error().code, ErrorCode::Io);
        QCOMPARE(folder.names(), Names{});
    }
}

void GeneratorFaultsTest::cancellingLeavesNothing_data()
{
    QTest::addColumn<bool>("before");
    QTest::addColumn<int>("split");
    QTest::newRow("before the start") << true << 0;
    QTest::newRow("in the middle") << false << 0;
    QTest::newRow("in the middle of parts") << false << 50;
}

void GeneratorFaultsTest::cancellingLeavesNothing()
{
    QFETCH(bool, before);
    QFETCH(int, split);
    const Folder folder;
    std::stop_source stop;
    if (before) stop.request_stop();
    GeneratorSpec spec = slowSpec();
    spec.split = split;
    const auto made =
        generate(spec, folder.path("a.csv"), doing([&] { stop.request_stop(); }), stop.get_token());
    QVERIFY(!made.has_value());
    QCOMPARE(made.error().code, ErrorCode::Cancelled);
    QCOMPARE(folder.names(), Names{});
}

void GeneratorFaultsTest::cancellingKeepsTheOldDataset()
{
    const Folder folder;
    QVERIFY(generate(specOfRows(100), folder.path("a.csv"), {}, {}).has_value());
    const std::string before = contentOf(folder.path("a.csv"));
    std::stop_source stop;
    const auto made = generate(slowSpec(), folder.path("a.csv"),
                               doing([&] { stop.request_stop(); }, true), stop.get_token());
    QCOMPARE(made.error().code, ErrorCode::Cancelled);
    QCOMPARE(folder.names(), (Names{"a.csv", "a.csv.json"}));
    QCOMPARE(contentOf(folder.path("a.csv")), before);
}

void GeneratorFaultsTest::aKilledGenerationLeavesNothingThatLooksComplete()
{
    const Folder folder;
    const fs::path path = folder.path("a.csv");
    const pid_t child = ::fork();
    if (child == 0) {
        ::execl("/proc/self/exe", "generate", killedGeneration, path.c_str(), nullptr);
        ::_exit(1);
    }
    int status = 0;
    QCOMPARE(::waitpid(child, &status, 0), child);
    QVERIFY(WIFSIGNALED(status));
    for (const std::string& name : folder.names())
        QVERIFY2(name.ends_with(".partial") || name.ends_with(".writing"), name.c_str());
    // And what it leaves goes with the next one, but nothing that bears such a name.
    QVERIFY(writeFileAtomically(folder.path("a.csv.0123456789abcdef.partial"), "mine").has_value());
    QVERIFY(generate(specOfRows(10), path, {}, {}).has_value());
    QCOMPARE(folder.names(), (Names{"a.csv", "a.csv.0123456789abcdef.partial", "a.csv.json"}));
}

void GeneratorFaultsTest::forceReplacesTheWholeDataset()
{
    const Folder folder;
    GeneratorSpec spec = specOfRows(100);
    spec.split = 3;
    QVERIFY(generate(spec, folder.path("a.csv"), {}, {}).has_value());
    QVERIFY(writeFileAtomically(folder.path("a.part9of9.csv"), "not of it").has_value());
    spec.split = 2;
    spec.seed = 5;
    QVERIFY(generate(spec, folder.path("a.csv"), {.force = true}, {}).has_value());
    QCOMPARE(folder.names(),
             (Names{"a.csv", "a.csv.json", "a.part1of2.csv", "a.part2of2.csv", "a.part9of9.csv"}));
    QVERIFY(rowsOf(folder.path("a.csv")) == generateRows(spec, 0, 100));
    QCOMPARE(readDatasetManifest(folder.path("a.csv"))->spec.seed, std::uint64_t{5});
}

void GeneratorFaultsTest::aFailedCommitPutsEverythingBack()
{
    const Folder folder;
    const Names names{"a.csv", "a.csv.json"};
    auto journal = WriteJournal::begin(folder.path("a.csv"));
    QVERIFY(journal.has_value());
    std::vector<std::unique_ptr<PendingFile>> files;
    for (const std::string& name : names) {
        QVERIFY(writeFileAtomically(folder.path(name), "old " + name).has_value());
        files.push_back(PendingFile::create(folder.path(name), *journal).value());
        QVERIFY(files.back()->append("new").has_value());
        QVERIFY(files.back()->finish().has_value());
    }
    QVERIFY(writeFileAtomically(folder.path("a.part1of1.csv"), "old part").has_value());
    fs::remove(files.back()->temporary());
    const auto committed = commitFiles(files, {folder.path("a.part1of1.csv")}, *journal);
    QVERIFY(!committed.has_value());
    files.clear();
    {
        const auto ended = std::move(*journal);
    }
    QCOMPARE(folder.names(), (Names{"a.csv", "a.csv.json", "a.part1of1.csv"}));
    for (const std::string& name : names)
        QCOMPARE(contentOf(folder.path(name)), "old " + name);
}

void GeneratorFaultsTest::filesAreTheSameWithoutHelpOfTheFileSystem()
{
    const Folder folder;
    const std::string text = generateRows(specOfRows(1), 0, 1'000'000); // some fifty megabytes
    for (const bool anonymous : {true, false}) {
        for (const bool direct : {true, false}) {
            auto journal = WriteJournal::begin(folder.path("a"));
            std::vector<std::unique_ptr<PendingFile>> files;
            files.push_back(
                PendingFile::create(folder.path("a"), *journal, {anonymous, direct}).value());
            const std::string_view all = text;
            for (std::size_t at = 0; at < all.size(); at += 999'983)
                QVERIFY(files.front()->append(all.substr(at, 999'983)).has_value());
            QVERIFY(!fs::exists(folder.path("a")));
            QVERIFY(files.front()->finish().has_value());
            QVERIFY(commitFiles(files, {}, *journal).has_value());
            files.clear();
            QCOMPARE(folder.names(), Names{"a"});
            QVERIFY(contentOf(folder.path("a")) == text);
            fs::remove(folder.path("a"));
        }
    }
    {
        auto journal = WriteJournal::begin(folder.path("a"));
        const auto unfinished =
            PendingFile::create(folder.path("a"), *journal, {.anonymous = false}).value();
        QCOMPARE(folder.names().size(), std::size_t{2});
    }
    QCOMPARE(folder.names(), Names{});
}

SPILLWAY_TESTS(GeneratorFaultsTest, QCoreApplication)
/// A program of its own, to be killed.
static const spillway::test::Suite generation(killedGeneration, [](int, char** argv) {
    (void)generate(slowSpec(), argv[1], doing([] { ::kill(::getpid(), SIGKILL); }), {});
    return 1;
});
#include "faults_test.moc"
