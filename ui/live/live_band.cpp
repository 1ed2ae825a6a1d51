#include "ui/live/live_band.h"

#include "ui/parts/icons.h"
#include "ui/parts/theme.h"
#include "work/cell_text.h"
#include "work/text.h"
#include "work/window_words.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QProgressBar>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace spillway {
namespace {

constexpr int progressSteps = 1000;

QString phaseWord(const std::string& phase)
{
    if (phase == "load") return LiveBand::tr("Loading");
    if (phase == "compute") return LiveBand::tr("Computing");
    if (phase == "fit") return LiveBand::tr("Fitting");
    if (phase == "score") return LiveBand::tr("Scoring");
    QString word = text(phase);
    if (!word.isEmpty()) word[0] = word[0].toUpper();
    return word;
}

QString amountOf(std::int64_t value, const std::string& unit)
{
    return unit == "bytes" ? bytesText(value) : countText(value);
}

QString amountText(const ProgressEvent& progress)
{
    // An engine that knows its share alone: "58 %".
    if (progress.unit == "percent" && progress.total == 100)
        return LiveBand::tr("%1 %").arg(progress.done);
    const QString unit =
        progress.unit == "bytes" ? QString() : QLatin1Char(' ') + text(progress.unit);
    const QString done = amountOf(progress.done, progress.unit);
    if (!progress.total) return done + unit;
    return LiveBand::tr("%1 of %2").arg(done, amountOf(*progress.total, progress.unit)) + unit;
}

} // namespace

RunEnding endingOf(const RunRecord& record)
{
    if (record.status == RunStatus::Ok) {
        const QString time = durationText(Seconds(record.seconds.value_or(record.wallSeconds)));
        return {record.status,
                record.peakBytes
                    ? LiveBand::tr("Done in %1, peak %2").arg(time, bytesText(*record.peakBytes))
                    : LiveBand::tr("Done in %1").arg(time),
                {}};
    }
    QString status = statusText(record.status);
    if (!status.isEmpty()) status[0] = status[0].toUpper();
    return {record.status, status, record.error ? windowWords(*record.error) : QString()};
}

QString phaseText(const WatchedRun& run)
{
    switch (run.state) {
    case RunState::Starting:
    case RunState::SettingUp:
        return LiveBand::tr("Starting %1…").arg(engineText(run.run));
    case RunState::Running:
        return run.phase.empty() ? stateText(run.state) : phaseWord(run.phase);
    case RunState::Ended:
        return stateText(run.state);
    default:
        return stateText(run.state) + QStringLiteral("…");
    }
}

BandContent bandContent(const WatchedRun& run, const std::optional<RunEnding>& ending, Seconds now)
{
    BandContent content;
    content.title = cellText(run.run);
    content.phase = ending ? ending->words : phaseText(run);
    content.failed = ending && ending->status != RunStatus::Ok;
    content.ended = ending.has_value();
    if (ending) content.problem = ending->why;
    const Seconds elapsed = run.endedAt.value_or(now) - run.startedAt;
    content.elapsed = durationText(std::max(Seconds(0), elapsed));
    // What an engine told last is not where it ended.
    if (!run.progress || (ending && ending->status == RunStatus::Ok)) return content;
    content.amount = amountText(*run.progress);
    if (run.progress->total && *run.progress->total > 0)
        content.fraction = std::clamp(static_cast<double>(run.progress->done) /
                                          static_cast<double>(*run.progress->total),
                                      0.0, 1.0);
    return content;
}

namespace {

QString stepText(DatasetStep step)
{
    switch (step) {
    case DatasetStep::NativePass:
        return LiveBand::tr("Counting its rows and groups before the first run…");
    case DatasetStep::ResultCheck:
        return LiveBand::tr("Checking the result of the last run…");
    case DatasetStep::Fingerprint:
        break;
    }
    return LiveBand::tr("Reading the whole file to check that it is unchanged…");
}

} // namespace

BandContent bandContent(const DatasetReading& reading)
{
    BandContent content;
    content.title = text(reading.name);
    content.phase = stepText(reading.step);
    content.amount = amountText({.done = reading.done, .total = reading.total, .unit = "bytes"});
    if (reading.total > 0)
        content.fraction = static_cast<double>(reading.done) / static_cast<double>(reading.total);
    return content;
}

