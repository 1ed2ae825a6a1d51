#include "base/json.h"
#include "example_run.h"
#include "suites/suites.h"

#include "session/session_brief.h"
#include "session/session_mark.h"
#include "session/session_store.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <QtTest>

#include <sys/wait.h>
#include <unistd.h>

using namespace spillway;
namespace fs = std::filesystem;

class SessionStoreTest : public QObject {
    Q_OBJECT
private slots:
    void init();
    void createdSessionIsOneFileWithOurMark();
    void aSessionIsKnownByItsContent();
    void createNeverReplaces();
    void aNameWithoutDirectoryMeansTheWorkingDirectory();
    void runComesBackAsItWas();
    void anEarlierRunWasAtRestAtItsLastSampleBeforeGo();
    void columnsTellPeopleWithPlainSqlite();
    void equalEnvironmentsShareARow();
    void equalGroupsAreStoredOnce();
    void unknownRunIsNotFound();
    void anExcludedRunKeepsItsReason();
    void aDeletedRunComesBackUntilItIsPurged();
    void purgingLeavesWhatOtherRunsShare();
    void datasetsKeepTheirOrderAndMergeFacts();
    void factsOfAnUnknownDatasetAreEmpty();
    void plansAreUnfinishedUntilFinished();
    void notesAreKept();
    void aBriefTellsWhatASessionHolds();
    void aFileNamedByTheTimeIsKnown();
    void twoWindowsAddToOneSession();
    void copyHoldsEverything();
    void copyReplacesOnlyWhenWhole();
    void copyOntoItselfIsRefused();
    void sessionsBegunAtOnceAreDifferent();

private:
    fs::path path(const char* name = "s.spillway") const
    {
        return fs::path(directory_->path().toStdString()) / name;
    }
    std::unique_ptr<QTemporaryDir> directory_;
};

namespace {

std::vector<std::string> filesIn(const fs::path& directory)
{
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(directory))
        names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
}

int count(const fs::path& session, const std::string& table)
{
    SQLite::Database database(session.string());
    return database.execAndGet("SELECT count(*) FROM " + table).getInt();
}

std::vector<std::string> lines(const std::vector<Event>& events)
{
    std::vector<std::string> result;
    for (const auto& event : events)
        result.push_back(eventLine(event));
    return result;
}

} // namespace

void SessionStoreTest::init()
{
    directory_ = std::make_unique<QTemporaryDir>();
    QVERIFY(directory_->isValid());
}

void SessionStoreTest::createdSessionIsOneFileWithOurMark()
{
    auto store = SessionStore::create(path());
    QVERIFY(store.has_value());
    QVERIFY(store->addRun(example::record(), example::trace(), example::environment()).has_value());
    // Between two transactions, also while it is open.
    QCOMPARE(filesIn(path().parent_path()), std::vector<std::string>{"s.spillway"});
    SQLite::Database database(path().string());
    QCOMPARE(database.execAndGet("PRAGMA application_id").getInt(), 0x5370696c);
    QCOMPARE(database.execAndGet("PRAGMA user_version").getInt(), SessionStore::schemaVersion);
    using enum fs::perms;
    QVERIFY((fs::status(path()).permissions() & (group_all | others_all)) == none);
}

void SessionStoreTest::aNameWithoutDirectoryMeansTheWorkingDirectory()
{
    const QTemporaryDir directory;
    const QString before = QDir::currentPath();
    QVERIFY(QDir::setCurrent(directory.path()));
    QVERIFY(SessionStore::create("bare.spillway").has_value());
    QVERIFY(QFile::exists(directory.filePath("bare.spillway")));
    QVERIFY(SessionStore::open("bare.spillway").has_value());
    QVERIFY(QDir::setCurrent(before));
}

