#include "analysis/recommendation.h"
#include "analysis/snippet.h"
#include "experiment/more_runs.h"
#include "experiment/time_budget.h"
#include "ui/compare/answer_strip.h"
#include "ui/compare/compare_page.h"
#include "ui/compare/run_edits.h"
#include "work/obstacle.h"
#include "work/text.h"

#include <algorithm>
#include <set>

/// The answer on top, and the further runs that it asks for.
namespace spillway {
namespace {

/// Runs of the comparison's cells that failed, or were skipped after others had.
std::vector<std::int64_t> failedRunsOf(const Comparison& comparison,
                                       const std::vector<RunRecord>& records)
{
    std::set<CellKey> cells;
    for (const EngineLine& line : comparison.lines)
        for (const CellSummary& summary : line.cells)
            cells.insert(summary.cell);
    std::vector<std::int64_t> failed;
    for (const RunRecord& record : records)
        if ((isFailure(record.status) || record.status == RunStatus::Skipped) && !record.warmup &&
            !record.excluded && record.machine == comparison.key.machine &&
            cells.contains(record.cell))
            failed.push_back(record.id);
    return failed;
}

} // namespace

void ComparePage::connectAnswer()
{
    connect(answer_, &AnswerStrip::moreRequested, this, &ComparePage::runMore);
    connect(answer_, &AnswerStrip::failedRequested, this, &ComparePage::runFailed);
}

void ComparePage::showRecommendation(const Comparison& comparison)
{
    const auto recommendation = recommend(comparison, comparison.key.memoryLimit);
    answer_->setRecommendation(
        recommendation,
        text(leftOutSentence(workbench().plans(), workbench().records(), comparison.key.dataset)),
        leaderSnippet(recommendation, workbench().records(), workbench().datasets()));
    answer_->setFailed(static_cast<int>(failedRunsOf(comparison, workbench().records()).size()));
    showWhetherMoreMayRun();
}

Result<Plan> ComparePage::planOfMore() const
{
    const Comparison* comparison = current();
    const Answer& answer = answer_->answer();
    if (!comparison || answer.undecided.empty())
        return makeError(ErrorCode::NotFound, utf8(tr("Nothing is undecided.")));
    return spillway::planOfMore({answer.undecided, answer.more, comparison->workload},
                                workbench().records(), workbench().plans());
}

Result<Plan> ComparePage::planOfFailed() const
{
    const Comparison* comparison = current();
    if (!comparison) return makeError(ErrorCode::NotFound, utf8(tr("Nothing failed.")));
    MoreRuns more{.cells = {}, .repeats = 1, .workload = comparison->workload};
    const auto failed = failedRunsOf(*comparison, workbench().records());
    for (const RunRecord& record : workbench().records()) {
        if (std::ranges::find(failed, record.id) == failed.end()) continue;
        if (std::ranges::find(more.cells, record.cell) == more.cells.end())
            more.cells.push_back(record.cell);
        more.repeats = std::max(more.repeats, record.repeat);
    }
    return spillway::planOfMore(more, workbench().records(), workbench().plans());
}

void ComparePage::showWhetherMoreMayRun()
{
    const auto plan = answer_->answer().more > 0 ? planOfMore() : planOfFailed();
    const QString obstacle = startObstacle(workbench(), runs());
    answer_->setObstacle(obstacle.isEmpty() && !plan ? text(plan.error().message) : obstacle);
}

/// They are excluded first, so that the plan misses them.
void ComparePage::runFailed()
{
    const Comparison* comparison = current();
    const auto plan = planOfFailed();
    if (!comparison || !plan || runs().isRunning()) return;
    edits_->setAside(failedRunsOf(*comparison, workbench().records()), [this, plan = *plan] {
        runs().start(plan, true);
        emit livePageRequested();
    });
}

void ComparePage::runMore()
{
    const auto plan = planOfMore();
    if (!plan || runs().isRunning()) return;
    runs().start(*plan, false);
    emit livePageRequested();
}

} // namespace spillway
