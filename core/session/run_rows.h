#pragma once

#include "protocol/environment.h"
#include "protocol/run_record.h"

#include <SQLiteCpp/SQLiteCpp.h>

namespace spillway {

/// Rows of one run. All of these throw SQLite::Exception, and none of them opens a transaction:
/// the caller holds one around everything that belongs together.

/// The environment's row; equal environments share one.
std::int64_t insertEnvironment(SQLite::Database& database, const Environment& environment);
/// The run's row, its samples, events, tasks and groups. Groups identical to an earlier run's are
/// stored once. Returns the id, which the stored record also holds.
std::int64_t insertRun(SQLite::Database& database, const RunRecord& record, const RunTrace& trace,
                       std::int64_t environment);
/// Removes the runs that are marked as deleted with their samples, events and tasks, and rows of
/// results and environments that no other run has. Returns how many runs it were.
int removeDeletedRuns(SQLite::Database& database);
/// Of a run whose record is older than the figure, by its samples; nothing without any before go.
std::optional<AtRest> selectAtRest(SQLite::Database& database, const RunRecord& record);
/// Corrupt when a stored event cannot be read; NotFound when there is no such run.
Result<RunTrace> selectTrace(SQLite::Database& database, std::int64_t run);

} // namespace spillway
