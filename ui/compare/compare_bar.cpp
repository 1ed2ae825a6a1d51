#include "ui/compare/compare_bar.h"

#include "ui/parts/icons.h"
#include "ui/parts/theme.h"
#include "work/text.h"
#include "workloads/workload_type.h"

#include <QAction>
#include <QActionGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>

namespace spillway {
namespace {

constexpr int widestChoice = 420;

constexpr int NameRole = Qt::UserRole + 1;

enum Scale { Automatic, Linear, Logarithmic };

QString lineKey(const EngineLine& line)
{
    return text(line.name);
}

QComboBox* chooser(const QString& accessibleName, const QString& help)
{
    auto* box = new QComboBox;
    box->setAccessibleName(accessibleName);
    box->setToolTip(help);
    box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    return box;
}

} // namespace

QString comparisonTitle(const Comparison& comparison)
{
    QString title = text(comparison.datasetName);
    if (const auto distinction = distinctionOf(comparison.workload); !distinction.empty())
        title += QStringLiteral(" · ") + text(distinction);
    if (comparison.key.memoryLimit)
        title += CompareBar::tr(" · limit %1").arg(bytesText(*comparison.key.memoryLimit));
    if (comparison.key.cache != CacheState::Warm && typeOf(comparison.workload).takesData)
        title += QStringLiteral(" · ") + text(name(comparison.key.cache));
    if (!comparison.key.address.empty())
        title += QStringLiteral(" · ") + text(comparison.key.address);
    return title;
}

CompareBar::CompareBar(QWidget* parent)
    : QWidget(parent),
      choice_(chooser(tr("Data and settings"), tr("Which runs are compared"))),
      baseline_(chooser(tr("Baseline of speedup"),
                        tr("Worker count that speedup and efficiency are relative to"))),
      scale_(chooser(tr("Scale"), tr("Linear or logarithmic axes"))),
      repeats_(new QAction(tr("&Every repeat as a dot"), this)),
      setup_(new QAction(tr("In&clude start-up time"), this)),
      ratios_(new QAction(tr("Ra&tios instead of seconds and bytes"), this)),
      published_(new QActionGroup(this)),
      engines_(new QMenu(this))
{
    // Long dataset names are elided, so that the rest of the bar stays in the window.
    choice_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    choice_->setMinimumContentsLength(16);
    scale_->addItem(tr("Scale: automatic"));
    scale_->addItem(tr("Scale: linear"));
    scale_->addItem(tr("Scale: logarithmic"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    choice_->setMaximumWidth(widestChoice);
    layout->addWidget(choice_, 100); // before the empty space gets any
    layout->addWidget(makeEnginesButton());
    layout->addWidget(baseline_);
    layout->addWidget(scale_);
    layout->addWidget(makeDisplayButton());
    layout->addStretch(1);
    layout->addWidget(makeExportButton());
    connect(choice_, &QComboBox::activated, this, &CompareBar::viewChanged);
    connect(baseline_, &QComboBox::activated, this, &CompareBar::measureChanged);
    connect(scale_, &QComboBox::activated, this, &CompareBar::viewChanged);
}

QWidget* CompareBar::makeEnginesButton()
{
    auto* button = new QToolButton;
    button->setText(tr("Engines"));
    button->setToolTip(tr("Which engines are drawn"));
    button->setPopupMode(QToolButton::InstantPopup);
    button->setMenu(engines_);
    button->setFocusPolicy(Qt::StrongFocus);
    setRole(button, "quiet");
    return button;
}

QWidget* CompareBar::makeDisplayButton()
{
    auto* menu = new QMenu(this);
    for (QAction* action : {repeats_, ratios_, setup_}) {
        action->setCheckable(true);
        menu->addAction(action);
    }
    repeats_->setChecked(true);
    menu->addSeparator(); // a section's title is not shown in a styled menu
    const auto add = [&](const QString& title, PublishedAs as) {
        QAction* action = menu->addAction(title);
        action->setCheckable(true);
        action->setData(static_cast<int>(as));
        published_->addAction(action);
    };
    published_->setExclusive(false);
    add(tr("The paper's figures as &published"), PublishedAs::Printed);
    add(tr("The paper's figures &recomputed from its authors' logs"), PublishedAs::Recomputed);
    menu->addAction(tr("&Inconsistencies in the paper…"), this,
                    &CompareBar::inconsistenciesRequested);
    connect(repeats_, &QAction::toggled, this, &CompareBar::viewChanged);
    connect(ratios_, &QAction::toggled, this, &CompareBar::viewChanged);
    connect(setup_, &QAction::toggled, this, &CompareBar::measureChanged);
    connect(published_, &QActionGroup::triggered, this, &CompareBar::viewChanged);
    auto* button = new QToolButton;
    button->setText(tr("Display"));
    button->setToolTip(tr("What all charts show: repeats, ratios, start-up, the paper's figures"));
    button->setPopupMode(QToolButton::InstantPopup);
    button->setMenu(menu);
    button->setFocusPolicy(Qt::StrongFocus);
    setRole(button, "quiet");
    return button;
}

PublishedForms CompareBar::published() const
{
    PublishedForms forms;
    for (const QAction* action : published_->actions())
        if (action->isChecked()) forms.push_back(static_cast<PublishedAs>(action->data().toInt()));
    return forms;
}

void CompareBar::setPublished(const PublishedForms& forms)
{
    for (QAction* action : published_->actions())
        action->setChecked(shows(forms, static_cast<PublishedAs>(action->data().toInt())));
}

QWidget* CompareBar::makeExportButton()
{
    auto* button = new QPushButton(tr("Export"));
    setRole(button, "primary");
    button->setIcon(lineIcon(QStringLiteral("export"), IconTint::OnAccent));
    auto* menu = new QMenu(button);
    menu->addAction(tr("Table…"), this, &CompareBar::exportTableRequested);
    menu->addAction(tr("Report…"), this, &CompareBar::exportReportRequested);
    menu->addAction(tr("Everything to a folder…"), this, &CompareBar::exportAllRequested);
    menu->addSeparator();
    menu->addAction(tr("Copy table"), this, &CompareBar::copyTableRequested);
    button->setMenu(menu);
    return button;
}

void CompareBar::setChoices(const QList<Choice>& choices)
{
    const QVariant before = choice_->currentData(NameRole);
    choice_->clear();
    for (const Choice& choice : choices) {
        choice_->addItem(choice.title, choice.index);
        choice_->setItemData(choice_->count() - 1, choice.name, NameRole);
    }
    const int same = choice_->findData(before, NameRole);
    choice_->setCurrentIndex(same >= 0 ? same : choice_->count() - 1);
    choice_->setToolTip(choice_->currentText());
}

void CompareBar::choose(int index)
{
    choice_->setCurrentIndex(choice_->findData(index));
    choice_->setToolTip(choice_->currentText());
}

std::optional<int> CompareBar::choice() const
{
    const QVariant index = choice_->currentData();
    return index.isValid() ? std::optional(index.toInt()) : std::nullopt;
}

void CompareBar::showOptionsOf(const Comparison* comparison)
{
    const int before = baseline().value_or(0);
    engines_->clear();
    baseline_->clear();
    baseline_->addItem(tr("Baseline: automatic"), 0);
    if (!comparison) return;
    for (const EngineLine& line : comparison->lines) {
        QAction* action = engines_->addAction(lineKey(line));
        action->setCheckable(true);
        action->setChecked(!hiddenEngines_.contains(lineKey(line)));
        connect(action, &QAction::toggled, this,
                [this, key = lineKey(line)](bool shown) { setShown(key, shown); });
    }
    for (const int workers : comparison->workers)
        baseline_->addItem(tr("Baseline: %1").arg(workersText(workers)), workers);
    baseline_->setCurrentIndex(qMax(0, baseline_->findData(before)));
}

void CompareBar::setShown(const QString& line, bool shown)
{
    if (isShown(line) == shown) return;
    shown ? void(hiddenEngines_.remove(line)) : void(hiddenEngines_.insert(line));
    emit viewChanged();
}

std::optional<int> CompareBar::baseline() const
{
    const int workers = baseline_->currentData().toInt();
    return workers > 0 ? std::optional(workers) : std::nullopt;
}

std::optional<bool> CompareBar::logarithmic() const
{
    if (scale_->currentIndex() <= Automatic) return std::nullopt;
    return scale_->currentIndex() == Logarithmic;
}

TimeMeasure CompareBar::time() const
{
    return setup_->isChecked() ? TimeMeasure::WithSetup : TimeMeasure::Work;
}

bool CompareBar::showsRepeats() const
{
    return repeats_->isChecked();
}

Comparison CompareBar::filtered(const Comparison& comparison) const
{
    Comparison shown = comparison;
    std::erase_if(shown.lines,
                  [&](const EngineLine& line) { return hiddenEngines_.contains(lineKey(line)); });
    return shown;
}

} // namespace spillway
