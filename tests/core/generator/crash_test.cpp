#include "../killed_at_call.h"
#include "generator_support.h"
#include "suites/suites.h"

#include "generator/pending_files.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

using namespace spillway;
using namespace spillway::test;
namespace fs = std::filesystem;

/// Writers that are killed, and the journal that tells the next one what they left.
class GeneratorCrashTest : public QObject {
    Q_OBJECT
private slots:
    void whatAKilledWriterNamedIsSwept();
    void aKillAtAnyMomentLeavesTheOldDatasetOrTheNew();
    void twoWritersOfOneDatasetAreRefused();
};

namespace {

using Names = std::vector<std::string>;

constexpr std::array<const char*, 4> datasetFiles{"a.csv", "a.part1of2.csv", "a.part2of2.csv",
                                                  "a.csv.json"};

/// Files that are ready to take the place of a dataset.
struct Replacing {
    std::optional<WriteJournal> journal;
    std::vector<std::unique_ptr<PendingFile>> files;

    void prepare(const fs::path& from, const fs::path& to)
    {
        journal.emplace(WriteJournal::begin(to / "a.csv").value());
        for (const char* name : datasetFiles) {
            files.push_back(PendingFile::create(to / name, *journal).value());
            files.back()->append(contentOf(from / name)).value();
            files.back()->finish().value();
        }
    }
};

} // namespace

void GeneratorCrashTest::whatAKilledWriterNamedIsSwept()
{
    const Folder folder;
    const fs::path path = folder.path("a.csv");
    const pid_t child = ::fork();
    if (child == 0) {
        auto journal = WriteJournal::begin(path);
        const auto file = PendingFile::create(path, *journal, {.anonymous = false});
        ::kill(::getpid(), file ? SIGKILL : SIGTERM);
    }
    int status = 0;
    QCOMPARE(::waitpid(child, &status, 0), child);
    QVERIFY(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    QCOMPARE(folder.names().size(), std::size_t{2}); // the partial file and the journal
    QVERIFY(!readDatasetManifest(path));
    QCOMPARE(folder.names(), Names{});
}

/// Killed before and after every system call of the commit, one after the other.
void GeneratorCrashTest::aKillAtAnyMomentLeavesTheOldDatasetOrTheNew()
{
#ifdef __SANITIZE_THREAD__
    QSKIP("ThreadSanitizer knows no threads of a child that was forked beside others");
#endif
    GeneratorSpec before = specOfRows(200);
    before.split = 2;
    GeneratorSpec after = before;
    after.seed = 7;
    const Folder made;
    QVERIFY(generate(after, made.path("a.csv"), {}, {}).has_value());
    int kills = 0;
    bool sawOld = false;
    bool sawNew = false;
    for (bool alive = true; alive && kills < 1000; ++kills) {
        const Folder folder;
        const fs::path path = folder.path("a.csv");
        QVERIFY(generate(before, path, {}, {}).has_value());
        Replacing replacing; // filled in the child only
        alive = killedAtCall([&] { replacing.prepare(made.path(), folder.path()); },
                             [&] { (void)commitFiles(replacing.files, {}, *replacing.journal); },
                             kills);

        const auto manifest = readDatasetManifest(path);
        QVERIFY2(manifest.has_value(), manifest ? "" : manifest.error().message.c_str());
        const bool isNew = manifest->spec.seed == 7;
        (isNew ? sawNew : sawOld) = true;
        const auto rows = generateRows(isNew ? after : before, 0, 200);
        QVERIFY(rowsOf(path) == rows);
        QVERIFY(rowsOf(folder.path("a.part1of2.csv")) + rowsOf(folder.path("a.part2of2.csv")) ==
                rows);
        QCOMPARE(folder.names(),
                 (Names{"a.csv", "a.csv.json", "a.part1of2.csv", "a.part2of2.csv"}));
    }
    QVERIFY(sawOld && sawNew && kills > 20);
}

void GeneratorCrashTest::twoWritersOfOneDatasetAreRefused()
{
    const Folder folder;
    const auto first = WriteJournal::begin(folder.path("a.csv"));
    QVERIFY(first.has_value());
    const auto second = generate(specOfRows(10), folder.path("a.csv"), {.force = true}, {});
    QVERIFY(!second.has_value());
    QCOMPARE(second.error().code, ErrorCode::AlreadyExists);
    QVERIFY(writeFileAtomically(folder.path("b.csv.writing"), "a user's notes").has_value());
    QVERIFY(!generate(specOfRows(10), folder.path("b.csv"), {.force = true}, {}));
    QCOMPARE(contentOf(folder.path("b.csv.writing")), "a user's notes");
}

SPILLWAY_TESTS(GeneratorCrashTest, QCoreApplication)
#include "crash_test.moc"
