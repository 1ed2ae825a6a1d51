#include "ui/compare/compare_page.h"
#include "ui/compare/run_drawer.h"
#include "ui/compare/run_edits.h"
#include "ui/parts/toast.h"

#include <QAction>

#include <algorithm>

/// The drawer with the runs of what is selected, and what is done to them there.
namespace spillway {

void ComparePage::connectEdits()
{
    connect(drawer_, &RunDrawer::excludeRequested, edits_, &RunEdits::exclude);
    connect(drawer_, &RunDrawer::includeRequested, edits_, &RunEdits::include);
    connect(drawer_, &RunDrawer::deleteRequested, edits_, &RunEdits::remove);
    QUndoStack& stack = edits_->stack();
    connect(edits_, &RunEdits::done, this, [this, &stack](const QString& words) {
        toast_->say(words + QStringLiteral("."), tr("Undo"), [&stack] { stack.undo(); });
    });
    connect(edits_, &RunEdits::undone, this,
            [this](const QString& words) { toast_->say(tr("Undone: %1.").arg(words)); });
    for (auto* action : {stack.createUndoAction(this), stack.createRedoAction(this)}) {
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(action);
    }
    actions()[0]->setShortcuts(QKeySequence::Undo);
    actions()[1]->setShortcuts(QKeySequence::Redo);
}

void ComparePage::openDrawer(const CellKey& cell, qint64 runId)
{
    drawer_->showCell(cell);
    if (runId > 0) drawer_->selectRun(runId);
    drawer_->show();
    drawer_->setFocus();
}

void ComparePage::openRun(qint64 runId)
{
    const auto run = std::ranges::find(workbench().records(), runId, &RunRecord::id);
    if (run != workbench().records().end()) openDrawer(run->cell, runId);
}

void ComparePage::followSelection(const CellKey& cell, qint64 runId)
{
    if (!drawer_->isVisible()) return;
    drawer_->showCell(cell);
    if (runId > 0) drawer_->selectRun(runId);
}

void ComparePage::keepDrawerWithin(const Comparison& comparison)
{
    const auto shown = drawer_->ownCell();
    if (!shown || !drawer_->isVisible()) return;
    const CellKey* same = nullptr;
    for (const EngineLine& line : comparison.lines)
        for (const CellSummary& summary : line.cells) {
            const CellKey& cell = summary.cell;
            if (cell == *shown) return;
            if (cell.engine == shown->engine && cell.profile == shown->profile &&
                cell.workers == shown->workers && cell.format == shown->format)
                same = &cell;
        }
    if (same)
        drawer_->showCell(*same);
    else
        drawer_->hide();
}

void ComparePage::followRun(qint64 runId)
{
    const auto run = std::ranges::find(workbench().records(), runId, &RunRecord::id);
    if (run != workbench().records().end()) followSelection(run->cell, runId);
}

} // namespace spillway
