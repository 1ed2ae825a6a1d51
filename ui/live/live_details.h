#pragma once

#include "charts/chart_style.h"
#include "work/watched_run.h"

#include <QTabWidget>

class QLabel;
class QAbstractItemModel;
class QPlainTextEdit;

namespace spillway {

class TaskStreamView;
class TimeNavigator;
class WorkerModel;

/// The lower tabs of the Live page: tasks as lanes, workers as a table, the log, and what runs
/// next. Only the visible tab is updated.
class LiveDetails : public QTabWidget {
    Q_OBJECT
public:
    /// `time` moves the tasks with the charts and outlives this.
    explicit LiveDetails(TimeNavigator& time, QWidget* parent = nullptr);

    /// `drawn`: the run whose curves are shown; `run`: the one whose log is. They differ while a
    /// new run has no curve yet.
    void show(const WatchedRun& drawn, const WatchedRun& run);
    /// There is no run.
    void clear();
    /// A tab with the plan's queue, two columns.
    void setQueue(QAbstractItemModel* queue);
    /// How many runs are to come.
    void setQueued(std::int64_t runs);
    void setTheme(const ChartTheme& theme);

signals:
    /// Another tab became visible and needs its content.
    void refreshNeeded();

private:
    enum Tab { Tasks, Workers, Log, Next };
    void showWorkers(const WatchedRun& run);
    void showLog(const WatchedRun& run);

    TimeNavigator& time_;
    TaskStreamView* tasks_;
    WorkerModel* workers_;
    QLabel* objects_; ///< below the workers, for an engine with an object store
    QPlainTextEdit* log_;
    Seconds logOf_{-1}; ///< start of the run whose log is shown
    std::size_t logLines_ = 0;
};

} // namespace spillway
