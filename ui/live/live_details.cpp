#include "ui/live/live_details.h"

#include "charts/live_charts.h"
#include "charts/time_navigator.h"
#include "ui/live/live_series.h"
#include "ui/live/objects_text.h"
#include "ui/live/worker_model.h"
#include "ui/parts/icons.h"
#include "work/cell_text.h"
#include "work/text.h"

#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QTabBar>
#include <QTableView>
#include <QVBoxLayout>

namespace spillway {
namespace {

constexpr int detailHeight = 24;

QTableView* makeTable(WorkerModel* model)
{
    auto* table = new QTableView;
    table->setModel(model);
    table->setAccessibleName(LiveDetails::tr("Workers"));
    table->setShowGrid(false);
    table->setAlternatingRowColors(true);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setTabKeyNavigation(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(detailHeight);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setStretchLastSection(true);
    return table;
}

QWidget* stacked(QWidget* upper, QWidget* lower)
{
    auto* both = new QWidget;
    auto* layout = new QVBoxLayout(both);
    layout->setContentsMargins({});
    layout->addWidget(upper, 1);
    layout->addWidget(lower);
    return both;
}

QString lineText(const LogLine& line, Seconds origin)
{
    const QString time = QString::number((line.t - origin).count(), 'f', 2).rightJustified(9);
    const QString level =
        line.level == "info" ? QString() : text(line.level).toUpper() + QStringLiteral(": ");
    return QStringLiteral("%1 s  %2%3").arg(time, level, text(line.message));
}

} // namespace

LiveDetails::LiveDetails(TimeNavigator& time, QWidget* parent)
    : QTabWidget(parent),
      time_(time),
      tasks_(new TaskStreamView),
      workers_(new WorkerModel(this)),
      objects_(new QLabel),
      log_(new QPlainTextEdit)
{
    tasks_->setToolTip({});
    objects_->setMargin(6);
    objects_->setWordWrap(true);
    objects_->setToolTip(
        tr("In use: being written or read. Pinned: needed later, in memory only. "
           "Evictable: freed as soon as space is needed, with the space of deleted objects."));
    objects_->hide();
    log_->setReadOnly(true);
    log_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    log_->setLineWrapMode(QPlainTextEdit::NoWrap);
    log_->setFont(QFont(QStringLiteral("monospace"), font().pointSize()));
    log_->setAccessibleName(tr("Log of the run"));
    log_->setPlaceholderText(tr("The engine has logged nothing."));
    addTab(tasks_, tr("Tasks"));
    addTab(stacked(makeTable(workers_), objects_), tr("Workers"));
    addTab(log_, tr("Log"));
    setTabToolTip(Tasks, tr("One lane per worker; colour and pattern by kind of task"));
    setTabToolTip(Workers, tr("What each worker has done, as a table"));
    setTabToolTip(Log, tr("What the engine logs"));
    tabBar()->setAccessibleName(tr("Details of the run"));
    setDocumentMode(true);
    connect(this, &QTabWidget::currentChanged, this, &LiveDetails::refreshNeeded);
    time_.add(tasks_, tasks_, [this] { return tasks_->plotArea(); });
    connect(&time_, &TimeNavigator::changed, this,
            [this] { tasks_->setTime(time_.window().begin(), time_.window().end()); });
}

void LiveDetails::show(const WatchedRun& drawn, const WatchedRun& run)
{
    switch (currentIndex()) {
    case Tasks:
        tasks_->setTasks(drawn.tasks, drawn.run.cell.workers, drawn.startedAt, endOf(drawn));
        tasks_->setTime(time_.window().begin(), time_.window().end());
        break;
    case Workers:
        showWorkers(drawn);
        break;
    case Log:
        showLog(run);
        break;
    default:
        break;
    }
}

void LiveDetails::setQueue(QAbstractItemModel* queue)
{
    auto* view = new QTableView;
    view->setModel(queue);
    view->setAccessibleName(tr("What runs next"));
    view->setShowGrid(false);
    view->setSelectionBehavior(QAbstractItemView::SelectRows);
    view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    view->setTabKeyNavigation(false);
    view->setWordWrap(false);
    view->horizontalHeader()->hide();
    view->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    view->horizontalHeader()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    view->verticalHeader()->hide();
    view->verticalHeader()->setDefaultSectionSize(detailHeight);
    addTab(view, tr("Next"));
    setTabToolTip(Next, tr("What runs next, and when"));
}

void LiveDetails::setQueued(std::int64_t runs)
{
    setTabText(Next, runs > 0 ? tr("Next (%1)").arg(runs) : tr("Next"));
}

void LiveDetails::clear()
{
    tasks_->setTasks({}, 0, Seconds(0), Seconds(1));
    workers_->setLoads({});
    objects_->hide();
    log_->clear();
    logLines_ = 0;
    logOf_ = Seconds(-1);
}

void LiveDetails::showWorkers(const WatchedRun& run)
{
    // What an engine does not report is said, not drawn as zero.
    workers_->setLoads(run.tasks.empty() ? std::vector<WorkerLoad>() : workerLoads(run));
    QStringList words{objectsText(run)};
    if (run.tasks.empty())
        words << tr("%1 has not reported what its workers do.").arg(engineText(run.run));
    words.removeAll(QString());
    objects_->setText(words.join(QLatin1Char('\n')));
    objects_->setVisible(!words.isEmpty());
}

void LiveDetails::showLog(const WatchedRun& run)
{
    if (run.startedAt != logOf_ || run.log.size() < logLines_) {
        log_->clear();
        logLines_ = 0;
        logOf_ = run.startedAt;
    }
    QStringList lines;
    for (; logLines_ < run.log.size(); ++logLines_)
        lines << lineText(run.log[logLines_], run.startedAt);
    if (lines.isEmpty()) return;
    log_->appendPlainText(lines.join(QLatin1Char('\n')));
}

void LiveDetails::setTheme(const ChartTheme& theme)
{
    tasks_->setTheme(theme);
}

} // namespace spillway
