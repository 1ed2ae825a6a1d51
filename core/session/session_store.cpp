#include "session/session_store.h"

#include "base/json.h"
#include "protocol/dataset_json.h"
#include "session/run_rows.h"
#include "session/session_file.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace spillway {
namespace {

namespace fs = std::filesystem;

std::string utcNow()
{
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(
                                                    std::chrono::system_clock::now())));
}

Error unreadable(const fs::path& path, std::string_view what, const Error& cause)
{
    return makeError(ErrorCode::Corrupt,
                     fmt::format("{} of {} cannot be read: {}", what, path.string(), cause.message),
                     "Use a copy of the session, if there is one.");
}

Error noDataset(const std::string& fingerprint)
{
    return makeError(ErrorCode::NotFound,
                     fmt::format("The session holds no dataset {}.", fingerprint));
}

/// `planId`: a number, or what SQL makes of one in the middle of a text.
template <class Id>
std::string leftOutKey(const Id& planId)
{
    return fmt::format("plan.{}.left_out", planId);
}

void forgetMeta(SQLite::Database& database, const std::string& key)
{
    SQLite::Statement forget(database, "DELETE FROM meta WHERE key = ?");
    forget.bind(1, key);
    forget.exec();
}

Error noRun(std::int64_t runId)
{
    return makeError(ErrorCode::NotFound, fmt::format("There is no run {}.", runId));
}

Result<void> setDeleted(SQLite::Database& database, std::int64_t runId, bool deleted)
{
    SQLite::Statement update(database,
                             "UPDATE run SET deleted = ?1 WHERE id = ?2 AND deleted <> ?1");
    update.bind(1, deleted ? 1 : 0);
    update.bind(2, runId);
    if (update.exec() == 0) return noRun(runId);
    return {};
}

/// NotFound when the session holds no such plan.
Result<void> setFinished(SQLite::Database& database, std::int64_t planId, bool finished)
{
    SQLite::Statement update(database, "UPDATE plan SET finished = ? WHERE id = ?");
    update.bind(1, finished ? 1 : 0);
    update.bind(2, planId);
    if (update.exec() != 0) return {};
    return makeError(ErrorCode::NotFound, fmt::format("The session holds no plan {}.", planId));
}

void setMeta(SQLite::Database& database, const std::string& key, const std::string& value)
{
    SQLite::Statement insert(database, "INSERT INTO meta (key, value) VALUES (?1, ?2) "
                                       "ON CONFLICT (key) DO UPDATE SET value = ?2");
    insert.bind(1, key);
    insert.bind(2, value);
    insert.exec();
}

} // namespace

struct SessionStore::Private {
    fs::path path;
    DatabasePtr database;

    /// `work` inside one transaction that is committed when it succeeds.
    template <class Work>
    auto write(Work&& work) -> decltype(work())
    {
        return guarded(path, *database, [&]() -> decltype(work()) {
            SQLite::Transaction transaction(*database, SQLite::TransactionBehavior::IMMEDIATE);
            auto result = work();
            if (result) transaction.commit();
            return result;
        });
    }

    /// `work` on one consistent state of the file.
    template <class Work>
    auto read(Work&& work) -> decltype(work())
    {
        return guarded(path, *database, [&]() -> decltype(work()) {
            SQLite::Transaction transaction(*database, SQLite::TransactionBehavior::DEFERRED);
            return work();
        });
    }

    Result<Json> facts(const std::string& fingerprint)
    {
        SQLite::Statement find(*database, "SELECT facts FROM dataset WHERE fingerprint = ?");
        find.bind(1, fingerprint);
        if (!find.executeStep()) return noDataset(fingerprint);
        auto json = parseJson(find.getColumn(0).getString());
        if (!json) return unreadable(path, "A dataset's facts", json.error());
        return json;
    }
};

SessionStore::SessionStore(std::unique_ptr<Private> d) : d_(std::move(d)) {}
SessionStore::SessionStore(SessionStore&&) noexcept = default;
SessionStore& SessionStore::operator=(SessionStore&&) noexcept = default;
SessionStore::~SessionStore() = default;

Result<SessionStore> SessionStore::create(const fs::path& path)
{
    if (auto made = createSessionFile(path); !made) return made.error();
    return open(path);
}

Result<SessionStore> SessionStore::open(const fs::path& path)
{
    auto database = openSessionFile(path, FileAccess::ReadWrite);
    if (!database) return database.error();
    return SessionStore(std::make_unique<Private>(Private{path, std::move(*database)}));
}

Result<SessionStore> SessionStore::openReadOnly(const fs::path& path)
{
    auto database = openSessionFile(path, FileAccess::ReadOnly);
    if (!database) return database.error();
    return SessionStore(std::make_unique<Private>(Private{path, std::move(*database)}));
}

