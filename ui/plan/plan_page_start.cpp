#include "ui/parts/notice_bar.h"
#include "ui/plan/job_menu.h"
#include "ui/plan/job_panel.h"
#include "ui/plan/plan_footer.h"
#include "ui/plan/plan_page.h"
#include "ui/plan/work_panel.h"
#include "work/obstacle.h"
#include "work/text.h"
#include "work/undecided.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QPushButton>

/// What follows from a plan: Start, Resume, Discard, the command for a terminal.
namespace spillway {

void PlanPage::start()
{
    const auto asked = plan();
    if (!asked || !startObstacle(workbench(), runs()).isEmpty()) return;
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

/// The plan that Live would go on with; an offer that no longer holds is taken back.
void PlanPage::offerToContinue()
{
    if (runs().isRunning() || workbench().isReadOnly()) {
        notice_->clear();
        offered_.reset();
        return;
    }
    if (!workbench().registry()) return; // which runs there are is not known yet
    auto open = openPlanOf(workbench().plans(), workbench().records(), workbench().engines(),
                           undecidedBy(workbench().catalogue(), workbench().usableCores()));
    if (open && open->id == dismissedPlan_) open.reset(); // the session is about to say so, too
    if (open == offered_) return;
    if (open || offered_) notice_->clear();
    offered_ = std::move(open);
    if (offered_) showOffer(*offered_);
}

void PlanPage::showOffer(const OpenPlan& open)
{
    notice_->show(
        NoticeBar::Kind::Info,
        tr("A plan was interrupted: %1 of %2 runs are left.").arg(open.left).arg(open.all));
    connect(notice_->addAction(tr("Resume (%1 left)").arg(open.left)), &QPushButton::clicked, this,
            [this, plan = open.plan] {
                notice_->clear();
                showPlan(plan);
                runs().start(plan, true);
                emit livePageRequested();
            });
    connect(notice_->addAction(tr("Discard")), &QPushButton::clicked, this,
            [this, id = open.id, left = open.left] { discard(id, left); });
}

/// What was said of a plan was of the session that was open.
void PlanPage::forgetOffer()
{
    notice_->clear();
    offered_.reset();
    dismissedPlan_ = 0;
}

void PlanPage::discard(std::int64_t plan, int left)
{
    forgetOffer();
    dismissedPlan_ = plan;
    workbench().dismissPlan(plan);
    notice_->show(NoticeBar::Kind::Info,
                  tr("The interrupted plan is discarded (%1 left).").arg(runsText(left)));
    connect(notice_->addAction(tr("Undo")), &QPushButton::clicked, this, [this, plan] {
        forgetOffer();
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
