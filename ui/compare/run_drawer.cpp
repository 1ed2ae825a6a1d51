#include "ui/compare/run_drawer.h"

#include "ui/compare/run_facts.h"
#include "ui/parts/icons.h"
#include "ui/parts/theme.h"
#include "work/cell_text.h"
#include "work/text.h"

#include <QFontDatabase>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QToolButton>

namespace spillway {
namespace {

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
      events_(plainText(tr("Events of the run"))),
      output_(plainText(tr("What the engine wrote"))),
      environment_(plainText(tr("Environment of the run"))),
      replay_(new QPushButton(tr("Replay")))
{
    setRole(this, "card");
    setMinimumWidth(320);
    setRole(title_, "heading");
    title_->setWordWrap(true);
    title_->setTextFormat(Qt::PlainText);
    repeats_->setAccessibleName(tr("Repeats"));
    repeats_->setMaximumHeight(170);
    auto* close = new QToolButton;
    close->setIcon(lineIcon(QStringLiteral("close")));
    close->setToolTip(tr("Close (Esc)"));
    close->setAccessibleName(tr("Close the drawer"));
    setRole(close, "quiet");
    auto* head = new QHBoxLayout;
    head->addWidget(title_, 1);
    head->addWidget(close, 0, Qt::AlignTop);
    auto* tabs = new QTabWidget;
    tabs->addTab(facts_, tr("Facts"));
    tabs->addTab(events_, tr("Events"));
    tabs->addTab(output_, tr("Output"));
    tabs->addTab(environment_, tr("Machine"));
    const QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    for (QPlainTextEdit* edit : {events_, output_}) {
        edit->setFont(fixed);
        edit->setLineWrapMode(QPlainTextEdit::NoWrap);
    }
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(head);
    layout->addWidget(repeats_);
    layout->addWidget(tabs, 1);
    layout->addWidget(replay_, 0, Qt::AlignLeft);
    connect(close, &QToolButton::clicked, this, &RunDrawer::closed);
    connect(repeats_, &QListWidget::currentRowChanged, this, &RunDrawer::showRun);
    connect(replay_, &QPushButton::clicked, this, [this] { emit replayRequested(currentRun()); });
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
    const QSignalBlocker quiet(repeats_);
    repeats_->clear();
    for (const RunRecord& run : records()) {
        if (run.cell != cell) continue;
        auto* item = new QListWidgetItem(repeatText(run), repeats_);
        item->setData(Qt::UserRole, qlonglong(run.id));
    }
    repeats_->setCurrentRow(repeats_->count() - 1);
    showRun();
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
    replay_->setEnabled(run && !other_);
    for (QPlainTextEdit* edit : {facts_, events_, output_, environment_})
        edit->clear();
    if (!run) return;
    facts_->setPlainText(runFacts(*run));
    output_->setPlainText(run->stderrTail.empty() ? tr("The engine wrote nothing.")
                                                  : text(run->stderrTail));
    loadDetails(run->id);
}

void RunDrawer::loadDetails(qint64 runId)
{
    const auto showTraceOf = [this, runId, from = other_](const Result<RunTrace>& trace) {
        if (from == other_) showTrace(runId, trace);
    };
    const auto showEnvironmentOf = [this, runId, from = other_](const Result<Environment>& found) {
        if (from == other_) showEnvironment(runId, found);
    };
    if (!other_) {
        workbench_.loadTrace(runId, this, showTraceOf);
        workbench_.loadEnvironment(runId, this, showEnvironmentOf);
        return;
    }
    using Details = std::pair<Result<RunTrace>, Result<Environment>>;
    workbench_.jobs().start(
        this,
        [path = other_->path, runId](JobControl&) -> Details {
            const auto store = SessionStore::openReadOnly(path);
            if (!store) return {store.error(), store.error()};
            return {store->trace(runId), store->environmentOf(runId)};
        },
        [=](const Details& details) {
            showTraceOf(details.first);
            showEnvironmentOf(details.second);
        });
}

void RunDrawer::showTrace(qint64 runId, const Result<RunTrace>& trace)
{
    const RunRecord* shown = record(runId);
    if (!shown || currentRun() != runId) return;
    events_->setPlainText(trace ? runEvents(*shown, *trace) : text(describe(trace.error())));
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
