#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <chrono>

class QWidget;

namespace spillway {

/// Turns any number of requests into few redraws: at most one per interval, none while `target` is
/// not visible (hidden or minimised). What was missed is drawn once when it becomes visible again.
class RedrawLimiter : public QObject {
    Q_OBJECT
public:
    /// Charts are drawn at most twice a second while something is measured: three of them at 10 Hz
    /// cost a quarter of a core.
    static constexpr std::chrono::milliseconds chartInterval{500};

    /// A child of `target`.
    explicit RedrawLimiter(QWidget* target, std::chrono::milliseconds interval = chartInterval);

    /// Something changed. Cheap.
    void request();
    int redraws() const { return redraws_; }

signals:
    void redraw();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    bool canBeSeen() const;
    void schedule();
    void fire();

    QWidget* target_;
    QTimer timer_{this};
    QElapsedTimer sinceLast_; ///< not started before the first redraw
    bool stale_ = false;
    int redraws_ = 0;
};

} // namespace spillway
