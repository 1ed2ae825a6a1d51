#include "example_run.h"
#include "suites/suites.h"
#include "workloads/etl/etl_result.h"

#include "base/files.h"
#include "session/migrations.h"
#include "session/session_store.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <QtTest>

#include <cmath>

#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <cerrno>
#include <fstream>

using namespace spillway;
namespace fs = std::filesystem;

class SessionFaultsTest : public QObject {
    Q_OBJECT
private slots:
    void init();
    void whatIsNoWholeSessionIsRefused_data();
    void whatIsNoWholeSessionIsRefused();
    void newerSessionIsLeftAlone();
    void damagedRecordIsNamed();
    void readOnlySessionCannotBeChanged();
    void readOnlyDiskCanBeLookedAt();
    void fullDiskChangesNothing();
    void movedFileIsNoticed();
    void foreignJournalModeBecomesOneFileAgain();
    void lockedSessionSaysSo();
    void groupsOfTheFirstFormatAreATable_data();
    void groupsOfTheFirstFormatAreATable();
    void migrationIsOneStepForAReader();
    void failedMigrationLeavesTheOldSchema();
    void migrationDoesNotGoBack();

private:
    fs::path path(const char* name = "s.spillway") const
    {
        return fs::path(directory_->path().toStdString()) / name;
    }
    std::unique_ptr<QTemporaryDir> directory_;
};

