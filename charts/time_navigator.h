#pragma once

#include "charts/time_window.h"

#include <QObject>
#include <QRectF>

#include <functional>
#include <map>

class QKeyEvent;
class QMouseEvent;
class QWheelEvent;
class QWidget;

namespace spillway {

/// Moves the shared time window of several charts by mouse and keyboard. Dragging and the left and
/// right keys pan, + and - and the wheel with Ctrl zoom, Home goes to the run's start; a double
/// click and End follow the run again. The charts see none of these events (a click in an empty
/// QChartView can crash, QTBUG-118669).
class TimeNavigator : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// `surface` gets the mouse and `view` the keys of a chart, whose time axis is as wide as
    /// `plotArea` says, in the surface's coordinates.
    void add(QWidget* view, QWidget* surface, std::function<QRectF()> plotArea);
    const TimeWindow& window() const { return window_; }
    /// The run's data end here; emits nothing, the caller redraws.
    void setLast(double seconds) { window_.setLast(seconds); }
    void follow();

signals:
    /// The user has moved the window, or follow() was called.
    void changed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    bool press(QWidget* surface, const QMouseEvent& event);
    bool move(QWidget* surface, const QMouseEvent& event);
    bool release(QWidget* surface);
    bool wheel(QWidget* surface, const QWheelEvent& event);
    bool key(const QKeyEvent& event);

    TimeWindow window_;
    std::map<const QObject*, std::function<QRectF()>> areas_; ///< by surface
    double dragX_ = 0;                                        ///< current position of the drag
    bool pressed_ = false;
    bool dragging_ = false;
};

} // namespace spillway
