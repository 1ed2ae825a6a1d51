#pragma once

#include "charts/chart_style.h"
#include "ui/watched_run.h"

#include <QWidget>

class QLabel;

namespace spillway {

class MemoryChartView;
class RateChartView;

/// Memory by role with the limit, spill in a lane of its own under it (it is disk, not memory),
/// throughput and CPU of one run, over the same seconds.
class LiveChartsPanel : public QWidget {
    Q_OBJECT
public:
    explicit LiveChartsPanel(QWidget* parent = nullptr);

    void show(const WatchedRun& run);
    void setTheme(const ChartTheme& theme);
    /// Said above the charts, for instance whose curve is still on show; empty: nothing.
    void setNote(const QString& note);
    bool showsSpill() const;

private:
    void showThroughput(const WatchedRun& run);

    QLabel* note_;
    MemoryChartView* memory_;
    RateChartView* spill_;
    RateChartView* megabytes_;
    RateChartView* rows_;
    RateChartView* cpu_;
};

} // namespace spillway
