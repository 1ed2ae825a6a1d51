#include "session/session_file.h"

#include "base/files.h"
#include "base/partial_file.h"
#include "base/units.h"
#include "session/migrations.h"
#include "session/session_store.h"

#include <SQLiteCpp/Backup.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <set>

namespace spillway {
namespace {

namespace fs = std::filesystem;

/// Checking a file takes about a second a gigabyte and keeps writers waiting: a larger one is only
/// checked where it is read.
constexpr Bytes checkedAtOnce = Bytes(256) << 20;
/// Largest text of a row: a record with 1 MiB of stderr, a manifest with 100,000 groups.
constexpr int longestValue = 256 << 20;

Error corrupt(const fs::path& path, std::string_view what)
{
    return makeError(ErrorCode::Corrupt, fmt::format("{} {}.", path.string(), what),
                     "Use a copy of it, if there is one.");
}

Error notASession(const fs::path& path)
{
    return makeError(ErrorCode::Corrupt,
                     fmt::format("{} is not a Spillway session.", path.string()),
                     "Choose a .spillway file.");
}

void configure(SQLite::Database& database)
{
    sqlite3* handle = database.getHandle();
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, longestValue);
    database.exec("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"
                  "PRAGMA mmap_size = 0; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;"
                  "PRAGMA synchronous = EXTRA;");
}

/// Somebody may have turned the write-ahead log on with another program.
void keepOneFile(SQLite::Database& database)
{
    if (database.execAndGet("PRAGMA journal_mode").getString() != "delete")
        database.exec("PRAGMA journal_mode = DELETE");
}

/// Checks that a session holds nothing executable and everything that its version requires.
Result<void> checkSchema(const fs::path& path, SQLite::Database& database)
{
    std::set<std::string> missing{"meta",         "dataset",    "plan",   "environment", "run",
                                  "result_table", "result_row", "sample", "event",       "task"};
    SQLite::Statement objects(database, "SELECT type, name, coalesce(sql, '') FROM sqlite_schema");
    while (objects.executeStep()) {
        const std::string type = objects.getColumn(0).getString();
        const std::string sql = objects.getColumn(2).getString();
        const bool plain =
            type == "index" || (type == "table" && !sql.starts_with("CREATE VIRTUAL"));
        if (!plain)
            return corrupt(path, fmt::format("holds a {} that Spillway never creates",
                                             type == "table" ? "virtual table" : type));
        if (type == "table") missing.erase(objects.getColumn(1).getString());
    }
    if (!missing.empty())
        return corrupt(path, fmt::format("lacks the table \"{}\"", *missing.begin()));
    return {};
}

Result<void> checkPages(const fs::path& path, SQLite::Database& database)
{
    // SQLite reads a last page that is cut short as if zeros followed.
    const Bytes pages = database.execAndGet("PRAGMA page_count").getInt64();
    const Bytes promised = pages * database.execAndGet("PRAGMA page_size").getInt64();
    std::error_code ignored;
    const auto bytes = static_cast<Bytes>(fs::file_size(path, ignored));
    if (bytes < promised)
        return corrupt(path,
                       fmt::format("is cut short ({} of {} bytes are there)", bytes, promised));
    if (bytes > checkedAtOnce) return {};
    const auto found = database.execAndGet("PRAGMA quick_check(1)").getString();
    if (found == "ok") return {};
    return corrupt(path, fmt::format("is damaged ({})", found));
}

/// A writer that was killed early leaves a journal that SQLite rightly ignores but does not remove;
/// the next write does. So a session is one file again once it has been opened.
void clearJournal(const fs::path& path, SQLite::Database& database)
{
    std::error_code ignored;
    if (!fs::exists(path.string() + "-journal", ignored)) return;
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    database.exec(fmt::format("PRAGMA user_version = {}", schemaVersionOf(database)));
    transaction.commit();
}

Result<void> checkAndMigrate(const fs::path& path, SQLite::Database& database, FileAccess access)
{
    configure(database);
    const auto id = database.execAndGet("PRAGMA application_id").getInt();
    const int version = schemaVersionOf(database);
    if (id != SessionStore::applicationId || version < 1) return notASession(path);
    if (version > SessionStore::schemaVersion)
        return makeError(ErrorCode::Unsupported,
                         fmt::format("{} was made by a newer Spillway (format {}; this one "
                                     "knows {}).",
                                     path.string(), version, SessionStore::schemaVersion),
                         "Open it with a newer Spillway.");
    if (auto whole = checkPages(path, database); !whole) return whole;
    if (access == FileAccess::ReadWrite) {
        keepOneFile(database);
        clearJournal(path, database);
        if (auto migrated = migrate(database, sessionMigrations()); !migrated) return migrated;
    }
    return {};
}

/// A session of an older format in a file that is to stay as it is: a copy of its own, which goes
/// when it is closed.
DatabasePtr migratedCopy(SQLite::Database& database)
{
    auto copy = std::make_unique<SQLite::Database>("", SQLite::OPEN_READWRITE);
    SQLite::Backup(*copy, database).executeStep();
    configure(*copy);
    migrate(*copy, sessionMigrations());
    return copy;
}

Error moved(const fs::path& path)
{
    return makeError(ErrorCode::NotFound,
                     fmt::format("{} was moved or deleted while it was open.", path.string()),
                     "Save it under a new name.");
}

Error notWritable(const fs::path& path)
{
    return makeError(ErrorCode::NotPermitted, fmt::format("{} is read-only.", path.string()),
                     "Save a copy in a directory that you can write to.");
}

Error inputOutput(const fs::path& path, int systemErrno)
{
    if (systemErrno != 0) return systemError("Cannot use " + path.string(), systemErrno);
    return makeError(ErrorCode::Io, fmt::format("Reading or writing {} failed.", path.string()));
}

Result<void> syncPath(const fs::path& path, int flags)
{
    const UniqueFd fd(::open(path.c_str(), flags | O_CLOEXEC));
    if (!fd || ::fsync(fd.get()) != 0) return systemError("Cannot write " + path.string(), errno);
    return {};
}

/// Fails with AlreadyExists instead of replacing.
Result<void> renameToNew(PartialFile& partial, const fs::path& to)
{
    const fs::path& from = partial.path();
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) != 0) {
        const int failure = errno;
        // Some file systems cannot promise it: check, then rename.
        const bool unable = failure == EINVAL || failure == ENOSYS;
        if (!unable || ::access(to.c_str(), F_OK) == 0 || ::rename(from.c_str(), to.c_str()) != 0)
            return systemError("Cannot create " + to.string(), unable ? EEXIST : failure);
    }
    partial.keep();
    return syncPath(directoryOf(to), O_RDONLY | O_DIRECTORY);
}

