#pragma once

#include "base/error.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <span>
#include <string>

namespace spillway {

/// One step of the schema's history: takes a file of version `to` − 1 to version `to`.
struct Migration {
    int to = 0;
    const char* sql = "";
};

/// Every step since the empty file, in order.
std::span<const Migration> sessionMigrations();

/// The `user_version` that SQLite keeps for us: 0 in a file that has no schema yet.
int schemaVersionOf(SQLite::Database& database);

/// Takes the file to the version of the last step, all of it in one transaction: after a crash it
/// has the old schema or the new one. Does nothing when it is there already, also when another
/// program was quicker. Unsupported when the file is newer than the last step. Throws
/// SQLite::Exception.
Result<void> migrate(SQLite::Database& database, std::span<const Migration> steps);

} // namespace spillway