void SessionStoreTest::aSessionIsKnownByItsContent()
{
    QVERIFY(SessionStore::create(path("renamed.bin")).has_value());
    QVERIFY(isSession(path("renamed.bin")));
    SQLite::Database(path("other.spillway"), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
        .exec("CREATE TABLE t (a)");
    QVERIFY(!isSession(path("other.spillway")));
    QFile(QString::fromStdString(path("empty.spillway"))).open(QIODevice::WriteOnly);
    QVERIFY(!isSession(path("empty.spillway")));
    QVERIFY(!isSession(path("nowhere.spillway")));
    QVERIFY(!isSession("/"));
}

void SessionStoreTest::createNeverReplaces()
{
    QVERIFY(SessionStore::create(path()).has_value());
    const auto again = SessionStore::create(path());
    QVERIFY(again.has_error());
    QCOMPARE(again.error().code, ErrorCode::AlreadyExists);
    QCOMPARE(filesIn(path().parent_path()), std::vector<std::string>{"s.spillway"});
}

void SessionStoreTest::runComesBackAsItWas()
{
    auto record = example::record(3, RunStatus::TimedOut);
    const auto trace = example::trace(50, 1200);
    {
        auto store = SessionStore::create(path());
        const auto id = store->addRun(record, trace, example::environment());
        QVERIFY2(id.has_value(), id ? "" : describe(id.error()).c_str());
        QCOMPARE(*id, 1);
        record.id = *id;
    }
    const auto store = SessionStore::open(path());
    const auto runs = store->runs();
    QVERIFY(runs.has_value());
    QCOMPARE(runs->size(), std::size_t(1));
    QVERIFY(runs->front() == record);
    const auto stored = store->trace(1);
    QVERIFY2(stored.has_value(), stored ? "" : describe(stored.error()).c_str());
    QVERIFY(stored->samples == trace.samples);
    QCOMPARE(lines(stored->events), lines(trace.events));
    QCOMPARE(stored->tasks.size(), trace.tasks.size());
    QCOMPARE(stored->tasks[7].begin.count(), trace.tasks[7].begin.count());
    QCOMPARE(stored->tasks[7].kind, std::string("scan"));
    // NaN is no number that compares: the hash is over the bits.
    QCOMPARE(rowsHash(stored->table), rowsHash(trace.table));
    QVERIFY(*store->environmentOf(1) == example::environment());
}

void SessionStoreTest::anEarlierRunWasAtRestAtItsLastSampleBeforeGo()
{
    auto store = SessionStore::create(path());
    const auto rest = [&](std::optional<double> setup, double goAt, const char* address = "") {
        auto run = example::record();
        run.setupSeconds = setup;
        run.goAt = Seconds(goAt);
        run.cell.address = address;
        // Samples at 0, 0.05 and 0.1 s of 0, 11 and 22 bytes.
        if (!store->addRun(run, example::trace(), example::environment())) return AtRest{-1, 0, 0};
        return store->runs()->back().atRest.value_or(AtRest{});
    };
    QVERIFY(rest(0.04, 0.06) == (AtRest{0.04, 2, 11}));
    QVERIFY(rest(0.04, 7) == (AtRest{0.04, 2, 22}));
    QVERIFY(rest(0.04, -1) == AtRest{}); // no sample
    QVERIFY(rest({}, 0.06) == AtRest{});
    QVERIFY(rest(0.04, 0.06, "tcp://127.0.0.1:1") == AtRest{});
}

void SessionStoreTest::columnsTellPeopleWithPlainSqlite()
{
    auto store = SessionStore::create(path());
    QVERIFY(store->addRun(example::record(), {}, example::environment()).has_value());
    QVERIFY(store
                ->addRun(example::record(2, RunStatus::TimedOut), example::trace(),
                         example::environment())
                .has_value());
    SQLite::Database database(path().string());
    SQLite::Statement rows(database,
                           "SELECT status, engine, workers, seconds, peak_bytes, workload, error, "
                           "flags, memory_limit FROM run ORDER BY id");
    QVERIFY(rows.executeStep());
    QCOMPARE(rows.getColumn(0).getString(), std::string("ok"));
    QCOMPARE(rows.getColumn(1).getString(), std::string("chunked"));
    QCOMPARE(rows.getColumn(2).getInt(), 2);
    QCOMPARE(rows.getColumn(3).getDouble(), 1.0 / 3);
    QCOMPARE(rows.getColumn(4).getInt(), 12345);
    QCOMPARE(rows.getColumn(5).getString(), std::string("etl"));
    QVERIFY(rows.getColumn(6).isNull());
    QCOMPARE(rows.getColumn(7).getString(), std::string("oversubscribed,noisy"));
    QCOMPARE(rows.getColumn(8).getInt(), 1000);
    QVERIFY(rows.executeStep());
    QCOMPARE(rows.getColumn(6).getString(), std::string("late"));
    QCOMPARE(database.execAndGet("SELECT max(anon + shared) FROM sample WHERE run = 2").getInt(),
             22);
}

void SessionStoreTest::equalEnvironmentsShareARow()
{
    auto store = SessionStore::create(path());
    for (const char* cpu : {"A", "B", "A", "A"})
        QVERIFY(store->addRun(example::record(), {}, example::environment(cpu)).has_value());
    QCOMPARE(store->environments()->size(), std::size_t(2));
    QCOMPARE(store->environmentOf(2)->cpuModel, std::string("B"));
    QCOMPARE(store->environmentOf(4)->cpuModel, std::string("A"));
}

void SessionStoreTest::equalGroupsAreStoredOnce()
{
    auto store = SessionStore::create(path());
    auto other = example::trace(0, 1500);
    std::get<std::vector<double>>(other.table.columns[2].values)[700] += 1e-12;
    for (const auto& trace : {example::trace(0, 1500), example::trace(0, 1500), other})
        QVERIFY(store->addRun(example::record(), trace, example::environment()).has_value());
    QCOMPARE(count(path(), "result_row"), 3000);
    QCOMPARE(rowsHash(store->trace(2)->table), rowsHash(example::trace(0, 1500).table));
    QCOMPARE(rowsHash(store->trace(3)->table), rowsHash(other.table));
}

void SessionStoreTest::unknownRunIsNotFound()
{
    auto store = SessionStore::create(path());
    QCOMPARE(store->trace(7).error().code, ErrorCode::NotFound);
    QCOMPARE(store->environmentOf(7).error().code, ErrorCode::NotFound);
}

void SessionStoreTest::anExcludedRunKeepsItsReason()
{
    const auto reason = std::string("the laptop \"slept\"; DROP TABLE run\x1b[2J");
    std::int64_t id = 0;
    {
        auto store = SessionStore::create(path());
        id = *store->addRun(example::record(), example::trace(), example::environment());
        QVERIFY(!store->runs()->front().excluded);
        QVERIFY(store->excludeRun(id, reason).has_value());
        QCOMPARE(store->excludeRun(id + 1, reason).error().code, ErrorCode::NotFound);
    }
    auto store = SessionStore::open(path());
    QCOMPARE(store->runs()->front().excluded, std::optional(reason));
    QVERIFY(store->excludeRun(id, std::nullopt).has_value());
    QVERIFY(!store->runs()->front().excluded);
}

void SessionStoreTest::aDeletedRunComesBackUntilItIsPurged()
{
    auto store = SessionStore::create(path());
    const auto id = *store->addRun(example::record(), example::trace(), example::environment());
    QVERIFY(store->excludeRun(id, "first").has_value());
    QVERIFY(store->deleteRun(id).has_value());
    QVERIFY(store->runs()->empty());
    QCOMPARE(store->deleteRun(id).error().code, ErrorCode::NotFound);
    QCOMPARE(store->excludeRun(id, "second").error().code, ErrorCode::NotFound);
    QVERIFY(store->restoreRun(id).has_value());
    QCOMPARE(store->runs()->front().excluded, std::optional(std::string("first")));
    QCOMPARE(store->restoreRun(id).error().code, ErrorCode::NotFound);
    QCOMPARE(store->purgeDeleted().value(), 0);
    QVERIFY(store->deleteRun(id).has_value());
    QCOMPARE(store->purgeDeleted().value(), 1);
    QCOMPARE(store->restoreRun(id).error().code, ErrorCode::NotFound);
    for (const char* table :
         {"run", "sample", "event", "task", "result_table", "result_row", "environment"})
        QVERIFY2(count(path(), table) == 0, table);
    // Its number is not given to another run.
    QVERIFY(*store->addRun(example::record(), example::trace(), example::environment()) > id);
}

void SessionStoreTest::purgingLeavesWhatOtherRunsShare()
{
    auto store = SessionStore::create(path());
    const auto first = *store->addRun(example::record(), example::trace(), example::environment());
    const auto second = *store->addRun(example::record(), example::trace(), example::environment());
    const auto before = store->trace(second);
    QVERIFY(store->deleteRun(first).has_value());
    QCOMPARE(store->purgeDeleted().value(), 1);
    const auto after = store->trace(second);
    QVERIFY(after);
    QCOMPARE(lines(after->events), lines(before->events));
    QCOMPARE(after->samples.size(), before->samples.size());
    QCOMPARE(rowsHash(after->table), rowsHash(before->table));
    QVERIFY(store->environmentOf(second).has_value());
}

void SessionStoreTest::datasetsKeepTheirOrderAndMergeFacts()
{
    auto store = SessionStore::create(path());
    QVERIFY(store->addDataset(example::dataset("b"), {{"rows", 10}}).has_value());
    QVERIFY(store->addDataset(example::dataset("a"), Json::object()).has_value());
    auto renamed = example::dataset("b");
    renamed.name = "renamed";
    QVERIFY(store->addDataset(renamed, {{"sum", 1.5}}).has_value());
    const auto datasets = store->datasets();
    QCOMPARE(datasets->size(), std::size_t(2));
    QVERIFY((*datasets)[0] == renamed);
    QVERIFY((*datasets)[1] == example::dataset("a"));
    QVERIFY(*store->datasetFacts("b") == Json({{"rows", 10}, {"sum", 1.5}}));
    QVERIFY(store->setDatasetFacts("b", {{"new", true}}).has_value());
    QVERIFY(*store->datasetFacts("b") == Json({{"new", true}}));
    QVERIFY(store->removeDataset("b").has_value());
    QCOMPARE(store->datasets()->size(), std::size_t(1));
    QCOMPARE(store->removeDataset("b").error().code, ErrorCode::NotFound);
}

void SessionStoreTest::factsOfAnUnknownDatasetAreEmpty()
{
    auto store = SessionStore::create(path());
    QVERIFY(*store->datasetFacts("none") == Json::object());
    QCOMPARE(store->setDatasetFacts("none", {{"a", 1}}).error().code, ErrorCode::NotFound);
}

void SessionStoreTest::plansAreUnfinishedUntilFinished()
{
    auto store = SessionStore::create(path());
    const auto first = store->addPlan({{"version", 1}});
    const auto second = store->addPlan({{"version", 1}, {"seed", 2}});
    QVERIFY(*first != *second);
    QVERIFY(store->finishPlan(*first).has_value());
    const auto plans = store->plans();
    QVERIFY((*plans)[0].finished);
    QVERIFY(!(*plans)[1].finished);
    QCOMPARE((*plans)[1].text, std::string(R"({"seed":2,"version":1})"));
    QCOMPARE((*plans)[1].createdAt.size(), std::string("2026-11-21T10:00:00Z").size());
    QCOMPARE(store->finishPlan(99).error().code, ErrorCode::NotFound);
    QVERIFY(store->finishPlan(*first, R"({"rounds":1})").has_value());
    QVERIFY(store->resumePlan(*first, Json{{"again", 1}}).has_value());
    QVERIFY(!store->plans()->front().finished);
    QVERIFY(store->plans()->front().leftOut.empty());
    QCOMPARE(store->resumePlan(99, Json::object()).error().code, ErrorCode::NotFound);
    // What a budget left out stays until the plan ends without one that does.
    QVERIFY(store->finishPlan(*first, R"({"runs":3})").has_value());
    QCOMPARE(store->plans()->front().leftOut, std::string(R"({"runs":3})"));
    QVERIFY(store->plans()->back().leftOut.empty());
    QVERIFY(store->finishPlan(*first).has_value());
    QVERIFY(store->plans()->front().leftOut.empty());
}

void SessionStoreTest::notesAreKept()
{
    auto store = SessionStore::create(path());
    QCOMPARE(*store->notes(), std::string());
    QVERIFY(store->setNotes("first").has_value());
    QVERIFY(store->setNotes("größer; 'quoted'\n").has_value());
    QCOMPARE(*SessionStore::open(path())->notes(), std::string("größer; 'quoted'\n"));
}

void SessionStoreTest::aBriefTellsWhatASessionHolds()
{
    auto store = SessionStore::create(path());
    QCOMPARE(*readSessionBrief(path()), SessionBrief{.path = path()});
    QVERIFY(store->setName("Taxi, before the change").has_value());
    QVERIFY(store->setTags("taxi nightly").has_value());
    QVERIFY(store->addPlan({{"version", 1}}).has_value());
    QVERIFY(!readSessionBrief(path())->began.empty());
    auto run = example::record();
    run.startedAt = "2026-11-28T10:31:02Z";
    for (const char* engine : {"polars", "duckdb", "polars"}) {
        run.cell.engine = engine;
        QVERIFY(store->addRun(run, example::trace(), example::environment()).has_value());
    }
    run.warmup = true;
    run.cell.engine = "dask";
    QVERIFY(store->addRun(run, example::trace(), example::environment()).has_value());
    QVERIFY(store->deleteRun(2).has_value());
    const auto brief = *readSessionBrief(path());
    QCOMPARE(brief.name, std::string("Taxi, before the change"));
    QCOMPARE(brief.tags, std::string("taxi nightly"));
    QCOMPARE(brief.began, run.startedAt);
    QCOMPARE(brief.engines, 1);
    QCOMPARE(brief.runs, 2);
    QCOMPARE(readSessionBrief(path("nowhere.spillway")).error().code, ErrorCode::NotFound);
}

void SessionStoreTest::aFileNamedByTheTimeIsKnown()
{
    const auto made = createSessionIn(path("sessions"));
    QVERIFY(isNamedByTime(made->path()));
    QVERIFY(isNamedByTime("/a/2026-11-28T103102Z-12.spillway"));
    for (const char* name : {"study", "2026-11-28", "2026-11-28T103102Z-", "2026-11-28T103102Z-b",
                             "2026-11-28T103102Z 2", "x2026-11-28T103102Z", ""})
        QVERIFY2(!isNamedByTime(std::string(name) + ".spillway"), name);
}

void SessionStoreTest::twoWindowsAddToOneSession()
{
    auto one = SessionStore::create(path());
    auto two = SessionStore::open(path());
    QVERIFY(two.has_value());
    for (int i = 1; i <= 10; ++i) {
        auto& store = i % 2 ? *one : *two;
        const auto id = store.addRun(example::record(i), example::trace(), example::environment());
        QVERIFY(id.has_value());
        QCOMPARE(*id, i);
    }
    QVERIFY(*one->runs() == *two->runs());
    QCOMPARE(one->runs()->size(), std::size_t(10));
}

void SessionStoreTest::copyHoldsEverything()
{
    auto store = SessionStore::create(path());
    QVERIFY(store->addDataset(example::dataset(), Json::object()).has_value());
    QVERIFY(store->addRun(example::record(), example::trace(9, 1100), example::environment())
                .has_value());
    const auto readOnly = SessionStore::openReadOnly(path());
    QVERIFY(readOnly->saveAs(path("copy.spillway")).has_value());
    auto copy = SessionStore::open(path("copy.spillway"));
    QVERIFY2(copy.has_value(), copy ? "" : describe(copy.error()).c_str());
    QVERIFY(*copy->runs() == *store->runs());
    QVERIFY(*copy->datasets() == *store->datasets());
    QVERIFY(copy->trace(1)->samples == store->trace(1)->samples);
    QCOMPARE(rowsHash(copy->trace(1)->table), rowsHash(store->trace(1)->table));
    // It goes on by itself.
    QCOMPARE(*copy->addRun(example::record(2), {}, example::environment()), 2);
    QCOMPARE(store->runs()->size(), std::size_t(1));
}

void SessionStoreTest::copyReplacesOnlyWhenWhole()
{
    auto store = SessionStore::create(path());
    QVERIFY(SessionStore::create(path("other.spillway"))->setNotes("old").has_value());
    QVERIFY(store->setNotes("new").has_value());
    QVERIFY(store->saveAs(path("other.spillway")).has_value());
    QCOMPARE(*SessionStore::open(path("other.spillway"))->notes(), std::string("new"));
    const auto nowhere = store->saveAs(path("missing") / "x.spillway");
    QCOMPARE(nowhere.error().code, ErrorCode::NotFound);
    QCOMPARE(filesIn(path().parent_path()),
             (std::vector<std::string>{"other.spillway", "s.spillway"}));
}

void SessionStoreTest::copyOntoItselfIsRefused()
{
    auto store = SessionStore::create(path());
    QVERIFY(store->setNotes("kept").has_value());
    fs::create_symlink(path(), path("link.spillway"));
    QCOMPARE(store->saveAs(path()).error().code, ErrorCode::InvalidArgument);
    QCOMPARE(store->saveAs(path("link.spillway")).error().code, ErrorCode::InvalidArgument);
    QCOMPARE(*store->notes(), std::string("kept"));
}

void SessionStoreTest::sessionsBegunAtOnceAreDifferent()
{
    const auto folder = path("sessions");
    std::vector<pid_t> children;
    for (int i = 0; i < 8; ++i) {
        children.push_back(::fork());
        if (children.back() == 0) ::_exit(createSessionIn(folder).has_value() ? 0 : 1);
    }
    for (const pid_t child : children) {
        int status = 1;
        QCOMPARE(::waitpid(child, &status, 0), child);
        QCOMPARE(status, 0);
    }
    int sessions = 0;
    for (const auto& entry : fs::directory_iterator(folder))
        sessions += entry.path().extension() == ".spillway";
    QCOMPARE(sessions, 8);
}

SPILLWAY_TESTS(SessionStoreTest, QCoreApplication)
#include "session_store_test.moc"
