#include "session/migrations.h"

#include <fmt/format.h>

#include <array>

namespace spillway {
namespace {

/// Columns that repeat what `record` holds are there for people with plain sqlite3. Sizes are
/// bytes, times seconds; `t`, `begin` and `end` are CLOCK_MONOTONIC.
constexpr const char* firstSchema = R"sql(
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE dataset (
    id INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    rows INTEGER,
    dataset TEXT NOT NULL,
    facts TEXT NOT NULL
) STRICT;

CREATE TABLE plan (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    created_at TEXT NOT NULL,
    finished INTEGER NOT NULL DEFAULT 0,
    plan TEXT NOT NULL
) STRICT;

CREATE TABLE environment (
    id INTEGER PRIMARY KEY,
    environment TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE group_set (
    id INTEGER PRIMARY KEY,
    xxh64 TEXT NOT NULL,
    groups INTEGER NOT NULL,
    UNIQUE (xxh64, groups)
) STRICT;

CREATE TABLE group_mean (
    group_set INTEGER NOT NULL REFERENCES group_set (id),
    n INTEGER NOT NULL,
    key TEXT NOT NULL,
    count INTEGER NOT NULL,
    means TEXT NOT NULL,
    PRIMARY KEY (group_set, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    plan INTEGER,
    environment INTEGER NOT NULL REFERENCES environment (id),
    group_set INTEGER REFERENCES group_set (id),
    dataset TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    workload TEXT NOT NULL,
    engine TEXT NOT NULL,
    engine_version TEXT NOT NULL,
    profile TEXT NOT NULL,
    workers INTEGER NOT NULL,
    memory_limit INTEGER,
    cache TEXT NOT NULL,
    round INTEGER NOT NULL,
    repeat INTEGER NOT NULL,
    warmup INTEGER NOT NULL,
    status TEXT NOT NULL,
    error TEXT,
    started_at TEXT NOT NULL,
    setup_seconds REAL,
    seconds REAL,
    wall_seconds REAL NOT NULL,
    peak_bytes INTEGER NOT NULL,
    hwm_sum_bytes INTEGER NOT NULL,
    spilled_bytes INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    flags TEXT NOT NULL,
    record TEXT NOT NULL
) STRICT;
CREATE INDEX run_cell ON run (fingerprint, workload, engine, workers);

CREATE TABLE sample (
    run INTEGER NOT NULL REFERENCES run (id),
    n INTEGER NOT NULL,
    t REAL NOT NULL,
    shared INTEGER NOT NULL,
    anon INTEGER NOT NULL,
    file INTEGER NOT NULL,
    anon_by_role TEXT NOT NULL,
    hwm_sum INTEGER NOT NULL,
    disk_read INTEGER NOT NULL,
    disk_written INTEGER NOT NULL,
    user_seconds REAL NOT NULL,
    system_seconds REAL NOT NULL,
    context_switches INTEGER NOT NULL,
    processes INTEGER NOT NULL,
    threads INTEGER NOT NULL,
    PRIMARY KEY (run, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
    run INTEGER NOT NULL REFERENCES run (id),
    n INTEGER NOT NULL,
    t REAL NOT NULL,
    type TEXT NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (run, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE task (
    run INTEGER NOT NULL REFERENCES run (id),
    n INTEGER NOT NULL,
    worker INTEGER NOT NULL,
    kind TEXT NOT NULL,
    begin REAL NOT NULL,
    end REAL NOT NULL,
    PRIMARY KEY (run, n)
) STRICT, WITHOUT ROWID;
)sql";

/// Tables of any kind of work in the place of groups with their means. The columns of an old table
/// are those of the result of a run that has it. No fit of a regression was checked then.
constexpr const char* tablesOfAnyKind = R"sql(
CREATE TABLE result_table (
    id INTEGER PRIMARY KEY,
    xxh64 TEXT NOT NULL,
    rows INTEGER NOT NULL,
    columns TEXT NOT NULL,
    UNIQUE (xxh64, rows, columns)
) STRICT;

CREATE TABLE result_row (
    result_table INTEGER NOT NULL REFERENCES result_table (id),
    n INTEGER NOT NULL,
    cells TEXT NOT NULL,
    PRIMARY KEY (result_table, n)
) STRICT, WITHOUT ROWID;

INSERT INTO result_table
SELECT g.id, g.xxh64, g.groups,
       '[{"name":"key","type":"text"},{"name":"count","type":"int64"}' ||
       coalesce((SELECT group_concat(
                     ',' || json_object('name', 'mean(' || v.value || ')', 'type', 'float64'), '')
                 FROM json_each((SELECT r.record FROM run r WHERE r.group_set = g.id LIMIT 1),
                                '$.result.values') v), '') || ']'
FROM group_set g;

INSERT INTO result_row
SELECT group_set, n,
       '[' || json_quote(key) || ',' || count ||
       CASE WHEN means IN ('', '[]') THEN ']' ELSE ',' || substr(means, 2) END
FROM group_mean;

ALTER TABLE run ADD COLUMN result_table INTEGER REFERENCES result_table (id);
UPDATE run SET result_table = group_set;
ALTER TABLE run DROP COLUMN group_set;
DROP TABLE group_mean;
DROP TABLE group_set;

UPDATE run
SET flags = CASE flags WHEN '' THEN 'unchecked' ELSE flags || ',unchecked' END,
    record = json_insert(record, '$.flags[#]', 'unchecked')
WHERE workload = 'logreg' AND status = 'ok'
      AND instr(',' || flags || ',', ',unchecked,') = 0;
)sql";

/// `excluded`: the user's reason. A deleted run can be restored until the file is opened again.
constexpr const char* exclusions = R"sql(
ALTER TABLE run ADD COLUMN excluded TEXT;
ALTER TABLE run ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0;
)sql";

constexpr std::array<Migration, 3> steps{{{1, firstSchema}, {2, tablesOfAnyKind}, {3, exclusions}}};

} // namespace

std::span<const Migration> sessionMigrations()
{
    return steps;
}

int schemaVersionOf(SQLite::Database& database)
{
    return database.execAndGet("PRAGMA user_version").getInt();
}

Result<void> migrate(SQLite::Database& database, std::span<const Migration> history)
{
    const int newest = history.empty() ? 0 : history.back().to;
    if (schemaVersionOf(database) == newest) return {};
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    // Read again under the lock: another program may have migrated the file meanwhile.
    const int version = schemaVersionOf(database);
    if (version > newest)
        return makeError(ErrorCode::Unsupported,
                         fmt::format("Its format is version {}; this Spillway knows "
                                     "versions up to {}.",
                                     version, newest),
                         "Open it with a newer Spillway.");
    for (const auto& step : history)
        if (step.to > version) database.exec(step.sql);
    database.exec(fmt::format("PRAGMA user_version = {}", newest));
    transaction.commit();
    return {};
}

} // namespace spillway
