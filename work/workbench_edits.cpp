#include "base/json.h"
#include "work/text.h"
#include "work/workbench.h"

#include <algorithm>

/// What the user changes in the open session: its words and its runs.
namespace spillway {

void Workbench::removeDataset(const std::string& fingerprint)
{
    keeper_.ask(
        this,
        [fingerprint](std::optional<SessionStore>& store) -> Result<std::string> {
            if (!store) return noSession();
            const auto facts = store->datasetFacts(fingerprint);
            if (!facts) return facts.error();
            if (auto removed = store->removeDataset(fingerprint); !removed) return removed.error();
            return toLine(*facts);
        },
        [this, fingerprint](const Result<std::string>& facts) {
            if (!facts) {
                emit failed(facts.error());
                return;
            }
            const auto found =
                std::ranges::find(content_.datasets, fingerprint, &Dataset::fingerprint);
            if (found == content_.datasets.end()) return; // the session was changed meanwhile
            const QString name = text(found->name);
            removedDatasets_.insert_or_assign(fingerprint, std::pair(*found, *facts));
            content_.datasets.erase(found);
            emit datasetsChanged();
            emit datasetRemoved(text(fingerprint), name);
        });
}

void Workbench::restoreDataset(const std::string& fingerprint)
{
    const auto kept = removedDatasets_.find(fingerprint);
    if (kept == removedDatasets_.end()) return;
    const auto facts = parseJson(kept->second.second);
    if (!facts) {
        emit failed(facts.error());
        return;
    }
    keeper_.ask(
        this,
        [dataset = kept->second.first,
         facts = *facts](std::optional<SessionStore>& store) -> Result<void> {
            if (!store) return noSession();
            return store->addDataset(dataset, facts);
        },
        [this, dataset = kept->second.first, facts = *facts](const Result<void>& added) {
            if (!added) {
                emit failed(added.error());
                return;
            }
            removedDatasets_.erase(dataset.fingerprint);
            content_.datasets.push_back(dataset);
            // It went when the datasets were read again.
            keepManifest(content_, dataset.fingerprint, facts);
            emit datasetsChanged();
        });
}

void Workbench::setNotes(const QString& notes)
{
    keepWord(&SessionStore::setNotes, &SessionContent::notes, notes);
}

void Workbench::setSessionName(const QString& name)
{
    keepWord(&SessionStore::setName, &SessionContent::name, name.simplified());
}

void Workbench::setTags(const QString& tags)
{
    keepWord(&SessionStore::setTags, &SessionContent::tags, tags.simplified());
}

void Workbench::keepWord(Result<void> (SessionStore::*keep)(const std::string&),
                         std::string SessionContent::*shown, const QString& word)
{
    const std::string content = utf8(word);
    withSession(this, [this, keep, shown, content] {
        keeper_.ask(
            this,
            [keep, content](std::optional<SessionStore>& store) -> Result<void> {
                if (!store) return noSession();
                return ((*store).*keep)(content);
            },
            [this, shown, content](const Result<void>& stored) {
                if (!stored) {
                    emit failed(stored.error());
                    return;
                }
                content_.*shown = content;
                emit sessionRenamed();
            });
    });
}

void Workbench::editRun(std::function<Result<void>(SessionStore&)> edit,
                        std::function<void()> shown, QObject* receiver, std::function<void()> done)
{
    keeper_.ask(
        this,
        [edit = std::move(edit)](std::optional<SessionStore>& store) -> Result<void> {
            if (!store) return noSession();
            return edit(*store);
        },
        [this, shown = std::move(shown), receiver = QPointer(receiver),
         done = std::move(done)](const Result<void>& edited) {
            if (!edited) {
                emit failed(edited.error());
                return;
            }
            shown();
            emit recordsChanged();
            if (receiver) done();
        });
}

void Workbench::excludeRun(std::int64_t runId, const std::optional<std::string>& reason,
                           QObject* receiver, std::function<void()> done)
{
    editRun([=](SessionStore& store) { return store.excludeRun(runId, reason); },
            [this, runId, reason] {
                for (RunRecord& record : content_.records)
                    if (record.id == runId) record.excluded = reason;
            },
            receiver, std::move(done));
}

void Workbench::deleteRun(std::int64_t runId, QObject* receiver, std::function<void()> done)
{
    editRun([=](SessionStore& store) { return store.deleteRun(runId); },
            [this, runId] {
                const auto found = std::ranges::find(content_.records, runId, &RunRecord::id);
                if (found == content_.records.end()) return;
                deletedRuns_.insert_or_assign(runId, std::move(*found));
                content_.records.erase(found);
            },
            receiver, std::move(done));
}

void Workbench::restoreRun(std::int64_t runId, QObject* receiver, std::function<void()> done)
{
    editRun([=](SessionStore& store) { return store.restoreRun(runId); },
            [this, runId] {
                auto kept = deletedRuns_.extract(runId);
                if (kept.empty()) return;
                const auto place =
                    std::ranges::upper_bound(content_.records, runId, {}, &RunRecord::id);
                content_.records.insert(place, std::move(kept.mapped()));
            },
            receiver, std::move(done));
}

} // namespace spillway