namespace {

void write(const fs::path& path, const std::string& content)
{
    std::ofstream(path, std::ios::binary) << content;
}

std::string content(const fs::path& path)
{
    return *readFile(path);
}

void sql(const fs::path& path, const std::string& statements)
{
    SQLite::Database(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec(statements);
}

void makeSession(const fs::path& path, int runs = 3)
{
    auto store = SessionStore::create(path);
    for (int i = 1; i <= runs; ++i)
        QVERIFY(store->addRun(example::record(i), example::trace(200), example::environment())
                    .has_value());
}

/// A small file system of this test's own; nothing when that is not allowed here.
class SmallDisk {
public:
    SmallDisk(fs::path directory, const char* options) : directory_(std::move(directory))
    {
        fs::create_directory(directory_);
        mounted_ = ::unshare(CLONE_NEWNS) == 0 &&
                   ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                   ::mount("tmpfs", directory_.c_str(), "tmpfs", 0, options) == 0;
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    ~SmallDisk()
    {
        if (mounted_) ::umount2(directory_.c_str(), MNT_DETACH);
    }
    bool mounted() const { return mounted_; }
    bool makeReadOnly() const
    {
        return ::mount("none", directory_.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) == 0;
    }

private:
    fs::path directory_;
    bool mounted_ = false;
};

constexpr Migration twoSteps[]{{1, "CREATE TABLE a (x INTEGER);"},
                               {2, "ALTER TABLE a ADD COLUMN y TEXT DEFAULT 'old';"}};

} // namespace

void SessionFaultsTest::init()
{
    directory_ = std::make_unique<QTemporaryDir>();
    QVERIFY(directory_->isValid());
}

void SessionFaultsTest::whatIsNoWholeSessionIsRefused_data()
{
    using Damage = std::function<void(const fs::path&)>;
    QTest::addColumn<Damage>("damage");
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, ErrorCode code, const char* words, Damage damage) {
        QTest::newRow(name) << damage << code << words;
    };
    const auto corrupt = ErrorCode::Corrupt;
    row("missing", ErrorCode::NotFound, "Cannot open", [](const fs::path& p) { fs::remove(p); });
    row("directory", corrupt, "not a Spillway session", [](const fs::path& p) {
        fs::remove(p);
        fs::create_directory(p);
    });
    row("fifo", corrupt, "not a Spillway session", [](const fs::path& p) {
        fs::remove(p);
        QCOMPARE(::mkfifo(p.c_str(), 0600), 0);
    });
    row("text", corrupt, "not a Spillway session",
        [](const fs::path& p) { write(p, std::string(5000, 'x')); });
    row("empty", corrupt, "not a Spillway session", [](const fs::path& p) { write(p, ""); });
    row("a few bytes", corrupt, "cut short",
        [](const fs::path& p) { write(p, content(p).substr(0, 60)); });
    row("other application", corrupt, "not a Spillway session",
        [](const fs::path& p) { sql(p, "PRAGMA application_id = 1"); });
    row("no schema version", corrupt, "not a Spillway session",
        [](const fs::path& p) { sql(p, "PRAGMA user_version = 0"); });
    row("newer", ErrorCode::Unsupported, "newer Spillway",
        [](const fs::path& p) { sql(p, "PRAGMA user_version = 99"); });
    row("cut in half", corrupt, "cut short",
        [](const fs::path& p) { fs::resize_file(p, fs::file_size(p) / 2); });
    row("last byte missing", corrupt, "cut short",
        [](const fs::path& p) { fs::resize_file(p, fs::file_size(p) - 1); });
    row("a page overwritten", corrupt, "damaged", [](const fs::path& p) {
        auto bytes = content(p);
        bytes.replace(bytes.size() / 2 / 4096 * 4096, 4096, 4096, '\xa5');
        write(p, bytes);
    });
    row("table missing", corrupt, "lacks the table \"task\"",
        [](const fs::path& p) { sql(p, "DROP TABLE task"); });
    row("trigger", corrupt, "holds a trigger", [](const fs::path& p) {
        sql(p, "CREATE TRIGGER t AFTER INSERT ON run BEGIN DELETE FROM run; END");
    });
    row("view", corrupt, "holds a view", [](const fs::path& p) {
        sql(p, "ALTER TABLE run RENAME TO r; CREATE VIEW run AS SELECT * FROM r");
    });
    row("virtual table", corrupt, "holds a virtual table",
        [](const fs::path& p) { sql(p, "CREATE VIRTUAL TABLE v USING fts5(x)"); });
}

void SessionFaultsTest::whatIsNoWholeSessionIsRefused()
{
    QFETCH(std::function<void(const fs::path&)>, damage);
    QFETCH(ErrorCode, code);
    QFETCH(QString, words);
    makeSession(path());
    damage(path());
    const bool file = fs::is_regular_file(path());
    const auto before = file ? content(path()) : std::string();
    for (const bool readOnly : {true, false}) {
        const auto store =
            readOnly ? SessionStore::openReadOnly(path()) : SessionStore::open(path());
        QVERIFY(store.has_error());
        QVERIFY2(QString::fromStdString(store.error().message).contains(words),
                 describe(store.error()).c_str());
        QCOMPARE(store.error().code, code);
        QVERIFY(code == ErrorCode::NotFound || !store.error().remedy.empty());
    }
    if (file) QVERIFY(content(path()) == before);
}

void SessionFaultsTest::newerSessionIsLeftAlone()
{
    makeSession(path());
    sql(path(), fmt::format("PRAGMA user_version = {}; CREATE TABLE later (x)",
                            SessionStore::schemaVersion + 1));
    const auto before = content(path());
    const auto store = SessionStore::open(path());
    QCOMPARE(store.error().code, ErrorCode::Unsupported);
    QVERIFY(content(path()) == before);
}

void SessionFaultsTest::damagedRecordIsNamed()
{
    makeSession(path());
    sql(path(), "UPDATE run SET record = '{\"cell\": 5' WHERE id = 2");
    const auto store = SessionStore::open(path());
    QVERIFY(store.has_value());
    const auto runs = store->runs();
    QCOMPARE(runs.error().code, ErrorCode::Corrupt);
    QVERIFY2(runs.error().message.starts_with("Run 2 of "), runs.error().message.c_str());
    sql(path(), "UPDATE event SET event = '{}' WHERE run = 3 AND n = 0");
    QCOMPARE(store->trace(3).error().code, ErrorCode::Corrupt);
    QVERIFY(store->trace(1).has_value());
}

void SessionFaultsTest::readOnlySessionCannotBeChanged()
{
    makeSession(path());
    const auto before = content(path());
    auto store = SessionStore::openReadOnly(path());
    QVERIFY(store.has_value());
    QCOMPARE(store->addRun(example::record(), {}, example::environment()).error().code,
             ErrorCode::NotPermitted);
    QCOMPARE(store->setNotes("x").error().code, ErrorCode::NotPermitted);
    QCOMPARE(store->runs()->size(), std::size_t(3));
    QVERIFY(content(path()) == before);
}

void SessionFaultsTest::readOnlyDiskCanBeLookedAt()
{
    const SmallDisk disk(path("disk"), "size=4m");
    if (!disk.mounted()) QSKIP("A file system of its own needs root.");
    const auto file = path("disk") / "s.spillway";
    makeSession(file);
    QVERIFY(disk.makeReadOnly());
    const auto written = SessionStore::open(file);
    QVERIFY(written.has_error());
    QCOMPARE(written.error().code, ErrorCode::NotPermitted);
    QVERIFY(!written.error().remedy.empty());
    const auto store = SessionStore::openReadOnly(file);
    QVERIFY2(store.has_value(), store ? "" : describe(store.error()).c_str());
    QCOMPARE(store->runs()->size(), std::size_t(3));
    QVERIFY(store->saveAs(path("copy.spillway")).has_value());
    QCOMPARE(SessionStore::open(path("copy.spillway"))->runs()->size(), std::size_t(3));
}

void SessionFaultsTest::fullDiskChangesNothing()
{
    const SmallDisk disk(path("disk"), "size=1m");
    if (!disk.mounted()) QSKIP("A file system of its own needs root.");
    const auto file = path("disk") / "s.spillway";
    auto store = SessionStore::create(file);
    QVERIFY(store.has_value());
    std::size_t stored = 0;
    std::optional<Error> full;
    while (!full && stored < 1000) {
        const auto id =
            store->addRun(example::record(), example::trace(500), example::environment());
        if (id)
            ++stored;
        else
            full = id.error();
    }
    QVERIFY(full.has_value());
    QVERIFY2(full->code == ErrorCode::NoSpace, describe(*full).c_str());
    QVERIFY(stored > 1);
    QCOMPARE(store->runs()->size(), stored);
    QCOMPARE(store->trace(static_cast<std::int64_t>(stored))->samples.size(), std::size_t(500));
    std::ofstream(path("disk") / "rest") << std::string(1 << 20, 'x');
    QCOMPARE(store->setNotes(std::string(100'000, 'x')).error().code, ErrorCode::NoSpace);
    const auto copied = store->saveAs(path("disk") / "copy.spillway");
    QCOMPARE(copied.error().code, ErrorCode::NoSpace);
    const auto second = SessionStore::create(path("disk") / "second.spillway");
    QVERIFY(second.has_error());
    QCOMPARE(second.error().code, ErrorCode::NoSpace);
    int files = 0;
    for ([[maybe_unused]] const auto& entry : fs::directory_iterator(path("disk")))
        ++files;
    QCOMPARE(files, 2); // the session and what fills the disk
    QVERIFY(SessionStore::open(file).has_value());
    QCOMPARE(SessionStore::open(file)->runs()->size(), stored);
}

void SessionFaultsTest::movedFileIsNoticed()
{
    makeSession(path());
    auto store = SessionStore::open(path());
    fs::rename(path(), path("elsewhere.spillway"));
    const auto added = store->addRun(example::record(), {}, example::environment());
    QVERIFY(added.has_error());
    QCOMPARE(added.error().code, ErrorCode::NotFound);
    QCOMPARE(SessionStore::open(path("elsewhere.spillway"))->runs()->size(), std::size_t(3));
}

void SessionFaultsTest::foreignJournalModeBecomesOneFileAgain()
{
    makeSession(path());
    sql(path(), "PRAGMA journal_mode = WAL; UPDATE run SET flags = 'x'");
    auto store = SessionStore::open(path());
    QVERIFY(store.has_value());
    QVERIFY(store->setNotes("x").has_value());
    QVERIFY(!fs::exists(path("s.spillway-wal")));
    QVERIFY(!fs::exists(path("s.spillway-shm")));
}

void SessionFaultsTest::lockedSessionSaysSo()
{
    makeSession(path());
    auto store = SessionStore::open(path());
    SQLite::Database other(path().string(), SQLite::OPEN_READWRITE);
    // A database that is locked for longer than a session waits.
    other.exec("BEGIN EXCLUSIVE");
    const auto runs = store->runs();
    QVERIFY(runs.has_error());
    QCOMPARE(runs.error().code, ErrorCode::Io);
    QVERIFY(runs.error().message.find("in use by another program") != std::string::npos);
    other.exec("COMMIT");
    QCOMPARE(store->runs()->size(), std::size_t(3));
}

void SessionFaultsTest::groupsOfTheFirstFormatAreATable_data()
{
    QTest::addColumn<bool>("readOnly");
    QTest::newRow("the file itself") << false;
    QTest::newRow("a copy of a file that stays as it is") << true;
}

void SessionFaultsTest::groupsOfTheFirstFormatAreATable()
{
    QFETCH(bool, readOnly);
    const std::vector<GroupMean> groups{{"A \"quoted\"", 2, {0.1, 1e300}},
                                        {"B\n", 1, {-0.25, std::nan("")}}};
    auto record = example::record();
    EtlResult etl;
    etl.values = {"x", "a, b"};
    etl.groupsCount = 2;
    etl.groupsHash = groupsHash(groups);
    etl.rows = 3;
    etl.missing = {0, 1};
    record.result = etl;
    {
        SQLite::Database database(path().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        database.exec(fmt::format("PRAGMA application_id = {}", SessionStore::applicationId));
        QVERIFY(migrate(database, sessionMigrations().first(1)).has_value());
        database.exec("INSERT INTO environment VALUES (1, '{}')");
        SQLite::Statement set(database, "INSERT INTO group_set VALUES (1, ?, 2)");
        set.bind(1, etl.groupsHash);
        set.exec();
        SQLite::Statement add(database, "INSERT INTO group_mean VALUES (1, ?, ?, ?, ?)");
        for (int n = 0; n < 2; ++n) {
            const auto& group = groups[static_cast<std::size_t>(n)];
            add.reset();
            add.bind(1, n);
            add.bind(2, group.key);
            add.bind(3, group.count);
            add.bind(4, toLine(Json(group.means)));
            add.exec();
        }
        SQLite::Statement run(
            database,
            "INSERT INTO run VALUES (1, 1, 1, 1, '', '', 'etl', '', '', '', 1, NULL, 'warm', 1, 1, "
            "0, 'ok', NULL, '', NULL, NULL, 0, 0, 0, 0, 0, '', ?)");
        run.bind(1, toLine(toFullJson(record)));
        run.exec();
    }
    const auto before = content(path());
    const auto store = readOnly ? SessionStore::openReadOnly(path()) : SessionStore::open(path());
    QVERIFY2(store, store ? "" : describe(store.error()).c_str());
    const auto trace = store->trace(1);
    QVERIFY2(trace, trace ? "" : describe(trace.error()).c_str());
    QCOMPARE(rowsHash(trace->table), etl.groupsHash);
    QCOMPARE(toLine(columnsJson(trace->table)), toLine(columnsJson(tableOf(groups, etl.values))));
    QVERIFY(store->runs()->front().result->rowsAreApart());
    QCOMPARE(content(path()) == before, readOnly);
}

void SessionFaultsTest::migrationIsOneStepForAReader()
{
    SQLite::Database database(path().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    QVERIFY(migrate(database, std::span(twoSteps).first(1)).has_value());
    QCOMPARE(schemaVersionOf(database), 1);
    database.exec("INSERT INTO a VALUES (7)");
    QVERIFY(migrate(database, twoSteps).has_value());
    QCOMPARE(schemaVersionOf(database), 2);
    QCOMPARE(database.execAndGet("SELECT y FROM a WHERE x = 7").getString(), std::string("old"));
    // Again: nothing to do.
    QVERIFY(migrate(database, twoSteps).has_value());
}

void SessionFaultsTest::failedMigrationLeavesTheOldSchema()
{
    SQLite::Database database(path().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    QVERIFY(migrate(database, std::span(twoSteps).first(1)).has_value());
    database.exec("INSERT INTO a VALUES (7)");
    constexpr Migration broken[]{{1, ""},
                                 {2, "ALTER TABLE a ADD COLUMN y TEXT;"},
                                 {3, "UPDATE a SET y = 'half'; SELECT * FROM missing;"}};
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(migrate(database, broken)), SQLite::Exception);
    QCOMPARE(schemaVersionOf(database), 1);
    QVERIFY_EXCEPTION_THROWN(database.execAndGet("SELECT y FROM a"), SQLite::Exception);
    QCOMPARE(database.execAndGet("SELECT x FROM a").getInt(), 7);
}

void SessionFaultsTest::migrationDoesNotGoBack()
{
    SQLite::Database database(path().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    QVERIFY(migrate(database, twoSteps).has_value());
    const auto back = migrate(database, std::span(twoSteps).first(1));
    QVERIFY(back.has_error());
    QCOMPARE(back.error().code, ErrorCode::Unsupported);
    QCOMPARE(schemaVersionOf(database), 2);
}

SPILLWAY_TESTS(SessionFaultsTest, QCoreApplication)
#include "session_faults_test.moc"
