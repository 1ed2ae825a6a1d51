#include "ui/compare/run_edits.h"

#include "work/text.h"

#include <QUndoCommand>

#include <algorithm>
#include <memory>
#include <utility>

namespace spillway {
namespace {

/// A command of two functions; the workbench answers later.
class RunEdit : public QUndoCommand {
public:
    RunEdit(const QString& words, std::function<void()> forth, std::function<void()> back)
        : QUndoCommand(words), forth_(std::move(forth)), back_(std::move(back))
    {
    }
    void redo() override { forth_(); }
    void undo() override { back_(); }

private:
    std::function<void()> forth_;
    std::function<void()> back_;
};

} // namespace

RunEdits::RunEdits(Workbench& workbench, QObject* parent) : QObject(parent), workbench_(workbench)
{
    connect(&workbench, &Workbench::sessionChanged, &stack_, &QUndoStack::clear);
}

const RunRecord* RunEdits::find(qint64 runId) const
{
    const auto& records = workbench_.records();
    const auto found = std::ranges::find(records, runId, &RunRecord::id);
    return found == records.end() ? nullptr : &*found;
}

QString RunEdits::nameOf(const RunRecord& record) const
{
    const CellKey& cell = record.cell;
    return tr("Repeat %1 of %2, %3")
        .arg(record.repeat)
        .arg(text(workbench_.catalogue().lineName(cell.engine, cell.profile, cell.format)),
             workersText(cell.workers));
}

void RunEdits::exclude(qint64 runId, const QString& reason)
{
    if (const RunRecord* record = find(runId))
        setReason(runId, utf8(reason), tr("%1 is excluded").arg(nameOf(*record)));
}

void RunEdits::include(qint64 runId)
{
    if (const RunRecord* record = find(runId))
        setReason(runId, std::nullopt, tr("%1 counts again").arg(nameOf(*record)));
}

void RunEdits::setReason(qint64 runId, const std::optional<std::string>& reason,
                         const QString& words)
{
    const auto before = find(runId)->excluded;
    stack_.push(new RunEdit(
        words,
        [=, this] {
            workbench_.excludeRun(runId, reason, this, [this, words] { emit done(words); });
        },
        [=, this] {
            workbench_.excludeRun(runId, before, this, [this, words] { emit undone(words); });
        }));
}

void RunEdits::setAside(const std::vector<std::int64_t>& runIds, std::function<void()> then)
{
    if (runIds.empty()) return;
    const QString words = runIds.size() == 1
                              ? tr("1 failed run is set aside")
                              : tr("%1 failed runs are set aside").arg(runIds.size());
    const auto set = [this, runIds](const std::optional<std::string>& reason,
                                    const std::function<void()>& last) {
        for (const auto id : runIds)
            workbench_.excludeRun(id, reason, this, [last, ended = id == runIds.back()] {
                if (ended) last();
            });
    };
    // Redone later it starts nothing.
    auto once = std::make_shared<std::function<void()>>(std::move(then));
    stack_.push(new RunEdit(
        words,
        [=, this] {
            set(utf8(tr("run again after it failed")), [=, this] {
                emit done(words);
                if (const auto begin = std::exchange(*once, {})) begin();
            });
        },
        [=, this] { set(std::nullopt, [=, this] { emit undone(words); }); }));
}

void RunEdits::remove(qint64 runId)
{
    const RunRecord* record = find(runId);
    if (!record) return;
    const QString words = tr("%1 is deleted").arg(nameOf(*record));
    stack_.push(new RunEdit(
        words,
        [=, this] { workbench_.deleteRun(runId, this, [this, words] { emit done(words); }); },
        [=, this] { workbench_.restoreRun(runId, this, [this, words] { emit undone(words); }); }));
}

} // namespace spillway
