#pragma once

#include "base/error.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <memory>
#include <string_view>
#include <utility>

namespace spillway {

/// Storage of a session file.
///
/// Rollback journal, `synchronous = EXTRA`: between two transactions a session is exactly one file,
/// so it can be copied, sent or put on a read-only disk at any moment, also after a crash. (With a
/// write-ahead log, runs committed before a kill would be in a second file that a copy misses, and
/// reading needs a writable directory.) A commit every few seconds does not need the log's speed;
/// EXTRA also syncs the directory after the journal is gone, so that a committed run survives a
/// power cut. A reader waits for the milliseconds of a commit, a writer for the end of a reader's
/// query, both up to `busyTimeoutMs`.
///
/// A session may come from an untrusted source: the schema may not hold triggers, views or virtual
/// tables, functions of the file's own schema are not trusted, and values are bounded in size.
inline constexpr int busyTimeoutMs = 5'000;

enum class FileAccess { ReadWrite, ReadOnly };

using DatabasePtr = std::unique_ptr<SQLite::Database>;

/// Opens and checks a file: a session, not newer, complete. One of an older format is migrated: the
/// file itself if it is writable, otherwise a temporary copy. Errors: NotFound, NotPermitted,
/// Corrupt, Unsupported, Io.
Result<DatabasePtr> openSessionFile(const std::filesystem::path& path, FileAccess access);

/// Creates a session with the newest schema at `path`, which must not exist: under a temporary
/// name, renamed when complete. Errors: AlreadyExists, NotPermitted, NoSpace, Io.
Result<void> createSessionFile(const std::filesystem::path& path);

/// Writes a copy of an open session to `target`, replacing an existing file only when the copy is
/// complete.
Result<void> copySessionFile(SQLite::Database& database, const std::filesystem::path& target);

/// A readable Error for an SQLite failure.
Error sessionError(const std::filesystem::path& path, const SQLite::Exception& failure,
                   int systemErrno);
Error sessionError(const std::filesystem::path& path, const SQLite::Exception& failure,
                   SQLite::Database& database);

/// Runs `work`, which returns a Result, and turns what SQLite throws into an Error.
template <class Work>
auto guarded(const std::filesystem::path& path, SQLite::Database& database, Work&& work)
    -> decltype(work())
{
    try {
        return std::forward<Work>(work)();
    } catch (const SQLite::Exception& failure) {
        return sessionError(path, failure, database);
    }
}

} // namespace spillway
