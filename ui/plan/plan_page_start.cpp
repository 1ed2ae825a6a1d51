#include "experiment/expand.h"
#include "ui/parts/notice_bar.h"
#include "ui/plan/job_menu.h"
#include "ui/plan/job_panel.h"
#include "ui/plan/plan_footer.h"
#include "ui/plan/plan_page.h"
#include "ui/plan/work_panel.h"
#include "work/text.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QPushButton>

#include <algorithm>

/// What follows from a plan: Start, Resume, Discard, the command for a terminal.
namespace spillway {

void PlanPage::start()
{
    const auto asked = plan();
    if (!asked || runs().isRunning() || workbench().engineSetup().isBusy()) return;
    notice_->clear();
    rememberJobs();
    runs().start(*asked, footer_->skipsFinished());
    emit livePageRequested();
}

void PlanPage::rememberJobs()
{
    Settings settings = workbench().settings();
    for (const JobPanel* panel : work_->jobPanels())
        settings.recentJobs = withRecentJob(std::move(settings.recentJobs), panel->written());
    if (settings != workbench().settings()) workbench().setSettings(settings);
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
    connect(notice_->addAction(tr("Discard")), &QPushButton::clicked, this,
            [this, id = open->id, left = missing.size()] { discard(id, left); });
}

void PlanPage::discard(std::int64_t plan, std::size_t left)
{
    dismissedPlan_ = plan;
    workbench().dismissPlan(plan);
    notice_->clear();
    notice_->show(NoticeBar::Kind::Info, tr("The interrupted plan is discarded (%1 left).")
                                             .arg(runsText(static_cast<std::int64_t>(left))));
    connect(notice_->addAction(tr("Undo")), &QPushButton::clicked, this, [this, plan] {
        dismissedPlan_ = 0;
        notice_->clear();
        workbench().restorePlan(plan);
    });
}

void PlanPage::copyCommand()
{
    const auto asked = plan();
    if (!asked) return;
    QGuiApplication::clipboard()->setText(text(commandLineOf(*asked)));
    footer_->showCopied();
}

} // namespace spillway
