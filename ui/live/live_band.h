#pragma once

#include "ui/live/run_queue_model.h"

#include <QFrame>

#include <optional>

class QLabel;
class QProgressBar;
class QToolButton;

namespace spillway {

/// How the run that is shown ended, as text.
struct RunEnding {
    RunStatus status = RunStatus::Ok;
    QString words; ///< "Done in 6.20 s, peak 1.10 GB", "Memory limit"
    QString why;   ///< what went wrong and what to do; empty when nothing went wrong
};
RunEnding endingOf(const RunRecord& record);

/// The texts of the band.
struct BandContent {
    QString title; ///< the cell
    QString phase; ///< "Starting Ray…", or how it ended
    QString elapsed;
    QString amount;                 ///< "1.20 GB of 4.00 GB", "iteration 12 of 20"
    std::optional<double> fraction; ///< of the run, 0 … 1
    QString problem;                ///< why it failed and what to do
    bool ended = false;
    bool failed = false; ///< ended with a failure
};
/// "Starting Ray…", "Loading" …
QString phaseText(const WatchedRun& run);
/// `ending` is absent while the run goes on.
BandContent bandContent(const WatchedRun& run, const std::optional<RunEnding>& ending, Seconds now);
/// For a dataset that a plan reads outside of any run.
BandContent bandContent(const DatasetReading& reading);
/// "Run 5 of 36 · about 6 min left".
QString planText(const PlanProgress& plan, const PlanForecast& forecast, bool running);

/// The head of the run in progress: what it is, how far it is, and Stop.
class LiveBand : public QFrame {
    Q_OBJECT
public:
    explicit LiveBand(QWidget* parent = nullptr);

    void show(const BandContent& content);
    /// Stop is visible while a plan runs and disabled while it stops.
    void setRunning(bool running, bool stopping);

signals:
    void stopRunRequested();
    void stopPlanRequested();

private:
    void makeStop();

    QLabel* title_;
    QLabel* phase_;
    QLabel* elapsed_;
    QLabel* amount_;
    QLabel* problem_;
    QProgressBar* progress_;
    QToolButton* stop_;
};

} // namespace spillway
