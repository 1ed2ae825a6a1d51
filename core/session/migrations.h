#pragma once

#include "base/error.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <span>
#include <string>

namespace spillway {

/// One schema migration: takes a file from version `to` − 1 to version `to`.
struct Migration {
    int to = 0;
    const char* sql = "";
};

/// All migrations, starting from the empty file, in order.
std::span<const Migration> sessionMigrations();

/// The `user_version` that SQLite keeps for us: 0 in a file that has no schema yet.
int schemaVersionOf(SQLite::Database& database);

/// Takes the file to the version of the last step, all of it in one transaction: after a crash it
/// has the old schema or the new one. Does nothing if it has that version already, also if another
/// program migrated it first. Unsupported when the file is newer than the last step. Throws
/// SQLite::Exception.
Result<void> migrate(SQLite::Database& database, std::span<const Migration> steps);

} // namespace spillway
