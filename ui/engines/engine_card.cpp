#include "ui/engines/engine_card.h"

#include "ui/engines/engine_text.h"
#include "ui/engines/trust_dialog.h"
#include "ui/parts/form_parts.h"
#include "ui/parts/theme.h"
#include "work/text.h"
#include "work/window_words.h"
#include "work/workbench.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace spillway {
namespace {

constexpr int percentBeforeTheEnd = 99;

QString setUpTitle(const EngineManifest& manifest)
{
    return manifest.diskBytes ? EngineCard::tr("Set up… %1").arg(bytesText(*manifest.diskBytes))
                              : EngineCard::tr("Set up…");
}

/// "210 MB of about 431 MB".
QString writtenText(const InstallProgress& progress)
{
    if (progress.written <= 0) return {};
    if (progress.expected <= 0) return bytesText(progress.written);
    return EngineCard::tr("%1 of about %2")
        .arg(bytesText(progress.written), bytesText(progress.expected));
}

} // namespace

EngineCard::EngineCard(Workbench& workbench, const EngineInfo& engine, QWidget* lead,
                       QWidget* parent)
    : QFrame(parent),
      workbench_(workbench),
      engine_(engine),
      first_(new QHBoxLayout),
      state_(new QLabel),
      action_(new QPushButton),
      cancel_(new QPushButton(tr("Cancel"))),
      error_(mutedLabel({}))
{
    const QString title = text(engine_.manifest.title);
    setRole(this, "card");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 7, 10, 7);
    layout->setSpacing(6);
    first_->setSpacing(10);
    first_->addWidget(lead);
    first_->addStretch();
    first_->addWidget(state_);
    first_->addWidget(action_);
    first_->addWidget(cancel_);
    layout->addLayout(first_);
    layout->addWidget(buildProgress());
    layout->addWidget(error_);
    setRole(error_, "error");
    error_->setTextFormat(Qt::PlainText);
    error_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    cancel_->setAccessibleName(tr("Cancel the set-up of %1").arg(title));
    connect(action_, &QPushButton::clicked, this, &EngineCard::act);
    connect(cancel_, &QPushButton::clicked, this,
            [this] { workbench_.engineSetup().cancel(engine_.manifest.id); });
    connect(&workbench_.engineSetup(), &EngineSetup::changed, this, [this](const std::string& id) {
        if (id == engine_.manifest.id) refresh();
    });
    refresh();
}

void EngineCard::addFact(QWidget* fact)
{
    first_->insertWidget(first_->indexOf(state_), fact);
}

void EngineCard::addBelow(QWidget* widget)
{
    static_cast<QVBoxLayout*>(layout())->insertWidget(1, widget);
}

QWidget* EngineCard::buildProgress()
{
    progress_ = new QWidget;
    auto* layout = new QVBoxLayout(progress_);
    layout->setContentsMargins(0, 0, 0, 2);
    layout->setSpacing(4);
    bar_ = new QProgressBar;
    bar_->setTextVisible(false);
    bar_->setAccessibleName(tr("Set-up of %1").arg(text(engine_.manifest.title)));
    step_ = new QLabel;
    step_->setTextFormat(Qt::PlainText);
    // The step is cut, never the card made wider.
    step_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    bytes_ = new QLabel;
    setRole(step_, "muted");
    setRole(bytes_, "muted");
    auto* words = new QHBoxLayout;
    words->addWidget(step_, 1);
    words->addWidget(bytes_);
    layout->addWidget(bar_);
    layout->addLayout(words);
    return progress_;
}

void EngineCard::refresh()
{
    const auto& status = workbench_.engineSetup().status(engine_.manifest.id);
    using Stage = EngineSetup::Stage;
    const bool failed = status.stage == Stage::Failed;
    const bool idle = status.stage == Stage::None || failed;
    const bool ready = engine_.state == EngineState::Ready;
    const bool untrusted = engine_.state == EngineState::NotTrusted;
    const bool missing = engine_.state == EngineState::NotInstalled;
    state_->setText(status.stage == Stage::Waiting    ? tr("Waiting")
                    : status.stage == Stage::Working  ? tr("Setting up")
                    : status.stage == Stage::Removing ? tr("Removing")
                    : failed                          ? tr("Failed")
                                                      : engineStateName(engine_));
    state_->setToolTip(engineStateText(engine_));
    state_->setVisible(!idle || failed || !missing); // the button says it
    setRole(state_, !idle ? "muted" : failed ? "error" : ready ? "good" : "warning");
    action_->setVisible(idle && (failed || untrusted || missing));
    action_->setText(failed      ? tr("Try again")
                     : untrusted ? tr("Trust again…")
                                 : setUpTitle(engine_.manifest));
    action_->setAccessibleName(action_->text() + QLatin1Char(' ') + text(engine_.manifest.title));
    action_->setToolTip(missing ? tr("Creates a separate Python environment for %1 %2")
                                      .arg(text(engine_.manifest.title), text(engine_.version))
                                : tr("Shows what would run and asks for confirmation"));
    cancel_->setVisible(status.stage == Stage::Waiting || status.stage == Stage::Working);
    progress_->setVisible(status.stage == Stage::Working);
    showProgress(status.progress);
    error_->setVisible(failed);
    error_->setText(status.error ? windowWords(*status.error) : QString());
}

void EngineCard::showProgress(const InstallProgress& progress)
{
    const bool known = progress.expected > 0 && progress.written > 0;
    bar_->setRange(0, known ? 100 : 0);
    if (known)
        bar_->setValue(static_cast<int>(
            std::min<Bytes>(progress.written * 100 / progress.expected, percentBeforeTheEnd)));
    const QString step = progress.step.empty() ? tr("Starting…") : text(progress.step);
    step_->setText(step);
    step_->setToolTip(step);
    bytes_->setText(writtenText(progress));
}

void EngineCard::act()
{
    if (engine_.state == EngineState::NotTrusted)
        askToTrust(workbench_, this, engine_.file);
    else if (engine_.state == EngineState::NotInstalled)
        workbench_.engineSetup().setUp(engine_.manifest);
    else
        workbench_.engineSetup().remove(engine_.manifest); // what failed was the removal
}

} // namespace spillway
