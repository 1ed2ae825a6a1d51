#pragma once

#include "charts/chart_style.h"
#include "ui/watched_run.h"

#include <QTabWidget>

class QPlainTextEdit;

namespace spillway {

class TaskStreamView;
class WorkerModel;

/// The lower tabs of the live page: tasks as lanes, workers as a table, and the log. Only the one
/// on show is brought up to date.
class LiveDetails : public QTabWidget {
    Q_OBJECT
public:
    explicit LiveDetails(QWidget* parent = nullptr);

    /// `drawn`: whose curves are on show; `run`: whose log. They differ while a new run has no
    /// curve yet.
    void show(const WatchedRun& drawn, const WatchedRun& run);
    void setTheme(const ChartTheme& theme);
    QString logText() const;

signals:
    /// Another tab is on show and wants to be filled.
    void refreshNeeded();

private:
    enum Tab { Tasks, Workers, Log };
    void showLog(const WatchedRun& run);

    TaskStreamView* tasks_;
    WorkerModel* workers_;
    QPlainTextEdit* log_;
    Seconds logOf_{-1}; ///< start of the run whose log is on show
    std::size_t logLines_ = 0;
};

} // namespace spillway