const fs::path& SessionStore::path() const
{
    return d_->path;
}

Result<void> SessionStore::saveAs(const fs::path& target) const
{
    std::error_code different;
    if (fs::equivalent(d_->path, target, different))
        return invalidArgument(fmt::format("{} is this session itself.", target.string()),
                               "Every run is already saved in it; choose another name for a copy.");
    return copySessionFile(*d_->database, target);
}

Result<void> SessionStore::addDataset(const Dataset& dataset, const Json& facts)
{
    return d_->write([&]() -> Result<void> {
        Json merged = facts.is_object() ? facts : Json::object();
        if (auto earlier = d_->facts(dataset.fingerprint); earlier && earlier->is_object()) {
            earlier->update(merged);
            merged = std::move(*earlier);
        }
        SQLite::Statement insert(
            *d_->database,
            "INSERT INTO dataset (fingerprint, name, bytes, rows, dataset, facts) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (fingerprint) DO UPDATE SET "
            "name = ?2, bytes = ?3, rows = ?4, dataset = ?5, facts = ?6");
        insert.bind(1, dataset.fingerprint);
        insert.bind(2, dataset.name);
        insert.bind(3, dataset.bytes);
        if (dataset.rows) insert.bind(4, *dataset.rows);
        insert.bind(5, toLine(toJson(dataset)));
        insert.bind(6, toLine(merged));
        insert.exec();
        return {};
    });
}

Result<std::vector<Dataset>> SessionStore::datasets() const
{
    return d_->read([&]() -> Result<std::vector<Dataset>> {
        std::vector<Dataset> all;
        SQLite::Statement rows(*d_->database, "SELECT dataset FROM dataset ORDER BY id");
        while (rows.executeStep()) {
            const auto json = parseJson(rows.getColumn(0).getString());
            auto dataset = json ? datasetFromJson(*json) : Result<Dataset>(json.error());
            if (!dataset) return unreadable(d_->path, "A dataset", dataset.error());
            all.push_back(std::move(*dataset));
        }
        return all;
    });
}

Result<Json> SessionStore::datasetFacts(const std::string& fingerprint) const
{
    return d_->read([&]() -> Result<Json> {
        auto facts = d_->facts(fingerprint);
        if (!facts && facts.error().code == ErrorCode::NotFound) return Json::object();
        return facts;
    });
}

Result<void> SessionStore::setDatasetFacts(const std::string& fingerprint, const Json& facts)
{
    return d_->write([&]() -> Result<void> {
        SQLite::Statement update(*d_->database,
                                 "UPDATE dataset SET facts = ? WHERE fingerprint = ?");
        update.bind(1, toLine(facts));
        update.bind(2, fingerprint);
        if (update.exec() == 0) return noDataset(fingerprint);
        return {};
    });
}

Result<void> SessionStore::removeDataset(const std::string& fingerprint)
{
    return d_->write([&]() -> Result<void> {
        SQLite::Statement remove(*d_->database, "DELETE FROM dataset WHERE fingerprint = ?");
        remove.bind(1, fingerprint);
        if (remove.exec() == 0) return noDataset(fingerprint);
        return {};
    });
}

Result<std::int64_t> SessionStore::addPlan(const Json& plan)
{
    return d_->write([&]() -> Result<std::int64_t> {
        SQLite::Statement insert(*d_->database,
                                 "INSERT INTO plan (created_at, plan) VALUES (?, ?)");
        insert.bind(1, utcNow());
        insert.bind(2, toLine(plan));
        insert.exec();
        return d_->database->getLastInsertRowid();
    });
}

Result<void> SessionStore::resumePlan(std::int64_t planId, const Json& plan)
{
    return d_->write([&]() -> Result<void> {
        forgetMeta(*d_->database, leftOutKey(planId));
        SQLite::Statement update(*d_->database, "UPDATE plan SET plan = ? WHERE id = ?");
        update.bind(1, toLine(plan));
        update.bind(2, planId);
        update.exec();
        return setFinished(*d_->database, planId, false);
    });
}

Result<void> SessionStore::finishPlan(std::int64_t planId, const std::string& leftOut)
{
    return d_->write([&]() -> Result<void> {
        if (auto known = setFinished(*d_->database, planId, true); !known) return known;
        if (leftOut.empty())
            forgetMeta(*d_->database, leftOutKey(planId));
        else
            setMeta(*d_->database, leftOutKey(planId), leftOut);
        return {};
    });
}

Result<std::int64_t> SessionStore::dataVersion() const
{
    return d_->read([&]() -> Result<std::int64_t> {
        return d_->database->execAndGet("PRAGMA data_version").getInt64();
    });
}

