#pragma once

#include "charts/chart_style.h"
#include "ui/live/live_series.h"
#include "work/watched_run.h"

#include <QWidget>

class QLabel;

namespace spillway {

class LiveChartView;
class MemoryChartView;
class RateChartView;
class TimeNavigator;

/// Memory by role with the limit, spill in a separate lane below it (it is disk, not memory),
/// throughput and CPU of one run, on one time axis.
class LiveChartsPanel : public QWidget {
    Q_OBJECT
public:
    /// `time` moves all charts together and outlives the panel.
    explicit LiveChartsPanel(TimeNavigator& time, QWidget* parent = nullptr);

    void show(const WatchedRun& run);
    /// Another run that the next show() lays over, by its own seconds; null: none.
    void setBeside(const WatchedRun* run);
    /// Shows a message instead of the charts.
    void showMessage(const QString& message);
    void setTheme(const ChartTheme& theme);
    /// Text above the charts, for instance which run is still shown; empty: nothing.
    void setNote(const QString& note);
    bool showsSpill() const;
    /// "Paused · double-click to follow" while the charts do not follow; else empty.
    QString hint() const;

private:
    QList<LiveChartView*> charts() const;
    void makeHint();
    void applyTime();
    void moveTime();
    void showThroughput(const WatchedRun& run);
    void showOwnCurve(const WatchedRun& run);

    /// Curves of the run that is laid over.
    struct Beside {
        QString name;
        QList<QPointF> memory;
        QList<QPointF> spill;
        QList<QPointF> megabytes;
        QList<QPointF> rows;
        OwnCurve own;
        QList<QPointF> cpu;
    };

    TimeNavigator& time_;
    Beside beside_;
    bool ended_ = false;       ///< the run that is shown has ended
    std::optional<double> go_; ///< its phases, in seconds since its start
    std::optional<double> done_;
    QLabel* note_;
    QLabel* hint_;
    MemoryChartView* memory_;
    RateChartView* spill_;
    RateChartView* megabytes_;
    RateChartView* rows_;
    RateChartView* own_; ///< what the engine sends by itself
    RateChartView* cpu_;
};

} // namespace spillway
