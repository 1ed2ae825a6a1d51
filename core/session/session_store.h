#pragma once

#include "protocol/environment.h"
#include "protocol/run_record.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// A plan as stored in a session: its text (experiment/plan.h) and its outcome.
struct StoredPlan {
    std::int64_t id = 0;
    std::string text;      ///< one line of JSON; planFromText reads it
    std::string createdAt; ///< UTC, ISO 8601
    bool finished = false; ///< it ran to its end; false after a crash or a stop
    /// What its time budget left out, a line of JSON as experiment/left_out.h writes it; empty:
    /// nothing.
    std::string leftOut;
};

/// One `.spillway` file: SQLite with an application_id, a schema version and migrations. Every run
/// is committed as it ends. Open it from one thread at a time (give each thread its own store); a
/// second program may read while one writes.
///
/// Errors: Corrupt (not a session, or damaged; says which), Unsupported (made by a newer Spillway),
/// AlreadyExists, NotFound, NotPermitted, NoSpace, Io. A failed write changes nothing.
class SessionStore {
public:
    /// Spil in ASCII.
    static constexpr std::int32_t applicationId = 0x5370696c;
    static constexpr int schemaVersion = 3;

    static Result<SessionStore> create(const std::filesystem::path& path);
    /// Migrates an older schema in one transaction.
    static Result<SessionStore> open(const std::filesystem::path& path);
    /// Opens read-only; works on a read-only disk.
    static Result<SessionStore> openReadOnly(const std::filesystem::path& path);
    SessionStore(SessionStore&&) noexcept;
    SessionStore& operator=(SessionStore&&) noexcept;
    ~SessionStore();

    const std::filesystem::path& path() const;
    /// A consistent copy at `target` (VACUUM INTO a temporary name, then rename).
    Result<void> saveAs(const std::filesystem::path& target) const;

    Result<void> addDataset(const Dataset& dataset, const Json& facts);
    Result<std::vector<Dataset>> datasets() const;
    /// What was stored beside the dataset: manifest or native reference result, {} when nothing.
    Result<Json> datasetFacts(const std::string& fingerprint) const;
    Result<void> setDatasetFacts(const std::string& fingerprint, const Json& facts);
    Result<void> removeDataset(const std::string& fingerprint);

    Result<std::int64_t> addPlan(const Json& plan);
    /// Marks the plan as running again, as `plan` now: not finished and nothing left out until
    /// finishPlan().
    Result<void> resumePlan(std::int64_t planId, const Json& plan);
    /// `leftOut`: see StoredPlan; replaces that of an earlier end of the plan.
    Result<void> finishPlan(std::int64_t planId, const std::string& leftOut = {});
    Result<std::vector<StoredPlan>> plans() const;

    /// Stores a run with its trace and environment in one transaction; returns its id.
    Result<std::int64_t> addRun(const RunRecord& record, const RunTrace& trace,
                                const Environment& environment);
    /// Leaves a run out of verdicts and charts for `reason`; nothing: it counts again. NotFound
    /// when there is no such run, or it was deleted.
    Result<void> excludeRun(std::int64_t runId, const std::optional<std::string>& reason);
    /// The run is no longer among runs(). Until purgeDeleted() restoreRun() brings it back.
    Result<void> deleteRun(std::int64_t runId);
    Result<void> restoreRun(std::int64_t runId);
    /// Removes deleted runs and what belongs to them from the file; how many.
    Result<int> purgeDeleted();
    /// Records only, without deleted ones, oldest first.
    Result<std::vector<RunRecord>> runs() const;
    Result<RunTrace> trace(std::int64_t runId) const;
    Result<Environment> environmentOf(std::int64_t runId) const;
    Result<std::vector<Environment>> environments() const;

    /// Another number whenever another connection has changed the session.
    Result<std::int64_t> dataVersion() const;

    Result<std::string> notes() const { return word("notes"); }
    Result<void> setNotes(const std::string& notes) { return setWord("notes", notes); }
    /// What the user calls the session; empty: nothing of their own.
    Result<std::string> name() const { return word("name"); }
    Result<void> setName(const std::string& name) { return setWord("name", name); }
    /// Words that the user finds it by, separated by spaces.
    Result<std::string> tags() const { return word("tags"); }
    Result<void> setTags(const std::string& tags) { return setWord("tags", tags); }

private:
    Result<std::string> word(const char* key) const;
    Result<void> setWord(const char* key, const std::string& word);
    struct Private;
    explicit SessionStore(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d_;
};

/// <state directory>/sessions: where sessions go that were given no path.
std::filesystem::path sessionDirectory();

/// A new session in `directory`, which is created if missing, named after the time: <UTC
/// time>.spillway, or <UTC time>-2.spillway when another one starts in the same second.
Result<SessionStore> createSessionIn(const std::filesystem::path& directory);

} // namespace spillway
