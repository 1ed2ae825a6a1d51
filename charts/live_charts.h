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

/// What the charts of one run have in common.
struct LiveTime {
    double begin = 0;   ///< seconds since the origin
    double end = 0;     ///< if not above `begin`: the end of the chart's own data
    bool ended = false; ///< the run has ended: nothing in it is "now"
    /// Seconds since the origin at which the measured part began and ended, where that is known:
    /// before it the run is starting, after it finishing, both shaded.
    std::optional<double> go;
    std::optional<double> done;
};

/// Shows one quantity over the time of a run. The mouse does nothing in it (a click in an empty
/// QChartView can crash, QTBUG-118669) unless a TimeNavigator watches it, and the wheel scrolls the
/// page.
class LiveChartView : public QChartView {
    Q_OBJECT
public:
    ~LiveChartView() override;

    /// Sets the visible time range; drawn with the next data or redraw().
    void setTime(const LiveTime& time) { time_ = time; }
    virtual void redraw() = 0;
    /// Where the curves are, in the viewport.
    QRectF plotArea() const;

protected:
    LiveChartView(const QString& title, QWidget* parent);
    TimePlot& plot() { return *plot_; }
    const LiveTime& time() const { return time_; }
    /// Where the axis ends when the chart's own data end at `last`.
    double timeEnd(double last) const { return time_.end > time_.begin ? time_.end : last; }
    /// The phases of the run and the keyboard's focus.
    void drawForeground(QPainter* painter, const QRectF& rect) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

private:
    void drawPhases(QPainter& painter) const;

    std::unique_ptr<TimePlot> plot_;
    LiveTime time_;
};

/// What is drawn over the memory of a run.
struct MemoryLines {
    std::optional<Bytes> limit;
    /// Shares of the limit at which the engine starts to spill and finally waits, ascending; at
    /// most MemoryChartView::mostThresholds.
    std::vector<double> thresholds;
    QList<QPointF> managed; ///< bytes that the engine manages, by seconds since the origin
    QList<QPointF> beside;  ///< bytes of another run that is laid over this one, by its own seconds
    QString besideName;     ///< of that run
};

/// Memory over time, stacked by role (shared, driver, workers, other), with the limit dashed, the
/// engine's thresholds dotted and what it manages as a line.
class MemoryChartView : public LiveChartView {
    Q_OBJECT
public:
    static constexpr std::size_t mostThresholds = 3;

    explicit MemoryChartView(QWidget* parent = nullptr);
    /// All samples of the run so far; `origin` is time 0. One replace() per series.
    void setSamples(const std::vector<Sample>& samples, Seconds origin, MemoryLines lines);
    void setTheme(const ChartTheme& theme);
    void clear(const QString& message);
    void redraw() override;

private:
    void drawBands(const QList<QPointF>& totals, qsizetype firstSample);
    void drawAxes(double last, double peak);
    double besidePeak() const;
    void drawLines(double end, bool limitShown);
    QStringList caption(const QString& unit, double peak, bool limitShown) const;
    void setPens();

    std::vector<Sample> samples_;
    Seconds origin_{};
    MemoryLines lines_;
};

/// A rate over time (throughput in MB/s, CPU in cores, spill in MB).
class RateChartView : public LiveChartView {
    Q_OBJECT
public:
    /// What the caption tells of a run that has ended.
    enum class AtEnd { Peak, Last };

    RateChartView(const QString& title, const QString& unit, AtEnd atEnd = AtEnd::Peak,
                  QWidget* parent = nullptr);
    void setTitle(const QString& title); ///< drawn with the next points
    /// Points in seconds since the origin and in the unit.
    void setPoints(const QList<QPointF>& points);
    /// Of another run that is laid over this one; empty: there is none. Drawn with the next points.
    void setBeside(const QList<QPointF>& points) { beside_ = points; }
    void setTheme(const ChartTheme& theme);
    void clear(const QString& message);
    void redraw() override;

private:
    QString unit_; ///< may be empty
    AtEnd atEnd_;
    QList<QPointF> points_;
    QList<QPointF> beside_;
};

/// The task stream: one lane per worker, colour and pattern by kind. Painted directly: one chart
/// series per task would be thousands of items.
class TaskStreamView : public QWidget {
    Q_OBJECT
public:
    explicit TaskStreamView(QWidget* parent = nullptr);
    /// Shows `origin` to `end` until setTime() sets another range.
    void setTasks(const std::vector<TaskSpan>& tasks, int workers, Seconds origin, Seconds end);
    void setTime(double begin, double end); ///< seconds since the origin
    void setTheme(const ChartTheme& theme);
    /// Where the lanes are.
    QRectF plotArea() const;

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
    double begin_ = 0; ///< of what is shown, seconds since the origin
    double end_ = 1;
    ChartTheme theme_ = ChartTheme::light();
};

/// At most two points per pixel column (its minimum and maximum), so that no peak is lost. `points`
/// ascend in x.
QList<QPointF> decimate(const QList<QPointF>& points, int pixels);
/// The part of `points`, which ascend in x, between `begin` and `end`, with one more on each side.
struct PointRange {
    qsizetype first = 0;
    qsizetype count = 0;
};
PointRange pointsBetween(const QList<QPointF>& points, double begin, double end);
/// Indexes of the points that decimate() keeps, for series that have to keep the same ones.
std::vector<qsizetype> decimatedIndexes(const QList<QPointF>& points, int pixels);

} // namespace spillway