Result<std::vector<StoredPlan>> SessionStore::plans() const
{
    return d_->read([&]() -> Result<std::vector<StoredPlan>> {
        std::vector<StoredPlan> all;
        SQLite::Statement rows(*d_->database,
                               "SELECT p.id, p.plan, p.created_at, p.finished, m.value FROM plan p "
                               "LEFT JOIN meta m ON m.key = '" +
                                   leftOutKey("' || p.id || '") + "' ORDER BY p.id");
        while (rows.executeStep()) {
            auto plan = rows.getColumn(1).getString();
            if (const auto json = parseJson(plan); !json)
                return unreadable(d_->path, "A plan", json.error());
            all.push_back({rows.getColumn(0).getInt64(), std::move(plan),
                           rows.getColumn(2).getString(), rows.getColumn(3).getInt() != 0,
                           rows.getColumn(4).isNull() ? "" : rows.getColumn(4).getString()});
        }
        return all;
    });
}

Result<std::int64_t> SessionStore::addRun(const RunRecord& record, const RunTrace& trace,
                                          const Environment& environment)
{
    return d_->write([&]() -> Result<std::int64_t> {
        return insertRun(*d_->database, record, trace,
                         insertEnvironment(*d_->database, environment));
    });
}

Result<void> SessionStore::excludeRun(std::int64_t runId, const std::optional<std::string>& reason)
{
    return d_->write([&]() -> Result<void> {
        SQLite::Statement update(*d_->database,
                                 "UPDATE run SET excluded = ?1 WHERE id = ?2 AND deleted = 0");
        if (reason) update.bind(1, *reason);
        update.bind(2, runId);
        if (update.exec() == 0) return noRun(runId);
        return {};
    });
}

Result<void> SessionStore::deleteRun(std::int64_t runId)
{
    return d_->write([&] { return setDeleted(*d_->database, runId, true); });
}

Result<void> SessionStore::restoreRun(std::int64_t runId)
{
    return d_->write([&] { return setDeleted(*d_->database, runId, false); });
}

Result<int> SessionStore::purgeDeleted()
{
    return d_->write([&]() -> Result<int> { return removeDeletedRuns(*d_->database); });
}

Result<std::vector<RunRecord>> SessionStore::runs() const
{
    return d_->read([&]() -> Result<std::vector<RunRecord>> {
        std::vector<RunRecord> all;
        SQLite::Statement rows(
            *d_->database, "SELECT id, record, excluded FROM run WHERE deleted = 0 ORDER BY id");
        while (rows.executeStep()) {
            const auto json = parseJson(rows.getColumn(1).getString());
            auto record = json ? fullRecordFromJson(*json) : Result<RunRecord>(json.error());
            if (!record)
                return unreadable(d_->path, fmt::format("Run {}", rows.getColumn(0).getInt64()),
                                  record.error());
            record->id = rows.getColumn(0).getInt64();
            if (!record->atRest) record->atRest = selectAtRest(*d_->database, *record);
            if (!rows.getColumn(2).isNull()) record->excluded = rows.getColumn(2).getString();
            all.push_back(std::move(*record));
        }
        return all;
    });
}

Result<RunTrace> SessionStore::trace(std::int64_t runId) const
{
    return d_->read([&] { return selectTrace(*d_->database, runId); });
}

Result<Environment> SessionStore::environmentOf(std::int64_t runId) const
{
    return d_->read([&]() -> Result<Environment> {
        SQLite::Statement find(*d_->database, "SELECT e.environment FROM run r JOIN environment e "
                                              "ON e.id = r.environment WHERE r.id = ?");
        find.bind(1, runId);
        if (!find.executeStep()) return noRun(runId);
        const auto json = parseJson(find.getColumn(0).getString());
        if (!json) return unreadable(d_->path, "An environment", json.error());
        return environmentFromJson(*json);
    });
}

Result<std::vector<Environment>> SessionStore::environments() const
{
    return d_->read([&]() -> Result<std::vector<Environment>> {
        std::vector<Environment> all;
        SQLite::Statement rows(*d_->database, "SELECT environment FROM environment ORDER BY id");
        while (rows.executeStep()) {
            const auto json = parseJson(rows.getColumn(0).getString());
            auto one = json ? environmentFromJson(*json) : Result<Environment>(json.error());
            if (!one) return unreadable(d_->path, "An environment", one.error());
            all.push_back(std::move(*one));
        }
        return all;
    });
}

Result<std::string> SessionStore::word(const char* key) const
{
    return d_->read([&]() -> Result<std::string> {
        SQLite::Statement find(*d_->database, "SELECT value FROM meta WHERE key = ?");
        find.bind(1, key);
        return find.executeStep() ? find.getColumn(0).getString() : std::string();
    });
}

Result<void> SessionStore::setWord(const char* key, const std::string& word)
{
    return d_->write([&]() -> Result<void> {
        setMeta(*d_->database, key, word);
        return {};
    });
}

} // namespace spillway
