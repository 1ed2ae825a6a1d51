#pragma once

#include "charts/chart_style.h"
#include "protocol/event.h"
#include "protocol/sample.h"

#include <QChartView>
#include <QWidget>

#include <optional>
#include <vector>

namespace spillway {

/// Memory over time, stacked by role (shared, driver, workers, other), with the limit dashed.
class MemoryChartView : public QChartView {
    Q_OBJECT
public:
    explicit MemoryChartView(QWidget* parent = nullptr);
    /// All samples of the run so far; `origin` is time 0. One replace() a series.
    void setSamples(const std::vector<Sample>& samples, Seconds origin, std::optional<Bytes> limit);
    void setTheme(const ChartTheme& theme);
    void clear(const QString& message);
};

/// A rate over time (throughput in MB/s, CPU in cores, spill in MB).
class RateChartView : public QChartView {
    Q_OBJECT
public:
    RateChartView(const QString& title, const QString& unit, QWidget* parent = nullptr);
    /// Points in seconds since the origin and in the unit.
    void setPoints(const QList<QPointF>& points);
    void setTheme(const ChartTheme& theme);
    void clear(const QString& message);
};

/// The task stream: a lane a worker, colour and pattern by kind. Painted directly: a chart series a
/// task would be thousands of items.
class TaskStreamView : public QWidget {
    Q_OBJECT
public:
    explicit TaskStreamView(QWidget* parent = nullptr);
    void setTasks(const std::vector<TaskSpan>& tasks, int workers, Seconds origin, Seconds end);
    void setTheme(const ChartTheme& theme);

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override; ///< tool tips: kind, worker, duration

private:
    std::vector<TaskSpan> tasks_;
    int workers_ = 0;
    Seconds origin_{};
    Seconds end_{};
    ChartTheme theme_ = ChartTheme::light();
};

/// At most two points a pixel column (its minimum and maximum), so that a peak is never lost.
QList<QPointF> decimate(const QList<QPointF>& points, int pixels);

} // namespace spillway
