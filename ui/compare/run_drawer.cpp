#include "ui/compare/run_drawer.h"

#include "ui/compare/exclude_dialog.h"
#include "ui/compare/result_panel.h"
#include "ui/compare/run_facts.h"
#include "ui/parts/icons.h"
#include "ui/parts/theme.h"
#include "work/cell_text.h"
#include "work/text.h"
#include "workloads/workload_type.h"

#include <QFontDatabase>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabBar>
#include <QTabWidget>
#include <QToolButton>

#include <algorithm>

namespace spillway {
namespace {

constexpr int mostListHeight = 170;

QPlainTextEdit* plainText(const QString& accessibleName)
{
    auto* edit = new QPlainTextEdit;
    edit->setReadOnly(true);
    edit->setAccessibleName(accessibleName);
    edit->setTabChangesFocus(true);
    return edit;
}

QString repeatText(const RunRecord& record)
{
    const QString title = record.warmup ? RunDrawer::tr("Warm-up %1").arg(record.repeat)
                                        : RunDrawer::tr("Repeat %1").arg(record.repeat);
    if (record.excluded)
        return RunDrawer::tr("%1   excluded: %2").arg(title, text(*record.excluded));
    if (record.status != RunStatus::Ok)
        return QStringLiteral("%1   %2").arg(title, statusText(record.status));
    return QStringLiteral("%1   %2   %3")
        .arg(title, durationText(Seconds(record.seconds.value_or(0))),
             record.peakBytes ? bytesText(*record.peakBytes) : QString())
        .trimmed();
}

} // namespace

RunDrawer::RunDrawer(Workbench& workbench, QWidget* parent)
    : QFrame(parent),
      workbench_(workbench),
      title_(new QLabel),
      repeats_(new QListWidget),
      facts_(plainText(tr("Facts of the run"))),
      result_(new ResultPanel),
      tabs_(new QTabWidget),
      events_(plainText(tr("Events of the run"))),
      output_(plainText(tr("What the engine wrote"))),
      environment_(plainText(tr("Environment of the run"))),
      replay_(new QPushButton(tr("Replay"))),
      exclude_(new QPushButton(tr("Exclude…"))),
      delete_(new QPushButton(tr("Delete")))
{
    setRole(this, "card");
    setMinimumWidth(320);
    setRole(title_, "heading");
    title_->setWordWrap(true);
    title_->setTextFormat(Qt::PlainText);
    repeats_->setAccessibleName(tr("Repeats"));
    auto* close = new QToolButton;
    close->setIcon(lineIcon(QStringLiteral("close")));
    close->setToolTip(tr("Close (Esc)"));
    close->setAccessibleName(tr("Close the drawer"));
    setRole(close, "quiet");
    auto* head = new QHBoxLayout;
    head->addWidget(title_, 1);
    head->addWidget(close, 0, Qt::AlignTop);
    tabs_->tabBar()->setUsesScrollButtons(false); // all of them, and cut where there is no room
    tabs_->tabBar()->setElideMode(Qt::ElideRight);
    setRole(tabs_->tabBar(), "narrow");
    tabs_->addTab(facts_, tr("Facts"));
    tabs_->addTab(result_, tr("Result"));
    tabs_->addTab(events_, tr("Events"));
    tabs_->addTab(output_, tr("Output"));
    tabs_->addTab(environment_, tr("Machine"));
    const QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    for (QPlainTextEdit* edit : {events_, output_}) {
        edit->setFont(fixed);
        edit->setLineWrapMode(QPlainTextEdit::NoWrap);
    }
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(head);
    layout->addWidget(repeats_);
    layout->addWidget(tabs_, 1);
    auto* foot = new QHBoxLayout;
    foot->addWidget(replay_);
    foot->addStretch();
    foot->addWidget(exclude_);
    foot->addWidget(delete_);
    layout->addLayout(foot);
    exclude_->setObjectName(QStringLiteral("exclude-run"));
    delete_->setObjectName(QStringLiteral("delete-run"));
    setRole(delete_, "danger");
    connect(close, &QToolButton::clicked, this, &RunDrawer::closed);
    connect(repeats_, &QListWidget::currentRowChanged, this, &RunDrawer::showRun);
    connect(replay_, &QPushButton::clicked, this, [this] { emit replayRequested(currentRun()); });
    connect(exclude_, &QPushButton::clicked, this, &RunDrawer::excludeOrInclude);
    connect(delete_, &QPushButton::clicked, this, [this] { emit deleteRequested(currentRun()); });
    connect(&workbench_, &Workbench::recordsChanged, this, &RunDrawer::follow);
}

void RunDrawer::showCell(const CellKey& cell, std::shared_ptr<const SessionView> other)
{
    other_ = std::move(other);
    const QString name = text((other_ ? other_->engines : workbench_.catalogue())
                                  .lineName(cell.engine, cell.profile, cell.format)) +
                         QStringLiteral(", ") + workersText(cell.workers);
    title_->setText(other_ ? tr("%1 · in %2").arg(name, pathText(other_->path.stem())) : name);
    replay_->setToolTip(other_ ? tr("Open %1 to replay its runs").arg(pathText(other_->path.stem()))
                               : tr("Plays the run back on the Live page"));
    cell_ = cell;
    listRuns();
    repeats_->setCurrentRow(repeats_->count() - 1);
    showRun();
}

void RunDrawer::listRuns()
{
    const QSignalBlocker quiet(repeats_);
    repeats_->clear();
    for (const RunRecord& run : records()) {
        if (run.cell != cell_) continue;
        auto* item = new QListWidgetItem(repeatText(run), repeats_);
        item->setData(Qt::UserRole, qlonglong(run.id));
        item->setToolTip(item->text());
        if (!run.excluded) continue;
        QFont struck = item->font();
        struck.setStrikeOut(true);
        item->setFont(struck);
    }
    // No higher than its rows: the room is for what is said of the run.
    const int rows = std::max(1, repeats_->count()) * std::max(1, repeats_->sizeHintForRow(0));
    repeats_->setFixedHeight(std::min(mostListHeight, rows + 8));
}

void RunDrawer::follow()
{
    if (other_ || !isVisible()) return;
    const qint64 chosen = currentRun();
    const int row = repeats_->currentRow();
    listRuns();
    {
        const QSignalBlocker quiet(repeats_);
        repeats_->setCurrentRow(std::min(row, repeats_->count() - 1));
        selectRun(chosen);
    }
    if (repeats_->count() == 0) {
        emit closed();
        return;
    }
    // A stored run never changes but for that: what one reads stays where it is.
    const RunRecord* run = record(currentRun());
    if (run && run->id == chosen && run->excluded == shownExcluded_)
        showWhatCanBeDone(run);
    else
        showRun();
}

std::optional<CellKey> RunDrawer::ownCell() const
{
    return other_ || repeats_->count() == 0 ? std::nullopt : std::optional(cell_);
}

void RunDrawer::selectRun(qint64 runId)
{
    for (int row = 0; row < repeats_->count(); ++row)
        if (repeats_->item(row)->data(Qt::UserRole).toLongLong() == runId)
            repeats_->setCurrentRow(row);
}

qint64 RunDrawer::currentRun() const
{
    const auto* item = repeats_->currentItem();
    return item ? item->data(Qt::UserRole).toLongLong() : 0;
}

const std::vector<RunRecord>& RunDrawer::records() const
{
    return other_ ? other_->records : workbench_.records();
}

const RunRecord* RunDrawer::record(qint64 runId) const
{
    for (const RunRecord& run : records())
        if (run.id == runId) return &run;
    return nullptr;
}

void RunDrawer::showRun()
{
    const RunRecord* run = record(currentRun());
    shownExcluded_ = run ? run->excluded : std::nullopt;
    showWhatCanBeDone(run);
    for (QPlainTextEdit* edit : {facts_, events_, output_, environment_})
        edit->clear();
    result_->clear({});
    if (!run) return;
    facts_->setPlainText(runFacts(*run));
    output_->setPlainText(run->stderrTail.empty() ? tr("The engine wrote nothing.")
                                                  : text(run->stderrTail));
    const bool hasRows = run->result && !run->result->table.columns.empty();
    tabs_->setTabEnabled(tabs_->indexOf(result_), hasRows);
    loadDetails(run->id);
}

void RunDrawer::showWhatCanBeDone(const RunRecord* run)
{
    replay_->setEnabled(run && !other_);
    const bool editable = run && !other_ && !workbench_.isReadOnly();
    const QString obstacle = other_                    ? tr("Open its session to change its runs")
                             : workbench_.isReadOnly() ? tr("The session can only be looked at")
                                                       : QString();
    exclude_->setText(run && run->excluded ? tr("Include again") : tr("Exclude…"));
    exclude_->setEnabled(editable && !run->warmup);
    exclude_->setToolTip(!obstacle.isEmpty()    ? obstacle
                         : run && run->warmup   ? tr("Warm-ups do not count")
                         : run && run->excluded ? text(*run->excluded)
                                                : tr("Leaves the run out of verdicts and charts"));
    delete_->setEnabled(editable);
    delete_->setToolTip(obstacle.isEmpty() ? tr("Takes the run out of the session; can be undone")
                                           : obstacle);
}

void RunDrawer::excludeOrInclude()
{
    const RunRecord* run = record(currentRun());
    if (!run) return;
    if (run->excluded) {
        emit includeRequested(run->id);
        return;
    }
    auto* dialog = new ExcludeDialog(
        QStringLiteral("%1 · %2").arg(title_->text(), tr("repeat %1").arg(run->repeat)), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ExcludeDialog::chosen, this,
            [this, id = run->id](const QString& reason) { emit excludeRequested(id, reason); });
    dialog->open();
}

void RunDrawer::loadTrace(qint64 runId, std::function<void(const Result<RunTrace>&)> done)
{
    if (!other_) {
        workbench_.loadTrace(runId, this, std::move(done));
        return;
    }
    workbench_.jobs().start(
        this,
        [path = other_->path, runId](JobControl&) -> Result<RunTrace> {
            const auto store = SessionStore::openReadOnly(path);
            if (!store) return store.error();
            return store->trace(runId);
        },
        [done = std::move(done), from = other_, this](const Result<RunTrace>& trace) {
            if (from == other_) done(trace);
        });
}

void RunDrawer::loadDetails(qint64 runId)
{
    loadTrace(runId, [this, runId](const auto& trace) { showTrace(runId, trace); });
    const auto showEnvironmentOf = [this, runId, from = other_](const Result<Environment>& found) {
        if (from == other_) showEnvironment(runId, found);
    };
    if (!other_) {
        workbench_.loadEnvironment(runId, this, showEnvironmentOf);
        return;
    }
    workbench_.jobs().start(
        this,
        [path = other_->path, runId](JobControl&) -> Result<Environment> {
            const auto store = SessionStore::openReadOnly(path);
            if (!store) return store.error();
            return store->environmentOf(runId);
        },
        showEnvironmentOf);
}

void RunDrawer::showTrace(qint64 runId, const Result<RunTrace>& trace)
{
    const RunRecord* shown = record(runId);
    if (!shown || currentRun() != runId) return;
    events_->setPlainText(trace ? runEvents(*shown, *trace) : text(describe(trace.error())));
    showResult(*shown, trace);
}

void RunDrawer::showResult(const RunRecord& run, const Result<RunTrace>& trace)
{
    if (!run.result || run.result->table.columns.empty()) return;
    const bool apart = run.result->rowsAreApart();
    if (apart && !trace) {
        result_->clear(text(describe(trace.error())));
        return;
    }
    const ResultTable& rows = apart ? trace->table : run.result->table;
    result_->show(run, rows);
    if (run.status == RunStatus::WrongResult) showDifferences(run, rows);
}

void RunDrawer::showDifferences(const RunRecord& run, const ResultTable& found)
{
    constexpr std::size_t mostPairs = 50;
    const auto& all = records();
    const auto right = std::find_if(all.rbegin(), all.rend(), [&](const RunRecord& other) {
        return other.status == RunStatus::Ok && other.result &&
               other.cell.dataset == run.cell.dataset && other.cell.workload == run.cell.workload;
    });
    const ResultChecker* checker = typeOf(run.workload).checker;
    if (right == all.rend() || !checker) return;
    const auto catalogue = other_ ? other_->engines : workbench_.catalogue();
    const QString engine = text(catalogue.lineName(right->cell.engine, right->cell.profile));
    const bool checked = std::ranges::find(right->flags, "unchecked") == right->flags.end();
    const QString source = checked ? tr("the rows of %1, which were checked").arg(engine)
                                   : tr("the rows of %1, the first to finish").arg(engine);
    const auto compare = [this, id = run.id, found, source, checker,
                          result = *right->result](const ResultTable& expected) {
        if (currentRun() != id) return;
        result_->showDifferences(found, expected,
                                 checker->differences(found, expected, result, mostPairs), source);
        tabs_->setCurrentWidget(result_);
    };
    if (!right->result->rowsAreApart()) {
        compare(right->result->table);
        return;
    }
    loadTrace(right->id, [compare](const Result<RunTrace>& trace) {
        if (trace) compare(trace->table);
    });
}

void RunDrawer::showEnvironment(qint64 runId, const Result<Environment>& environment)
{
    if (currentRun() != runId) return;
    environment_->setPlainText(environment ? environmentFacts(*environment)
                                           : text(describe(environment.error())));
}

void RunDrawer::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape)
        emit closed();
    else
        QFrame::keyPressEvent(event);
}

} // namespace spillway