QString planText(const PlanProgress& plan, const PlanForecast& forecast, bool running)
{
    const auto total = plan.total();
    if (total == 0) return {};
    const auto ended = plan.ended();
    if (!running && plan.leftOut)
        return LiveBand::tr("%1 of %2 runs ended · time budget spent")
            .arg(ended)
            .arg(total + static_cast<std::size_t>(plan.leftOut->runs));
    if (!running && plan.stopped)
        return LiveBand::tr("Stopped: %1 of %2 runs ended").arg(ended).arg(total);
    if (!running) return LiveBand::tr("%1 of %2 runs ended").arg(ended).arg(total);
    const QString place = plan.current ? LiveBand::tr("Run %1 of %2").arg(ended + 1).arg(total)
                                       : LiveBand::tr("%1 of %2 runs ended").arg(ended).arg(total);
    const QString left = forecast.left ? LiveBand::tr("%1 left").arg(aboutText(*forecast.left))
                                       : LiveBand::tr("time left not known yet");
    return QStringLiteral("%1 · %2").arg(place, left);
}

LiveBand::LiveBand(QWidget* parent)
    : QFrame(parent),
      title_(new QLabel),
      phase_(new QLabel),
      elapsed_(new QLabel),
      amount_(new QLabel),
      problem_(new QLabel),
      progress_(new QProgressBar),
      stop_(new QToolButton)
{
    setRole(title_, "heading");
    setRole(elapsed_, "figure");
    setRole(amount_, "muted");
    setRole(problem_, "error");
    problem_->setWordWrap(true);
    problem_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    for (QLabel* label : {title_, phase_, amount_, problem_, elapsed_})
        label->setTextFormat(Qt::PlainText);
    for (QLabel* label : {title_, phase_})
        label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    elapsed_->setToolTip(tr("Time since the run's process was started"));
    elapsed_->setAccessibleName(tr("Elapsed"));
    progress_->setRange(0, progressSteps);
    progress_->setTextVisible(false);
    progress_->setAccessibleName(tr("Progress of the run"));
    progress_->setMinimumWidth(60);
    makeStop();
    auto* first = new QHBoxLayout;
    first->setSpacing(10);
    first->addWidget(title_, 1);
    first->addWidget(elapsed_);
    first->addWidget(stop_);
    auto* second = new QHBoxLayout;
    second->setSpacing(10);
    second->addWidget(phase_, 1);
    second->addWidget(progress_, 1);
    second->addWidget(amount_);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 4, 0, 2);
    layout->setSpacing(2);
    layout->addLayout(first);
    layout->addLayout(second);
    layout->addWidget(problem_);
    setRunning(false, false);
}

void LiveBand::makeStop()
{
    setRole(stop_, "danger");
    stop_->setIcon(lineIcon(QStringLiteral("stop"), IconTint::Danger));
    stop_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    stop_->setPopupMode(QToolButton::MenuButtonPopup);
    stop_->setFocusPolicy(Qt::StrongFocus);
    stop_->setObjectName(QStringLiteral("stop"));
    stop_->setToolTip(tr("Stop this run and continue with the next (Ctrl+Shift+.); the arrow stops "
                         "the plan (Ctrl+.)"));
    auto* menu = new QMenu(stop_);
    auto* run = menu->addAction(tr("Stop this run; continue with the next"));
    run->setObjectName(QStringLiteral("stopThisRun"));
    run->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Period));
    addAction(run);
    auto* plan = menu->addAction(tr("Stop the plan; keep what has finished"));
    plan->setObjectName(QStringLiteral("stopThePlan"));
    connect(stop_, &QToolButton::clicked, this, &LiveBand::stopRunRequested);
    connect(run, &QAction::triggered, this, &LiveBand::stopRunRequested);
    connect(plan, &QAction::triggered, this, &LiveBand::stopPlanRequested);
    stop_->setMenu(menu);
}

void LiveBand::show(const BandContent& content)
{
    title_->setText(content.title);
    phase_->setText(content.phase);
    phase_->setToolTip(content.phase);
    setRole(phase_, content.failed ? "error" : "muted");
    problem_->setText(content.problem);
    problem_->setVisible(!content.problem.isEmpty());
    elapsed_->setText(content.elapsed);
    amount_->setText(content.amount);
    amount_->setVisible(!content.amount.isEmpty());
    progress_->setVisible(!content.ended);
    progress_->setValue(static_cast<int>(content.fraction.value_or(0) * progressSteps));
}

void LiveBand::setRunning(bool running, bool stopping)
{
    stop_->setVisible(running);
    stop_->setEnabled(running && !stopping);
    stop_->setText(stopping ? tr("Stopping…") : tr("Stop run"));
    stop_->setAccessibleName(stop_->text());
    for (QAction* action : actions())
        action->setEnabled(running && !stopping);
}

} // namespace spillway
