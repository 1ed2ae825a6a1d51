#include "ui/plan/plan_footer.h"

#include "ui/parts/cut_label.h"
#include "ui/parts/icons.h"
#include "ui/parts/theme.h"
#include "ui/plan/plan_words.h"
#include "ui/plan/quiet_check.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

namespace spillway {
namespace {

constexpr int copiedFor = 2000; // milliseconds

} // namespace

PlanFooter::PlanFooter(QuietCheck& quiet, QWidget* parent)
    : QFrame(parent),
      quiet_(quiet),
      words_(new CutLabel("figure")),
      below_(new CutLabel("muted")),
      show_(new QPushButton(tr("Show it"))),
      wait_(new QPushButton),
      budget_(new QLineEdit),
      skip_(new QCheckBox(tr("Skip runs already finished"))),
      copy_(new QPushButton(tr("Copy as command"))),
      start_(new QPushButton(tr("Start")))
{
    setRole(this, "footer");
    words_->setObjectName(QStringLiteral("plan-cost"));
    below_->setObjectName(QStringLiteral("plan-note"));
    setRole(show_, "link");
    show_->setObjectName(QStringLiteral("show-problem"));
    setRole(wait_, "link");
    wait_->setObjectName(QStringLiteral("wait-for-quiet"));
    wait_->setToolTip(
        tr("Starts by itself once the other programs use less than a fifth of a core"));
    skip_->setChecked(true);
    skip_->setToolTip(tr("Leave out runs that are already in this session"));
    copy_->setIcon(lineIcon(QStringLiteral("copy")));
    copy_->setToolTip(tr("Copy the command line that gives the same runs"));
    start_->setIcon(lineIcon(QStringLiteral("play"), IconTint::OnAccent));
    start_->setObjectName(QStringLiteral("start"));
    start_->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Return));
    setRole(start_, "primary");
    budget_->setAccessibleName(tr("Time budget"));
    budget_->setObjectName(QStringLiteral("budget"));
    budget_->setPlaceholderText(tr("none"));
    budget_->setFixedWidth(90);
    budget_->setToolTip(
        tr("Time of the whole plan, such as 2 min or 1 h 30 min: one round of every "
           "cell, then more rounds while they fit. Empty: as long as it takes."));
    auto* budgetLabel = new QLabel(tr("Time &budget"));
    budgetLabel->setBuddy(budget_);
    auto* first = new QHBoxLayout;
    first->setSpacing(6);
    first->addWidget(words_, 1);
    first->addWidget(show_);
    auto* second = new QHBoxLayout;
    second->setSpacing(6);
    second->addWidget(below_, 1);
    second->addWidget(wait_);
    auto* left = new QVBoxLayout;
    left->setSpacing(0);
    left->addLayout(first);
    left->addLayout(second);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 6, 12, 6);
    layout->setSpacing(10);
    layout->addLayout(left, 1);
    layout->addWidget(budgetLabel);
    layout->addWidget(budget_);
    layout->addWidget(skip_);
    layout->addWidget(copy_);
    layout->addWidget(start_);
    setFixedHeight(64);
    show_->hide();
    connect(show_, &QPushButton::clicked, this, [this] {
        if (field_) emit fieldRequested(field_);
    });
    connect(wait_, &QPushButton::clicked, this, [this] { waitForQuiet(!waiting_); });
    connect(budget_, &QLineEdit::textChanged, this, [this] {
        setRole(budget_, budget() ? "" : "invalid");
        emit edited();
    });
    connect(skip_, &QCheckBox::toggled, this, &PlanFooter::edited);
    connect(copy_, &QPushButton::clicked, this, &PlanFooter::copyRequested);
    connect(start_, &QPushButton::clicked, this, [this] {
        waitForQuiet(false);
        emit startRequested();
    });
    connect(&quiet, &QuietCheck::changed, this, &PlanFooter::sayBelow);
    sayBelow();
}

void PlanFooter::showCost(const QString& words, const QStringList& details)
{
    field_.clear();
    show_->hide();
    setRole(words_, "figure");
    words_->setWords(words);
    detail_ = details.value(0);
    below_->setAccessibleDescription(details.join(QLatin1Char('\n')));
    sayBelow();
}

void PlanFooter::showProblem(const QString& words, QWidget* field)
{
    field_ = field;
    show_->setVisible(field != nullptr);
    setRole(words_, "error");
    words_->setWords(words);
    detail_.clear();
    sayBelow();
}

void PlanFooter::showWaiting(const QString& words)
{
    field_.clear();
    show_->hide();
    setRole(words_, "muted");
    words_->setWords(words);
    detail_.clear();
    sayBelow();
}

void PlanFooter::showWhyNotNow(const QString& reason)
{
    whyNotNow_ = reason;
    sayBelow();
}

/// Why it cannot start now goes before what would disturb it, and that before remarks on the plan.
void PlanFooter::sayBelow()
{
    const bool noisy = mayStart_ && quiet_.isNoisy();
    if (waiting_ && mayStart_ && !quiet_.isNoisy()) {
        waitForQuiet(false);
        emit startRequested();
        return;
    }
    const QString words = !whyNotNow_.isEmpty() ? whyNotNow_ : noisy ? quiet_.words() : detail_;
    below_->setWords(words);
    setRole(below_, whyNotNow_.isEmpty() && !noisy ? "muted" : "warning");
    wait_->setVisible(noisy && whyNotNow_.isEmpty());
    wait_->setText(waiting_ ? tr("Waiting for quiet; cancel") : tr("Start when quiet"));
    start_->setText(noisy ? tr("Start anyway") : tr("Start"));
}

void PlanFooter::waitForQuiet(bool wait)
{
    if (waiting_ == wait) return;
    waiting_ = wait;
    quiet_.keepLooking(wait);
    sayBelow();
}

void PlanFooter::setMayStart(bool may, const QString& help)
{
    mayStart_ = may;
    if (!may) waiting_ = false;
    quiet_.keepLooking(waiting_);
    start_->setEnabled(may);
    start_->setToolTip(help);
    sayBelow();
}

void PlanFooter::setMayCopy(bool may)
{
    copy_->setEnabled(may);
}

void PlanFooter::showCopied()
{
    const int width = copy_->width(); // nothing beside it moves
    copy_->setMinimumWidth(width);
    copy_->setText(tr("Copied"));
    QTimer::singleShot(copiedFor, copy_, [this] { copy_->setText(tr("Copy as command")); });
}

void PlanFooter::showBudget(std::optional<Seconds> budget)
{
    budget_->setText(budget ? shortDuration(*budget) : QString());
}

Result<std::optional<Seconds>> PlanFooter::budget() const
{
    const QString words = budget_->text().trimmed();
    if (words.isEmpty()) return std::optional<Seconds>();
    const auto time = durationIn(words);
    if (!time) return time.error();
    if (*time <= Seconds(0))
        return invalidArgument("A time budget must be above 0.",
                               "Leave it empty for a plan without one.");
    return std::optional(*time);
}

QWidget* PlanFooter::budgetField() const
{
    return budget_;
}

void PlanFooter::offerToSkipFinished(bool offer)
{
    skip_->setVisible(offer);
}

bool PlanFooter::skipsFinished() const
{
    return skip_->isVisibleTo(this) && skip_->isChecked();
}

} // namespace spillway
