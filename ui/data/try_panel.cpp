#include "ui/data/try_panel.h"

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

constexpr int widestColumn = 640;

/// As coarse as it is known.
QString minutesText(Seconds time)
{
    return TryPanel::tr("about %1 min").arg(std::max(1, qRound(time.count() / 60)));
}

SetupNeed needOf(const Workbench& workbench)
{
    const auto registry = workbench.registry();
    return registry ? setupNeedOf(*registry, firstEngines()) : SetupNeed();
}

} // namespace

TryPanel::TryPanel(Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      workbench_(workbench),
      words_(new QLabel),
      step_(mutedLabel({})),
      progress_(new QProgressBar),
      setUp_(new QPushButton(tr("Set up and compare"))),
      without_(new QPushButton(tr("Compare what is ready"))),
      cancel_(new QPushButton(tr("Cancel")))
{
    auto* title = new QLabel(tr("Try it (2 minutes)"));
    setRole(title, "title");
    words_->setWordWrap(true);
    words_->setTextFormat(Qt::PlainText);
    step_->setTextFormat(Qt::PlainText);
    progress_->setTextVisible(false);
    progress_->setAccessibleName(tr("Progress of the set-up"));
    setRole(setUp_, "primary");
    setUp_->setObjectName(QStringLiteral("trySetUp"));
    without_->setObjectName(QStringLiteral("tryWithout"));
    cancel_->setObjectName(QStringLiteral("tryCancel"));
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(10);
    for (QPushButton* button : {setUp_, without_, cancel_})
        buttons->addWidget(button);
    buttons->addStretch();
    auto* column = new QWidget;
    column->setMaximumWidth(widestColumn);
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins({});
    layout->setSpacing(12);
    layout->addWidget(title);
    layout->addWidget(words_);
    layout->addWidget(progress_);
    layout->addWidget(step_);
    layout->addLayout(buttons);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(32, 28, 32, 20);
    outer->addWidget(column);
    outer->addStretch();
    connect(setUp_, &QPushButton::clicked, this, &TryPanel::setUp);
    connect(without_, &QPushButton::clicked, this, &TryPanel::goOn);
    connect(cancel_, &QPushButton::clicked, this, &TryPanel::stop);
    connect(&workbench_.engineSetup(), &EngineSetup::changed, this, &TryPanel::onEngineChanged);
    connect(&workbench_, &Workbench::enginesChanged, this, &TryPanel::onEnginesLooked);
}

bool TryPanel::isNeeded(const Workbench& workbench)
{
    return !needOf(workbench).engines.empty();
}

void TryPanel::begin()
{
    need_ = needOf(workbench_);
    setUp_->setText(tr("Set up and compare"));
    show(tr("Not set up yet: %1. Setting up takes %2 and %3 of disk space in %4, once; the "
            "comparison then takes two minutes.")
                 .arg(text(titlesOf(need_.engines)), minutesText(need_.time), bytesText(need_.disk),
                      shortPath(workbench_.engineLocations().environments)) +
             u'\n' + readyWords(),
         false);
    setUp_->setFocus();
}

QString TryPanel::readyWords() const
{
    QStringList names;
    for (const EngineInfo& engine : workbench_.engines())
        if (engine.state == EngineState::Ready) names << text(engine.manifest.title);
    return tr("Ready: %1.").arg(names.join(QStringLiteral(", ")));
}

void TryPanel::setUp()
{
    stopped_ = false;
    show(tr("Setting up %1. It can be stopped at any time.").arg(text(titlesOf(need_.engines))),
         true);
    for (const EngineManifest& manifest : need_.engines)
        workbench_.engineSetup().setUp(manifest);
    cancel_->setFocus();
}

void TryPanel::stop()
{
    if (!settingUp_) {
        emit givenUp();
        return;
    }
    stopped_ = true;
    for (const EngineManifest& manifest : need_.engines)
        workbench_.engineSetup().cancel(manifest.id);
    step_->setText(tr("Stopping…"));
    cancel_->setEnabled(false);
    onEnginesLooked(); // those that only waited are out of the queue by now
}

void TryPanel::onEngineChanged(const std::string& id)
{
    const auto asked = std::ranges::find(need_.engines, id, &EngineManifest::id);
    if (!settingUp_ || asked == need_.engines.end()) return;
    if (workbench_.engineSetup().status(id).stage == EngineSetup::Stage::Working && !stopped_)
        showProgress(id);
}

/// Of all of them together: an engine counts as whole once it is done with.
void TryPanel::showProgress(const std::string& id)
{
    Bytes before = 0;
    const auto& progress = workbench_.engineSetup().status(id).progress;
    for (const EngineManifest& manifest : need_.engines) {
        if (manifest.id == id) {
            const Bytes whole = manifest.diskBytes.value_or(0);
            progress_->setValue(
                static_cast<int>((before + std::min(progress.written, whole)) / 1'000'000));
            step_->setText(progress.step.empty()
                               ? text(manifest.title)
                               : tr("%1: %2").arg(text(manifest.title), text(progress.step)));
            return;
        }
        before += manifest.diskBytes.value_or(0);
    }
}

/// The engines are reloaded after every set-up: the last one decides how to continue.
void TryPanel::onEnginesLooked()
{
    if (!settingUp_) return;
    const EngineSetup& setup = workbench_.engineSetup();
    std::optional<Error> failure;
    for (const EngineManifest& manifest : need_.engines) {
        const auto& status = setup.status(manifest.id);
        if (status.stage == EngineSetup::Stage::Waiting ||
            status.stage == EngineSetup::Stage::Working)
            return;
        if (status.stage == EngineSetup::Stage::Failed && !failure) failure = status.error;
    }
    settingUp_ = false;
    if (stopped_) {
        emit givenUp();
    } else if (failure) {
        need_ = needOf(workbench_);
        setUp_->setText(tr("Try again"));
        show(windowWords(*failure) + u'\n' + readyWords(), false);
    } else {
        emit goOn();
    }
}

void TryPanel::show(const QString& words, bool settingUp)
{
    settingUp_ = settingUp;
    words_->setText(words);
    step_->clear();
    progress_->setRange(0, std::max(1, static_cast<int>(need_.disk / 1'000'000)));
    progress_->setValue(0);
    progress_->setVisible(settingUp);
    step_->setVisible(settingUp);
    setUp_->setVisible(!settingUp);
    without_->setVisible(!settingUp);
    cancel_->setEnabled(true);
}

} // namespace spillway
