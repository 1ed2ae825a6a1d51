#include "ui/plan/plan_page.h"

#include "base/json.h"
#include "experiment/estimate.h"
#include "experiment/expand.h"
#include "experiment/presets.h"
#include "measure/machine.h"
#include "ui/engines/engine_buttons.h"
#include "ui/engines/engine_rows.h"
#include "ui/parts/form_parts.h"
#include "ui/parts/icons.h"
#include "ui/parts/notice_bar.h"
#include "ui/plan/job_panel.h"
#include "ui/plan/job_reader.h"
#include "ui/plan/measure_panel.h"
#include "ui/plan/plan_words.h"
#include "ui/plan/work_panel.h"
#include "work/text.h"
#include "work/window_words.h"

#include <QCheckBox>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace spillway {
namespace {

constexpr int refreshDelay = 80; // milliseconds after the last change

} // namespace

PlanPage::PlanPage(Workbench& workbench, RunController& runs, QWidget* parent)
    : Page(workbench, runs, parent),
      notice_(new NoticeBar),
      work_(new WorkPanel(workbench)),
      engines_(new EngineRows(workbench)),
      measure_(new MeasurePanel(workbench)),
      estimate_(new QLabel),
      budget_(new QLineEdit),
      onlyMissing_(new QCheckBox(tr("Skip runs already finished"))),
      copy_(new QPushButton(tr("Copy as command"))),
      start_(new QPushButton(tr("Start"))),
      jobs_(new JobReader(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    auto* top = new QVBoxLayout;
    top->setContentsMargins(16, 12, 12, 8);
    top->setSpacing(8);
    top->addWidget(notice_);
    top->addWidget(buildPresets());
    layout->addLayout(top);
    layout->addWidget(scrolled(buildForm()), 1);
    layout->addWidget(buildFooter());
    connectParts();
    refresh();
}

QWidget* PlanPage::buildPresets()
{
    auto* row = new QWidget;
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins({});
    layout->setSpacing(8);
    auto* label = new QLabel(tr("Start from"));
    setRole(label, "muted");
    layout->addWidget(label);
    for (const std::string& id : presetIds()) {
        if (!presetSuite(id).empty()) continue; // the terminal makes their tables
        auto* button = new QPushButton(text(presetTitle(id)));
        button->setObjectName(QStringLiteral("preset-") + text(id));
        button->setToolTip(text(presetHelp(id)));
        connect(button, &QPushButton::clicked, this, [this, id] { applyPreset(text(id)); });
        layout->addWidget(button);
    }
    layout->addStretch();
    return row;
}

QWidget* PlanPage::buildForm()
{
    auto* left = new QVBoxLayout;
    left->setSpacing(8);
    left->addWidget(work_);
    left->addSpacing(8);
    left->addWidget(headingLabel(tr("Engines")));
    left->addWidget(engines_);
    left->addWidget(new EngineButtons(workbench()));
    left->addStretch();
    auto* form = new QWidget;
    auto* columns = new QHBoxLayout(form);
    columns->setContentsMargins(16, 4, 16, 12);
    columns->setSpacing(32);
    columns->addLayout(left, 1);
    columns->addWidget(measure_, 1);
    measure_->setMinimumWidth(300);
    return form;
}

QWidget* PlanPage::buildFooter()
{
    auto* footer = new QFrame;
    setRole(footer, "footer");
    auto* layout = new QHBoxLayout(footer);
    layout->setContentsMargins(16, 10, 12, 10);
    layout->setSpacing(10);
    estimate_->setWordWrap(true);
    estimate_->setTextFormat(Qt::PlainText);
    onlyMissing_->setChecked(true);
    onlyMissing_->setToolTip(tr("Leave out runs that are already in this session"));
    copy_->setIcon(lineIcon(QStringLiteral("copy")));
    copy_->setToolTip(tr("Copy the command line that gives the same runs"));
    start_->setIcon(lineIcon(QStringLiteral("play"), IconTint::OnAccent));
    start_->setObjectName(QStringLiteral("start"));
    start_->setToolTip(tr("Start the plan (Ctrl+Return)"));
    start_->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Return));
    setRole(start_, "primary");
    budget_->setAccessibleName(tr("Time budget"));
    budget_->setObjectName(QStringLiteral("budget"));
    budget_->setPlaceholderText(tr("none"));
    budget_->setFixedWidth(80);
    budget_->setToolTip(
        tr("Time of the whole plan, such as 2 min or 1 h 30 min: one round of every "
           "cell, then more rounds while they fit. Empty: as long as it takes."));
    auto* budgetLabel = new QLabel(tr("Time &budget"));
    budgetLabel->setBuddy(budget_);
    layout->addWidget(estimate_, 1);
    layout->addWidget(budgetLabel);
    layout->addWidget(budget_);
    layout->addWidget(onlyMissing_);
    layout->addWidget(copy_);
    layout->addWidget(start_);
    return footer;
}