Result<void> writeEmptySession(const fs::path& path)
{
    SQLite::Database database(path.string(), SQLite::OPEN_READWRITE, busyTimeoutMs);
    return guarded(path, database, [&]() -> Result<void> {
        configure(database);
        // A process killed here leaves only this file, which is swept later.
        database.exec("PRAGMA journal_mode = MEMORY");
        database.exec(fmt::format("PRAGMA application_id = {}", SessionStore::applicationId));
        return migrate(database, sessionMigrations());
    });
}

} // namespace

Error sessionError(const fs::path& path, const SQLite::Exception& failure, int systemErrno)
{
    switch (failure.getErrorCode()) {
    case SQLITE_NOTADB:
        return notASession(path);
    case SQLITE_CORRUPT:
        return corrupt(path, "is damaged or cut short");
    case SQLITE_FULL:
        return systemError("Cannot write " + path.string(), ENOSPC);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return makeError(ErrorCode::Io,
                         fmt::format("{} is in use by another program.", path.string()),
                         "Close it there, or try again.");
    case SQLITE_READONLY:
        return failure.getExtendedErrorCode() == SQLITE_READONLY_DBMOVED ? moved(path)
                                                                         : notWritable(path);
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return notWritable(path);
    case SQLITE_NOMEM:
        return makeError(ErrorCode::OutOfMemory,
                         fmt::format("Not enough memory to use {}.", path.string()));
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        return inputOutput(path, systemErrno);
    case SQLITE_TOOBIG:
        return invalidArgument("A value is too large for a session.");
    default:
        return corrupt(path, fmt::format("does not match its format version ({})", failure.what()));
    }
}

Error sessionError(const fs::path& path, const SQLite::Exception& failure,
                   SQLite::Database& database)
{
    return sessionError(path, failure, sqlite3_system_errno(database.getHandle()));
}

Result<DatabasePtr> openSessionFile(const fs::path& path, FileAccess access)
{
    std::error_code failed;
    const auto status = fs::status(path, failed);
    if (failed) return systemError("Cannot open " + path.string(), failed.value());
    if (!fs::is_regular_file(status)) return notASession(path);
    if (access == FileAccess::ReadWrite) sweepWrites(directoryOf(path));
    const int flags =
        access == FileAccess::ReadOnly ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE;
    try {
        auto database = std::make_unique<SQLite::Database>(path.string(), flags, busyTimeoutMs);
        // SQLite falls back to reading, silently, where it may not write.
        if (access == FileAccess::ReadWrite &&
            sqlite3_db_readonly(database->getHandle(), "main") != 0)
            return notWritable(path);
        auto checked =
            guarded(path, *database, [&] { return checkAndMigrate(path, *database, access); });
        if (!checked) return checked.error();
        if (schemaVersionOf(*database) < SessionStore::schemaVersion)
            database = migratedCopy(*database);
        if (auto whole = checkSchema(path, *database); !whole) return whole.error();
        return database;
    } catch (const SQLite::Exception& failure) {
        return sessionError(path, failure, EACCES);
    }
}

Result<void> createSessionFile(const fs::path& path)
{
    std::error_code absent; // set if nothing exists at the path, as expected
    if (fs::exists(fs::symlink_status(path, absent)))
        return systemError("Cannot create " + path.string(), EEXIST);
    std::error_code failed;
    fs::create_directories(directoryOf(path), failed);
    if (failed) return systemError("Cannot create " + directoryOf(path).string(), failed.value());
    auto partial = PartialFile::beside(path, 0600);
    if (!partial) return partial.error();
    auto made = [&]() -> Result<void> {
        try {
            return writeEmptySession(partial->path());
        } catch (const SQLite::Exception& failure) {
            return sessionError(path, failure, EACCES);
        }
    }();
    if (made) made = renameToNew(*partial, path);
    return made;
}

Result<void> copySessionFile(SQLite::Database& database, const fs::path& target)
{
    auto partial = PartialFile::beside(target, 0600);
    if (!partial) return partial.error();
    auto copied = guarded(target, database, [&]() -> Result<void> {
        SQLite::Statement vacuum(database, "VACUUM INTO ?");
        vacuum.bind(1, partial->path().string());
        vacuum.exec();
        return {};
    });
    if (copied) copied = syncPath(partial->path(), O_RDWR);
    if (copied && ::rename(partial->path().c_str(), target.c_str()) != 0)
        copied = systemError("Cannot write " + target.string(), errno);
    if (copied) partial->keep();
    return copied ? syncPath(directoryOf(target), O_RDONLY | O_DIRECTORY) : copied;
}

} // namespace spillway
