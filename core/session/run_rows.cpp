#include "session/run_rows.h"

#include "base/json.h"

#include <fmt/format.h>

#include <limits>

namespace spillway {
namespace {

/// Binds the parameters of a statement one after the other.
class Binder {
public:
    explicit Binder(SQLite::Statement& statement) : statement_(statement) { statement.reset(); }

    template <class T>
    Binder& operator<<(const T& value)
    {
        if constexpr (std::is_same_v<T, bool>) {
            statement_.bind(next_++, value ? 1 : 0);
        } else {
            statement_.bind(next_++, value);
        }
        return *this;
    }

    template <class T>
    Binder& operator<<(const std::optional<T>& value)
    {
        if (value) return *this << *value;
        statement_.bind(next_++);
        return *this;
    }

    Binder& operator<<(std::string_view value) { return *this << std::string(value); }

private:
    SQLite::Statement& statement_;
    int next_ = 1;
};

/// The rows of a table; runs with equal rows share them.
std::optional<std::int64_t> insertTable(SQLite::Database& database, const ResultTable& table)
{
    if (table.empty()) return std::nullopt;
    SQLite::Statement insert(database, "INSERT INTO result_table (xxh64, rows, columns) "
                                       "VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
    const auto hash = rowsHash(table);
    const auto count = static_cast<std::int64_t>(table.rows());
    const auto columns = toLine(columnsJson(table));
    Binder(insert) << hash << count << columns;
    if (insert.exec() > 0) {
        const auto id = database.getLastInsertRowid();
        SQLite::Statement add(database, "INSERT INTO result_row VALUES (?, ?, ?)");
        for (std::int64_t n = 0; n < count; ++n) {
            Binder(add) << id << n << toLine(rowJson(table, static_cast<std::size_t>(n)));
            add.exec();
        }
        return id;
    }
    SQLite::Statement find(
        database, "SELECT id FROM result_table WHERE xxh64 = ? AND rows = ? AND columns = ?");
    Binder(find) << hash << count << columns;
    find.executeStep();
    return find.getColumn(0).getInt64();
}

void insertSamples(SQLite::Database& database, std::int64_t run, const std::vector<Sample>& samples)
{
    SQLite::Statement insert(
        database, "INSERT INTO sample VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    std::int64_t n = 0;
    for (const auto& s : samples) {
        Binder(insert) << run << n++ << s.t.count() << s.shared << s.anon << s.file
                       << toLine(Json(s.anonByRole)) << s.hwmSum << s.diskRead << s.diskWritten
                       << s.userSeconds << s.systemSeconds << s.contextSwitches << s.processes
                       << s.threads;
        insert.exec();
    }
}

void insertEvents(SQLite::Database& database, std::int64_t run, const std::vector<Event>& events)
{
    SQLite::Statement insert(database, "INSERT INTO event VALUES (?, ?, ?, ?, ?)");
    std::int64_t n = 0;
    for (const auto& event : events) {
        Binder(insert) << run << n++ << event.t.count() << typeName(event) << eventLine(event);
        insert.exec();
    }
}

void insertTasks(SQLite::Database& database, std::int64_t run, const std::vector<TaskSpan>& tasks)
{
    SQLite::Statement insert(database, "INSERT INTO task VALUES (?, ?, ?, ?, ?, ?)");
    std::int64_t n = 0;
    for (const auto& task : tasks) {
        Binder(insert) << run << n++ << task.worker << task.kind << task.begin.count()
                       << task.end.count();
        insert.exec();
    }
}

/// The columns for people; `record` follows once the id is known.
std::int64_t insertColumns(SQLite::Database& database, const RunRecord& r, std::int64_t environment,
                           std::optional<std::int64_t> table)
{
    SQLite::Statement insert(
        database,
        "INSERT INTO run (plan, environment, result_table, dataset, fingerprint, workload, engine, "
        "engine_version, profile, workers, memory_limit, cache, round, repeat, warmup, status, "
        "error, started_at, setup_seconds, seconds, wall_seconds, peak_bytes, hwm_sum_bytes, "
        "spilled_bytes, rows, flags, record) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')");
    Binder(insert) << r.planId << environment << table << r.datasetName << r.cell.dataset
                   << r.workload.kind << r.cell.engine << r.engineVersion << r.cell.profile
                   << r.cell.workers << r.cell.memoryLimit << name(r.cell.cache) << r.round
                   << r.repeat << r.warmup << name(r.status)
                   << (r.error ? std::optional(r.error->message) : std::nullopt) << r.startedAt
                   << r.setupSeconds << r.seconds << r.wallSeconds << r.peakBytes.value_or(-1)
                   << r.hwmSumBytes << r.spilledBytes << r.rows
                   << fmt::format("{}", fmt::join(r.flags, ","));
    insert.exec();
    return database.getLastInsertRowid();
}

std::vector<Sample> selectSamples(SQLite::Database& database, std::int64_t run)
{
    std::vector<Sample> samples;
    SQLite::Statement rows(database,
                           "SELECT t, shared, anon, file, anon_by_role, hwm_sum, disk_read, "
                           "disk_written, user_seconds, system_seconds, context_switches, "
                           "processes, threads FROM sample WHERE run = ? ORDER BY n");
    rows.bind(1, run);
    while (rows.executeStep()) {
        Sample s;
        s.t = Seconds(rows.getColumn(0).getDouble());
        s.shared = rows.getColumn(1).getInt64();
        s.anon = rows.getColumn(2).getInt64();
        s.file = rows.getColumn(3).getInt64();
        if (const auto roles = parseJson(rows.getColumn(4).getString(), 2); roles)
            for (const auto& [role, bytes] : roles->items())
                if (bytes.is_number_integer()) s.anonByRole[role] = bytes.get<Bytes>();
        s.hwmSum = rows.getColumn(5).getInt64();
        s.diskRead = rows.getColumn(6).getInt64();
        s.diskWritten = rows.getColumn(7).getInt64();
        s.userSeconds = rows.getColumn(8).getDouble();
        s.systemSeconds = rows.getColumn(9).getDouble();
        s.contextSwitches = rows.getColumn(10).getInt64();
        s.processes = rows.getColumn(11).getInt();
        s.threads = rows.getColumn(12).getInt();
        samples.push_back(std::move(s));
    }
    return samples;
}

Result<std::vector<Event>> selectEvents(SQLite::Database& database, std::int64_t run)
{
    std::vector<Event> events;
    SQLite::Statement rows(database, "SELECT event FROM event WHERE run = ? ORDER BY n");
    rows.bind(1, run);
    while (rows.executeStep()) {
        auto event = eventFromLine(rows.getColumn(0).getString());
        if (!event)
            return makeError(
                ErrorCode::Corrupt,
                fmt::format("An event of run {} cannot be read: {}", run, event.error().message));
        events.push_back(std::move(*event));
    }
    return events;
}

std::vector<TaskSpan> selectTasks(SQLite::Database& database, std::int64_t run)
{
    std::vector<TaskSpan> tasks;
    SQLite::Statement rows(database,
                           "SELECT worker, kind, begin, end FROM task WHERE run = ? ORDER BY n");
    rows.bind(1, run);
    while (rows.executeStep())
        tasks.push_back({rows.getColumn(0).getInt(), rows.getColumn(1).getString(),
                         Seconds(rows.getColumn(2).getDouble()),
                         Seconds(rows.getColumn(3).getDouble())});
    return tasks;
}

Result<ResultTable> selectTable(SQLite::Database& database, std::int64_t run)
{
    const auto damaged = [&](const Error& error) {
        return makeError(
            ErrorCode::Corrupt,
            fmt::format("The result's rows of run {} cannot be read: {}", run, error.message));
    };
    SQLite::Statement found(database, "SELECT t.id, t.columns FROM run r JOIN result_table t "
                                      "ON t.id = r.result_table WHERE r.id = ?");
    found.bind(1, run);
    if (!found.executeStep()) return ResultTable();
    const auto columns = parseJson(found.getColumn(1).getString(), 3);
    if (!columns) return damaged(columns.error());
    auto table = tableFromColumns(*columns);
    if (!table) return damaged(table.error());
    SQLite::Statement rows(database,
                           "SELECT cells FROM result_row WHERE result_table = ? ORDER BY n");
    rows.bind(1, found.getColumn(0).getInt64());
    while (rows.executeStep()) {
        const auto cells = parseJson(rows.getColumn(0).getString(), 2);
        if (!cells) return damaged(cells.error());
        if (auto added = appendRow(*table, *cells); !added) return damaged(added.error());
    }
    return table;
}

} // namespace

std::int64_t insertEnvironment(SQLite::Database& database, const Environment& environment)
{
    const auto text = toLine(toJson(environment));
    SQLite::Statement insert(
        database, "INSERT INTO environment (environment) VALUES (?) ON CONFLICT DO NOTHING");
    insert.bind(1, text);
    insert.exec();
    SQLite::Statement find(database, "SELECT id FROM environment WHERE environment = ?");
    find.bind(1, text);
    find.executeStep();
    return find.getColumn(0).getInt64();
}

std::int64_t insertRun(SQLite::Database& database, const RunRecord& record, const RunTrace& trace,
                       std::int64_t environment)
{
    RunRecord stored = record;
    stored.id = insertColumns(database, record, environment, insertTable(database, trace.table));
    SQLite::Statement update(database, "UPDATE run SET record = ? WHERE id = ?");
    Binder(update) << toLine(toFullJson(stored)) << stored.id;
    update.exec();
    insertSamples(database, stored.id, trace.samples);
    insertEvents(database, stored.id, trace.events);
    insertTasks(database, stored.id, trace.tasks);
    return stored.id;
}

int removeDeletedRuns(SQLite::Database& database)
{
    for (const char* table : {"sample", "event", "task"})
        database.exec(fmt::format(
            "DELETE FROM {} WHERE run IN (SELECT id FROM run WHERE deleted <> 0)", table));
    const int removed = database.exec("DELETE FROM run WHERE deleted <> 0");
    if (removed == 0) return 0;
    constexpr auto unused = "(SELECT id FROM result_table WHERE id NOT IN "
                            "(SELECT result_table FROM run WHERE result_table IS NOT NULL))";
    database.exec(fmt::format("DELETE FROM result_row WHERE result_table IN {}", unused));
    database.exec(fmt::format("DELETE FROM result_table WHERE id IN {}", unused));
    database.exec("DELETE FROM environment WHERE id NOT IN (SELECT environment FROM run)");
    return removed;
}

std::optional<AtRest> selectAtRest(SQLite::Database& database, const RunRecord& record)
{
    if (!record.goAt || !record.setupSeconds || !record.cell.address.empty()) return std::nullopt;
    SQLite::Statement last(database, "SELECT processes, anon + shared FROM sample "
                                     "WHERE run = ? AND t <= ? ORDER BY n DESC LIMIT 1");
    last.bind(1, record.id);
    last.bind(2, record.goAt->count());
    if (!last.executeStep()) return std::nullopt;
    const AtRest found{*record.setupSeconds, last.getColumn(0).getInt(),
                       last.getColumn(1).getInt64()};
    return found.processes > 0 && found.bytes >= 0 ? std::optional(found) : std::nullopt;
}

Result<RunTrace> selectTrace(SQLite::Database& database, std::int64_t run)
{
    SQLite::Statement known(database, "SELECT 1 FROM run WHERE id = ?");
    known.bind(1, run);
    if (!known.executeStep())
        return makeError(ErrorCode::NotFound, fmt::format("There is no run {}.", run));
    RunTrace trace;
    auto events = selectEvents(database, run);
    if (!events) return events.error();
    trace.events = std::move(*events);
    trace.samples = selectSamples(database, run);
    trace.tasks = selectTasks(database, run);
    auto table = selectTable(database, run);
    if (!table) return table.error();
    trace.table = std::move(*table);
    return trace;
}

} // namespace spillway