void PlanPage::connectParts()
{
    refreshTimer_.setSingleShot(true);
    refreshTimer_.setInterval(refreshDelay);
    connect(&refreshTimer_, &QTimer::timeout, this, &PlanPage::refresh);
    engines_->offerFor(work_->kinds());
    connect(work_, &WorkPanel::edited, this, [this] {
        engines_->offerFor(work_->kinds());
        refreshSoon();
    });
    connect(jobs_, &JobReader::changed, this, &PlanPage::refreshSoon);
    connect(work_, &WorkPanel::dataRequested, this, &Page::dataPageRequested);
    connect(engines_, &EngineRows::edited, this, &PlanPage::refreshSoon);
    connect(engines_, &EngineRows::filled, this, [this] {
        if (!pendingPreset_.isEmpty()) applyPreset(std::exchange(pendingPreset_, {}));
    });
    connect(measure_, &MeasurePanel::edited, this, &PlanPage::refreshSoon);
    connect(budget_, &QLineEdit::textChanged, this, &PlanPage::refreshSoon);
    connect(onlyMissing_, &QCheckBox::toggled, this, &PlanPage::refreshSoon);
    connect(&workbench(), &Workbench::recordsChanged, this, &PlanPage::refreshSoon);
    connect(&workbench(), &Workbench::plansChanged, this, &PlanPage::offerToContinue);
    connect(&workbench(), &Workbench::sessionChanged, this, [this] {
        if (const auto limit = lastLimit(workbench().plans())) measure_->showLimit(*limit);
        refreshSoon();
    });
    connect(&workbench().engineSetup(), &EngineSetup::busyChanged, this, &PlanPage::refreshSoon);
    connect(&runs(), &RunController::runningChanged, this, &PlanPage::refresh);
    connect(&runs(), &RunController::planStarted, this, &PlanPage::offerToContinue);
    connect(copy_, &QPushButton::clicked, this, &PlanPage::copyCommand);
    connect(start_, &QPushButton::clicked, this, &PlanPage::start);
}

void PlanPage::applyPreset(const QString& id)
{
    if (!workbench().registry()) {
        pendingPreset_ = id;
        return;
    }
    auto made = preset(utf8(id), presetContext(workbench().engines()));
    if (!made) {
        notice_->show(made.error());
        return;
    }
    if (const auto limit = lastLimit(workbench().plans()); limit && made->furtherLimits.empty())
        made->memoryLimit = *limit;
    showPlan(*made);
    if (id == QLatin1String("paper")) sayHowItDiffersFromThePaper();
}

void PlanPage::sayHowItDiffersFromThePaper()
{
    const auto asked = plan();
    Bytes largest = 0;
    for (const Dataset& dataset : work_->chosenDatasets())
        largest = std::max(largest, dataset.bytes);
    if (!asked || !asked->memoryLimit || largest == 0) return;
    const double share = static_cast<double>(largest) / static_cast<double>(*asked->memoryLimit);
    notice_->show(NoticeBar::Kind::Info,
                  tr("The paper on this machine: %1 of data, %2 times the memory limit (the paper: "
                     "1.1 to 1.2 times the memory). Worker counts above the cores are "
                     "oversubscribed.")
                      .arg(bytesText(largest), QString::number(share, 'g', 2)));
}

void PlanPage::showPlan(const Plan& plan)
{
    work_->show(plan);
    engines_->show(plan);
    measure_->show(plan);
    budget_->setText(plan.budget ? shortDuration(*plan.budget) : QString());
    preset_ = plan.preset;
    refresh();
}

Result<Plan> PlanPage::plan() const
{
    Plan plan;
    plan.preset = preset_;
    work_->writeTo(plan);
    engines_->writeTo(plan);
    if (auto written = measure_->writeTo(plan); !written) return written.error();
    const auto time = budget();
    if (!time) return time.error();
    plan.budget = *time;
    if (auto valid = plan.validate(); !valid) return valid.error();
    return plan;
}

Result<std::optional<Seconds>> PlanPage::budget() const
{
    const QString words = budget_->text().trimmed();
    if (words.isEmpty()) return std::optional<Seconds>();
    const auto time = parseDuration(utf8(words));
    if (!time) return time.error();
    return std::optional(*time);
}

void PlanPage::refreshSoon()
{
    refreshTimer_.start();
}

void PlanPage::refresh()
{
    refreshTimer_.stop();
    Bytes largest = 0;
    for (const Dataset& dataset : work_->chosenDatasets())
        largest = std::max(largest, dataset.bytes);
    measure_->setLargestData(largest);
    if (const bool bad = !budget();
        budget_->property("role").toString() != QLatin1String(bad ? "invalid" : ""))
        setRole(budget_, bad ? "invalid" : "");
    auto asked = plan();
    copy_->setEnabled(asked.has_value());
    onlyMissing_->setVisible(false);
    if (!asked) {
        showProblem(asked.error());
        return;
    }
    if (readJobs(*asked)) showEstimate(*asked);
}

