#include "ui/plan/plan_page.h"

#include "base/json.h"
#include "experiment/estimate.h"
#include "experiment/expand.h"
#include "experiment/presets.h"
#include "host/warm_tools.h"
#include "measure/machine.h"
#include "ui/engines/engine_buttons.h"
#include "ui/engines/engine_rows.h"
#include "ui/parts/disclosure.h"
#include "ui/parts/form_parts.h"
#include "ui/parts/notice_bar.h"
#include "ui/plan/job_panel.h"
#include "ui/plan/job_reader.h"
#include "ui/plan/measure_panel.h"
#include "ui/plan/plan_footer.h"
#include "ui/plan/plan_words.h"
#include "ui/plan/preset_bar.h"
#include "ui/plan/quiet_check.h"
#include "ui/plan/resource_panel.h"
#include "ui/plan/work_panel.h"
#include "work/obstacle.h"
#include "work/text.h"
#include "work/window_words.h"

#include <QCoreApplication>
#include <QEvent>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

namespace spillway {
namespace {

constexpr int refreshDelay = 80; // milliseconds after the last change
constexpr auto firstPreset = "quick";

/// What a preset decides of a plan, to see whether it was changed since.
std::string decidedByPreset(Plan plan)
{
    plan.datasets.clear();
    for (Workload& workload : plan.workloads)
        workload.columns.clear();
    plan.memoryLimit.reset();
    plan.furtherLimits.clear();
    return toLine(toJson(plan));
}

} // namespace

PlanPage::PlanPage(Workbench& workbench, RunController& runs, QWidget* parent)
    : Page(workbench, runs, parent),
      warm_(std::make_shared<WarmTools>()),
      notice_(new NoticeBar),
      presets_(new PresetBar),
      work_(new WorkPanel(workbench, warm_)),
      engines_(new EngineRows(workbench)),
      resources_(new ResourcePanel(workbench)),
      measure_(new MeasurePanel(workbench)),
      quiet_(new QuietCheck(*this)),
      footer_(new PlanFooter(*quiet_)),
      jobs_(new JobReader(warm_, this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    auto* top = new QVBoxLayout;
    top->setContentsMargins(16, 12, 12, 8);
    top->setSpacing(8);
    top->addWidget(presets_);
    top->addWidget(notice_);
    layout->addLayout(top);
    scroll_ = scrolled(buildForm());
    layout->addWidget(scroll_, 1);
    layout->addWidget(footer_);
    connectParts();
    fillOnce();
    refresh();
}

QWidget* PlanPage::buildForm()
{
    auto* form = new QWidget;
    auto* column = new QVBoxLayout(form);
    column->setContentsMargins(16, 4, 16, 12);
    column->setSpacing(8);
    column->addWidget(work_);
    column->addSpacing(6);
    column->addWidget(headingLabel(tr("Engines")));
    column->addWidget(engines_);
    column->addWidget(new EngineButtons(workbench()));
    column->addSpacing(6);
    column->addWidget(resources_);
    column->addWidget(measure_);
    column->addStretch();
    return form;
}

void PlanPage::connectParts()
{
    refreshTimer_.setSingleShot(true);
    refreshTimer_.setInterval(refreshDelay);
    connect(&refreshTimer_, &QTimer::timeout, this, &PlanPage::refresh);
    connect(presets_, &PresetBar::chosen, this, &PlanPage::applyPreset);
    engines_->offerFor(work_->kinds());
    connect(work_, &WorkPanel::edited, this, [this] {
        engines_->offerFor(work_->kinds());
        refreshSoon();
    });
    connect(jobs_, &JobReader::changed, this, &PlanPage::refreshSoon);
    connect(work_, &WorkPanel::dataRequested, this, &Page::dataPageRequested);
    connect(engines_, &EngineRows::edited, this, &PlanPage::refreshSoon);
    connect(engines_, &EngineRows::filled, this, &PlanPage::fillOnce);
    connect(resources_, &ResourcePanel::edited, this, &PlanPage::refreshSoon);
    connect(measure_, &MeasurePanel::edited, this, &PlanPage::refreshSoon);
    connect(footer_, &PlanFooter::edited, this, &PlanPage::refreshSoon);
    connect(footer_, &PlanFooter::copyRequested, this, &PlanPage::copyCommand);
    connect(footer_, &PlanFooter::startRequested, this, &PlanPage::start);
    connect(footer_, &PlanFooter::fieldRequested, this, &PlanPage::bringToSight);
    connect(&workbench(), &Workbench::recordsChanged, this, &PlanPage::refreshSoon);
    connect(&workbench(), &Workbench::plansChanged, this, &PlanPage::offerToContinue);
    connect(&workbench(), &Workbench::recordsChanged, this, &PlanPage::offerToContinue);
    connect(&workbench(), &Workbench::enginesChanged, this, &PlanPage::offerToContinue);
    connect(&workbench(), &Workbench::sessionChanged, this, &PlanPage::refreshSoon);
    connect(&workbench(), &Workbench::sessionChanged, this, &PlanPage::forgetOffer);
    connect(&workbench(), &Workbench::sessionOpened, this, &PlanPage::showLastPlan);
    connect(&workbench(), &Workbench::settingsChanged, this, &PlanPage::refreshSoon);
    connect(&workbench().engineSetup(), &EngineSetup::busyChanged, this, &PlanPage::refreshSoon);
    connect(&runs(), &RunController::runningChanged, this, [this] {
        quiet_->hold(runs().isRunning());
        jobs_->rest(runs().isRunning());
        if (runs().isRunning()) letToolsRest();
        refresh();
    });
    connect(&runs(), &RunController::planStarted, this, &PlanPage::offerToContinue);
    connect(&workbench(), &Workbench::enginesChanged, this, &PlanPage::letToolsRest);
}

/// Ending them takes a moment, which the window does not wait for.
void PlanPage::letToolsRest()
{
    workbench().jobs().start(
        this,
        [warm = warm_](JobControl&) {
            warm->forget();
            return true;
        },
        [](bool) {});
}

/// What was asked for before the engines were known, else the first preset, unless the user has
/// settings of their own for new plans.
void PlanPage::fillOnce()
{
    if (!workbench().registry()) return;
    const bool first = !std::exchange(filled_, true);
    if (pendingPlan_)
        showPlan(*std::exchange(pendingPlan_, {}));
    else if (!pendingPreset_.isEmpty())
        applyPreset(std::exchange(pendingPreset_, {}));
    else if (first && workbench().settings().measurement == MeasurementDefaults())
        applyPreset(QLatin1String(firstPreset));
}

void PlanPage::showLastPlan()
{
    if (workbench().plans().empty()) return;
    if (const auto plan = planFromText(workbench().plans().back().text)) showPlan(*plan);
}

void PlanPage::applyPreset(const QString& id)
{
    if (!workbench().registry()) {
        pendingPreset_ = id;
        pendingPlan_.reset();
        return;
    }
    auto made = preset(utf8(id), presetContext(workbench().engines()));
    if (!made) {
        if (filled_) notice_->show(made.error());
        return;
    }
    if (const auto limit = lastLimit(workbench().plans());
        limit && made->furtherLimits.empty() && !limitsFollowData(made->preset))
        made->memoryLimit = *limit;
    notice_->clear();
    showPlan(*made);
}

void PlanPage::showPlan(const Plan& plan)
{
    if (!workbench().registry()) {
        pendingPlan_ = plan;
        pendingPreset_.clear();
        return;
    }
    work_->show(plan);
    engines_->show(plan);
    resources_->show(plan);
    measure_->show(plan);
    footer_->showBudget(plan.budget);
    preset_ = plan.preset;
    fittedTo_ = 0;
    fitted_ = plan.datasets.empty() ? limitsOf(plan) : std::vector<std::optional<Bytes>>();
    QWidget* wrong = nullptr;
    asFilled_ = decidedByPreset(read(wrong));
    refresh();
}

Plan PlanPage::read(QWidget*& wrong) const
{
    Plan plan;
    plan.preset = preset_;
    wrong = work_->writeTo(plan);
    for (QWidget* field :
         {engines_->writeTo(plan), resources_->writeTo(plan), measure_->writeTo(plan)})
        if (!wrong) wrong = field;
    if (const auto time = footer_->budget())
        plan.budget = *time;
    else if (!wrong)
        wrong = footer_->budgetField();
    return plan;
}

Result<Plan> PlanPage::plan() const
{
    QWidget* wrong = nullptr;
    Plan plan = read(wrong);
    if (wrong) return invalidArgument("A field of the plan has to be mended.");
    if (auto valid = plan.validate(); !valid) return valid.error();
    return plan;
}

void PlanPage::refreshSoon()
{
    refreshTimer_.start();
}

void PlanPage::refresh()
{
    refreshTimer_.stop();
    fitLimitsToData();
    QWidget* wrong = nullptr;
    Plan asked = read(wrong);
    resources_->setLargestData(largestData(asked));
    showPreset();
    const auto budget = footer_->budget();
    const auto valid = wrong ? Result<void>() : asked.validate();
    footer_->setMayCopy(!wrong && valid);
    footer_->offerToSkipFinished(false);
    if (wrong || !valid) {
        showProblem(!valid                            ? valid.error()
                    : wrong == footer_->budgetField() ? budget.error()
                                                      : Error(),
                    wrong);
        return;
    }
    if (readJobs(asked)) showEstimate(asked);
}

/// Of a preset that is about the proportion of data to memory, as long as its limits are its own.
void PlanPage::fitLimitsToData()
{
    if (!limitsFollowData(preset_)) {
        remark_.clear();
        return;
    }
    QWidget* wrong = nullptr;
    Plan plan = read(wrong);
    const Bytes largest = largestData(plan);
    if (largest == 0 || largest == fittedTo_ || limitsOf(plan) != fitted_) return;
    remark_ = text(fitLimits({.data = largest,
                              .least = leastLimit(plan, workbench().engines()),
                              .most = defaultMemoryLimit()},
                             plan));
    fittedTo_ = largest;
    fitted_ = limitsOf(plan);
    resources_->showLimits(plan.memoryLimit, plan.furtherLimits);
}

void PlanPage::showPreset()
{
    QWidget* wrong = nullptr;
    const Plan now = read(wrong);
    const bool limits = limitsFollowData(preset_) && fittedTo_ > 0 && limitsOf(now) != fitted_;
    const bool changed = limits || decidedByPreset(now) != asFilled_;
    presets_->show(text(preset_), changed, changed ? QString() : remark_);
}

bool PlanPage::readJobs(Plan& plan)
{
    if (!workbench().registry()) return true;
    const auto state = jobs_->ask(plan, workbench().registry());
    const auto panels = work_->jobPanels();
    for (JobPanel* panel : panels) {
        if (state == JobReader::State::Reading) panel->showReading();
        if (state == JobReader::State::Refused) panel->showProblem(jobs_->error());
    }
    if (state == JobReader::State::Refused)
        showProblem(Error(), panels.empty() ? nullptr : panels.front()->editor());
    if (state == JobReader::State::Reading) {
        footer_->setMayStart(false, tr("The query is being read"));
        footer_->showWaiting(tr("Reading the query…"));
    }
    if (state == JobReader::State::Read) {
        plan.workloads = jobs_->workloads();
        for (JobPanel* panel : panels)
            for (const Workload& workload : plan.workloads)
                if (const PlannedJob* job = jobs_->jobs().find(0, workload))
                    panel->showJob(*job, plan.datasets.front(), !runs().isRunning());
    }
    return state == JobReader::State::Idle || state == JobReader::State::Read;
}

/// Fields say what is wrong with them, so that the footer only leads there.
void PlanPage::showProblem(const Error& error, QWidget* field)
{
    footer_->showWhyNotNow({});
    footer_->setMayStart(false, {});
    if (workbench().datasets().empty() && work_->takesData())
        footer_->showWaiting(tr("Add a dataset on the Data page to begin."));
    else if (!workbench().registry())
        footer_->showWaiting(tr("Looking for engines…"));
    else if (!error.message.empty())
        footer_->showProblem(withoutExcerpt(error), field);
    else
        footer_->showProblem(tr("Something above has to be mended first."), field);
}

void PlanPage::bringToSight(QWidget* field)
{
    for (QWidget* around = field; around && around != this; around = around->parentWidget())
        if (auto* fold = qobject_cast<Disclosure*>(around)) fold->setOpen(true);
    QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
    scroll_->ensureWidgetVisible(field);
    field->setFocus(Qt::OtherFocusReason);
}

void PlanPage::showEstimate(const Plan& plan)
{
    const auto all = expand(plan, workbench().engines(), jobs_->jobs());
    engines_->showRefusals(all);
    work_->showRefusals(all);
    const auto missing = missingRuns(all, workbench().records());
    const bool overlap = missing.size() < all.size();
    footer_->offerToSkipFinished(overlap);
    const bool skip = overlap && footer_->skipsFinished();
    const auto& planned = skip ? missing : all;
    const PlanEstimate figures =
        estimate(plan, planned, workbench().records(), workbench().usableCores());
    const auto room = checkScratchOf(plan, figures.scratch);
    measure_->showScratchProblem(room || figures.runs == 0 ? QString() : windowWords(room.error()));
    if (!room && figures.runs > 0) {
        showProblem(Error(), measure_->scratchField());
        return;
    }
    QString words = estimateText(figures);
    if (skip) words += tr(" · %1 already finished").arg(all.size() - missing.size());
    QStringList details;
    for (const std::string& warning : figures.warnings)
        details << windowWords(warning);
    footer_->showCost(words, details);
    showWhetherItMayStart(figures.runs > 0);
}

Result<void> PlanPage::checkScratchOf(const Plan& plan, Bytes need) const
{
    return checkScratch(plan.scratch.empty() ? workbench().settings().scratchFolder
                                             : std::filesystem::path(plan.scratch),
                        need, plan.maxScratch);
}

void PlanPage::showWhetherItMayStart(bool somethingToRun)
{
    QString why = startObstacle(workbench(), runs());
    if (why.isEmpty() && !somethingToRun) why = tr("Nothing is left to run.");
    footer_->setMayStart(why.isEmpty(), why.isEmpty() ? tr("Start the plan (Ctrl+Return)") : why);
    footer_->showWhyNotNow(why);
}

} // namespace spillway
