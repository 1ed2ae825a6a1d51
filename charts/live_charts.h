#pragma once

#include "charts/chart_style.h"
#include "protocol/event.h"
#include "protocol/sample.h"

#include <QChartView>
#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

namespace spillway {

class TimePlot;

/// Shows one quantity over the time of a run. Not part of its layout: the mouse does nothing in it
/// (a click in an empty QChartView can crash, QTBUG-118669) and the wheel scrolls the page.
class LiveChartView : public QChartView {
    Q_OBJECT
public:
    ~LiveChartView() override;

protected:
    LiveChartView(const QString& title, QWidget* parent);
    TimePlot& plot() { return *plot_; }
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

private:
    std::unique_ptr<TimePlot> plot_;
};

/// Memory over time, stacked by role (shared, driver, workers, other), with the limit dashed.
class MemoryChartView : public LiveChartView {
    Q_OBJECT
public:
    explicit MemoryChartView(QWidget* parent = nullptr);
    /// All samples of the run so far; `origin` is time 0. One replace() a series.
    void setSamples(const std::vector<Sample>& samples, Seconds origin, std::optional<Bytes> limit);
    void setTheme(const ChartTheme& theme);
    void clear(const QString& message);

private:
    void redraw();
    void drawBands(const QList<QPointF>& totals);
    void drawAxes(double end, double peak);

    std::vector<Sample> samples_;
    Seconds origin_{};
    std::optional<Bytes> limit_;
};

/// A rate over time (throughput in MB/s, CPU in cores, spill in MB).
class RateChartView : public LiveChartView {
    Q_OBJECT
public:
    RateChartView(const QString& title, const QString& unit, QWidget* parent = nullptr);
    /// Points in seconds since the origin and in the unit.
    void setPoints(const QList<QPointF>& points);
    void setTheme(const ChartTheme& theme);
    void clear(const QString& message);

private:
    void redraw();
    QString unit_;
    QList<QPointF> points_;
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
    struct Lanes;
    Lanes lanes() const;
    void paintTasks(QPainter& painter, const Lanes& lanes) const;
    void paintAxes(QPainter& painter, const Lanes& lanes) const;
    void paintLegend(QPainter& painter) const;
    int kindIndex(const std::string& kind) const;

    std::vector<TaskSpan> tasks_;
    std::vector<std::string> kinds_; ///< in the order of their first task
    int workers_ = 0;
    Seconds origin_{};
    Seconds end_{};
    ChartTheme theme_ = ChartTheme::light();
};

/// At most two points a pixel column (its minimum and maximum), so that a peak is never lost.
/// `points` ascend in x.
QList<QPointF> decimate(const QList<QPointF>& points, int pixels);
/// Which points decimate() keeps; for series that have to keep the same ones.
std::vector<qsizetype> decimatedIndexes(const QList<QPointF>& points, int pixels);

} // namespace spillway
