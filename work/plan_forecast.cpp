#include "work/plan_forecast.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace spillway {
namespace {

using Times = std::vector<double>;

double middleOf(Times values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

double meanOf(const Times& values)
{
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

bool succeeded(RunStatus status)
{
    return status == RunStatus::Ok;
}

bool inVain(RunStatus status)
{
    return !succeeded(status) && status != RunStatus::Cancelled &&
           status != RunStatus::Unsupported && status != RunStatus::Skipped;
}

/// How long runs have taken so far.
class Experience {
public:
    explicit Experience(const PlanProgress& plan) : earlier_(plan.earlier)
    {
        for (std::size_t i = 0; i < plan.runs.size(); ++i)
            if (plan.statuses[i] && !plan.runs[i].refusal && plan.wallSeconds[i] > 0)
                add(plan.runs[i].cell, *plan.statuses[i], plan.wallSeconds[i]);
        Times ratios;
        for (const auto& [cell, times] : finished_)
            if (times.size() > 1 && times.front() > 0) ratios.push_back(later(times) / times[0]);
        if (!ratios.empty()) speedsUp_ = middleOf(std::move(ratios));
    }

    bool empty() const { return all_.empty() && earlier_.empty(); }

    double expected(const CellKey& cell) const
    {
        if (const auto found = finished_.find(cell); found != finished_.end())
            return found->second.size() > 1 ? later(found->second)
                                            : found->second.front() * speedsUp_;
        if (const auto found = failed_.find(cell); found != failed_.end())
            return meanOf(found->second);
        if (const auto found = earlier_.find(cell); found != earlier_.end())
            return found->second.count();
        if (const auto found = engines_.find(cell.engine); found != engines_.end())
            return meanOf(found->second);
        if (!all_.empty()) return meanOf(all_);
        double sum = 0;
        for (const auto& [known, time] : earlier_)
            sum += time.count();
        return sum / static_cast<double>(earlier_.size());
    }

    /// Whether further runs of it are skipped, when it has failed so often.
    bool isGivenUp(const CellKey& cell, int failures) const
    {
        const auto found = failed_.find(cell);
        const int before = found == failed_.end() ? 0 : static_cast<int>(found->second.size());
        return !finished_.contains(cell) && before > 0 && before + failures >= 2;
    }

private:
    void add(const CellKey& cell, RunStatus status, double seconds)
    {
        if (inVain(status)) failed_[cell].push_back(seconds);
        if (!succeeded(status)) return;
        finished_[cell].push_back(seconds);
        engines_[cell.engine].push_back(seconds);
        all_.push_back(seconds);
    }

    static double later(const Times& times) { return middleOf({times.begin() + 1, times.end()}); }

    const std::map<CellKey, Seconds>& earlier_;
    std::map<CellKey, Times> finished_; ///< in their order
    std::map<CellKey, Times> failed_;
    std::map<std::string, Times> engines_;
    Times all_;
    double speedsUp_ = 1; ///< what later runs take of what the first one took
};

} // namespace

PlanForecast forecast(const PlanProgress& plan, Seconds currentElapsed)
{
    PlanForecast result;
    const Experience experience(plan);
    std::optional<Seconds> clock;
    if (!experience.empty()) {
        clock = Seconds(0);
        if (plan.current)
            clock =
                std::max(Seconds(0), Seconds(experience.expected(plan.runs[*plan.current].cell)) -
                                         currentElapsed);
    }
    std::map<CellKey, int> queued;
    for (std::size_t i = 0; i < plan.runs.size(); ++i) {
        if (plan.statuses[i] || plan.runs[i].refusal || plan.current == i) continue;
        result.queue.push_back({i, clock});
        const CellKey& cell = plan.runs[i].cell;
        if (clock && !experience.isGivenUp(cell, queued[cell]++))
            *clock += Seconds(experience.expected(cell));
    }
    result.left = clock;
    return result;
}

std::optional<Seconds> leftUntilEnd(const PlanProgress& plan, const PlanForecast& forecast,
                                    Seconds now)
{
    if (!plan.endsBy) return forecast.left;
    const Seconds budget = std::max(Seconds(0), *plan.endsBy - now);
    return forecast.left ? std::min(*forecast.left, budget) : budget;
}

} // namespace spillway
