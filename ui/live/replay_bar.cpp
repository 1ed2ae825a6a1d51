#include "ui/live/replay_bar.h"

#include "ui/parts/icons.h"
#include "ui/parts/theme.h"
#include "work/text.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSlider>
#include <QToolButton>

#include <algorithm>
#include <chrono>

namespace spillway {
namespace {

constexpr int replaySteps = 1000;
constexpr std::chrono::milliseconds replayTick(100);
constexpr int widestBeside = 300;

} // namespace

ReplayBar::ReplayBar(QWidget* parent)
    : QFrame(parent),
      play_(new QToolButton),
      slider_(new QSlider(Qt::Horizontal)),
      time_(new QLabel),
      beside_(new QComboBox)
{
    setRole(this, "bar");
    setRole(play_, "quiet");
    play_->setObjectName(QStringLiteral("replayPlay"));
    play_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    play_->setFocusPolicy(Qt::StrongFocus);
    slider_->setRange(0, replaySteps);
    slider_->setPageStep(replaySteps / 10);
    slider_->setAccessibleName(tr("Moment of the replay"));
    slider_->setObjectName(QStringLiteral("scrubber"));
    time_->setTextFormat(Qt::PlainText);
    time_->setMinimumWidth(time_->fontMetrics().horizontalAdvance(tr("00:00.0 of 00:00.0 min")));
    time_->setAccessibleName(tr("Time of the replay"));
    auto* besideLabel = new QLabel(tr("Laid over"));
    setRole(besideLabel, "muted");
    beside_->setAccessibleName(tr("Run that is laid over this one"));
    beside_->setObjectName(QStringLiteral("beside"));
    beside_->setMaximumWidth(widestBeside);
    beside_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    beside_->setMinimumContentsLength(24);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 4, 12, 4);
    layout->setSpacing(10);
    layout->addWidget(play_);
    layout->addWidget(slider_, 1);
    layout->addWidget(time_);
    layout->addWidget(besideLabel);
    layout->addWidget(beside_);
    clock_.setInterval(replayTick);
    connect(&clock_, &QTimer::timeout, this, &ReplayBar::advance);
    connect(play_, &QToolButton::clicked, this, [this] { isPlaying() ? stop() : play(); });
    connect(slider_, &QSlider::valueChanged, this, [this](int value) {
        stop();
        position_ = duration_ * value / replaySteps;
        showState();
        emit moved();
    });
    connect(beside_, &QComboBox::activated, this,
            [this](int index) { emit besideChosen(beside_->itemData(index).toLongLong()); });
    setRun(Seconds(1), {});
}

void ReplayBar::setRun(Seconds duration, const QList<Choice>& others)
{
    stop();
    duration_ = std::max(duration, Seconds(1e-3));
    beside_->clear();
    beside_->addItem(tr("nothing"), qint64(0));
    for (const Choice& other : others)
        beside_->addItem(other.title, other.runId);
    moveTo(duration_);
}

void ReplayBar::stop()
{
    clock_.stop();
    showState();
}

void ReplayBar::play()
{
    playedFrom_ = position_ < duration_ ? position_ : Seconds(0);
    since_.start();
    clock_.start();
    advance();
}

/// In real time, or faster where that would take too long.
void ReplayBar::advance()
{
    const double speed = std::max(1.0, duration_ / longestPlay);
    const Seconds played(static_cast<double>(since_.elapsed()) / 1000 * speed);
    moveTo(std::min(duration_, playedFrom_ + played));
    if (position_ >= duration_) clock_.stop();
    showState();
    emit moved();
}

void ReplayBar::moveTo(Seconds position)
{
    position_ = position;
    const QSignalBlocker still(slider_);
    slider_->setValue(qRound(position_ / duration_ * replaySteps));
    showState();
}

void ReplayBar::showState()
{
    play_->setText(isPlaying() ? tr("Pause") : tr("Play"));
    play_->setIcon(lineIcon(isPlaying() ? QStringLiteral("stop") : QStringLiteral("play")));
    play_->setAccessibleName(play_->text());
    time_->setText(tr("%1 of %2").arg(durationText(position_), durationText(duration_)));
}

} // namespace spillway
