#pragma once

#include "base/units.h"

#include <QElapsedTimer>
#include <QFrame>
#include <QTimer>

class QComboBox;
class QLabel;
class QSlider;
class QToolButton;

namespace spillway {

/// The scrubber of a replay: play, a slider over the time of the run, and which other run is laid
/// over it.
class ReplayBar : public QFrame {
    Q_OBJECT
public:
    struct Choice {
        qint64 runId = 0;
        QString title;
    };
    /// A replay is played in at most this time.
    static constexpr Seconds longestPlay{20};

    explicit ReplayBar(QWidget* parent = nullptr);

    /// A run of this length, seen at its end; `others` can be laid over it.
    void setRun(Seconds duration, const QList<Choice>& others);
    Seconds position() const { return position_; }
    bool isPlaying() const { return clock_.isActive(); }
    void stop();

signals:
    /// Another moment of the run is to be shown.
    void moved();
    /// 0: none.
    void besideChosen(qint64 runId);

private:
    void play();
    void advance();
    void moveTo(Seconds position);
    void showState();

    Seconds duration_{1};
    Seconds position_{1};
    Seconds playedFrom_{};
    QElapsedTimer since_;
    QTimer clock_;
    QToolButton* play_;
    QSlider* slider_;
    QLabel* time_;
    QComboBox* beside_;
};

} // namespace spillway