bool PlanPage::readJobs(Plan& plan)
{
    if (!workbench().registry()) return true;
    const auto state = jobs_->ask(plan, workbench().registry());
    for (JobPanel* panel : work_->jobPanels()) {
        if (state == JobReader::State::Reading) panel->showReading();
        if (state == JobReader::State::Refused) panel->showProblem(jobs_->error());
    }
    if (state == JobReader::State::Refused) showProblem(jobs_->error());
    if (state == JobReader::State::Reading) {
        start_->setEnabled(false);
        estimate_->setText(tr("Reading the query…"));
        setRole(estimate_, "muted");
    }
    if (state == JobReader::State::Read) {
        plan.workloads = jobs_->workloads();
        for (JobPanel* panel : work_->jobPanels())
            for (const Workload& workload : plan.workloads)
                if (const PlannedJob* job = jobs_->jobs().find(0, workload))
                    panel->showJob(*job, plan.datasets.front(), !runs().isRunning());
    }
    return state == JobReader::State::Idle || state == JobReader::State::Read;
}

void PlanPage::showProblem(const Error& error)
{
    start_->setEnabled(false);
    const bool noData = workbench().datasets().empty() && work_->takesData();
    const bool noEngine = !workbench().registry();
    if (noData)
        estimate_->setText(tr("Add a dataset on the Data page to begin."));
    else
        estimate_->setText(noEngine ? tr("Looking for engines…") : withoutExcerpt(error));
    setRole(estimate_, noData || noEngine ? "muted" : "error");
}

void PlanPage::showEstimate(const Plan& plan)
{
    const auto all = expand(plan, workbench().engines(), jobs_->jobs());
    engines_->showRefusals(all);
    const auto missing = missingRuns(all, workbench().records());
    const bool overlap = missing.size() < all.size();
    onlyMissing_->setVisible(overlap);
    const auto& planned = overlap && onlyMissing_->isChecked() ? missing : all;
    const PlanEstimate figures =
        estimate(plan, planned, workbench().records(), workbench().usableCores());
    QString words = estimateText(figures);
    if (overlap && onlyMissing_->isChecked())
        words += tr(" · %1 already finished").arg(all.size() - missing.size());
    QStringList details;
    for (const std::string& reason : figures.refusals)
        details << windowWords(reason);
    for (const std::string& warning : figures.warnings)
        details << windowWords(warning);
    if (!figures.refusals.empty())
        words += QLatin1Char('\n') + windowWords(figures.refusals.front());
    estimate_->setText(words);
    estimate_->setToolTip(details.join(QLatin1Char('\n')));
    setRole(estimate_, "");
    showWhetherItMayStart(figures.runs > 0);
}

void PlanPage::showWhetherItMayStart(bool somethingToRun)
{
    const QString settingUp = workbench().engineSetup().currentTitle();
    start_->setEnabled(!runs().isRunning() && settingUp.isEmpty() && somethingToRun &&
                       !workbench().isReadOnly());
    start_->setToolTip(runs().isRunning() ? tr("A plan is running")
                       : settingUp.isEmpty()
                           ? tr("Start the plan (Ctrl+Return)")
                           : tr("The set-up of %1 would disturb the measurement").arg(settingUp));
    if (!settingUp.isEmpty())
        estimate_->setText(
            estimate_->text() +
            tr("\nWait until %1 is set up: the set-up would disturb the measurement.")
                .arg(settingUp));
}

void PlanPage::start()
{
    const auto asked = plan();
    if (!asked || runs().isRunning() || workbench().engineSetup().isBusy()) return;
    notice_->clear();
    const bool overlap = onlyMissing_->isVisibleTo(this);
    runs().start(*asked, overlap && onlyMissing_->isChecked());
    emit livePageRequested();
}

void PlanPage::offerToContinue()
{
    if (runs().isRunning()) {
        notice_->clear();
        return;
    }
    const auto& plans = workbench().plans();
    const auto open =
        std::ranges::find_if(plans.rbegin(), plans.rend(), [this](const StoredPlan& stored) {
            return !stored.finished && stored.id != dismissedPlan_;
        });
    if (open == plans.rend()) return;
    const auto stored = planFromText(open->text);
    if (!stored) return;
    const auto all = expand(*stored, workbench().engines());
    const auto missing = missingRuns(all, workbench().records());
    if (missing.empty() || workbench().isReadOnly()) return;
    notice_->clear();
    notice_->show(
        NoticeBar::Kind::Info,
        tr("A plan was interrupted: %1 of %2 runs are left.").arg(missing.size()).arg(all.size()));
    connect(notice_->addAction(tr("Resume (%1 left)").arg(missing.size())), &QPushButton::clicked,
            this, [this, plan = *stored] {
                notice_->clear();
                showPlan(plan);
                runs().start(plan, true);
                emit livePageRequested();
            });
    connect(notice_->addAction(tr("Discard")), &QPushButton::clicked, this, [this, id = open->id] {
        dismissedPlan_ = id;
        notice_->clear();
        workbench().dismissPlan(id);
    });
}

void PlanPage::copyCommand()
{
    const auto asked = plan();
    if (!asked) return;
    QGuiApplication::clipboard()->setText(text(commandLineOf(*asked)));
    notice_->show(NoticeBar::Kind::Info, tr("The command is on the clipboard."));
}

} // namespace spillway
