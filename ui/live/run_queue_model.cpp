#include "ui/live/run_queue_model.h"

#include "work/cell_text.h"
#include "work/text.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace spillway {
namespace {

struct Mean {
    double sum = 0;
    int count = 0;

    void add(double value)
    {
        sum += value;
        ++count;
    }
    double value() const { return sum / count; }
};

/// How long runs have taken so far.
class Experience {
public:
    explicit Experience(const PlanProgress& plan)
    {
        for (std::size_t i = 0; i < plan.runs.size(); ++i) {
            if (!plan.statuses[i] || plan.runs[i].refusal || plan.wallSeconds[i] <= 0) continue;
            all_.add(plan.wallSeconds[i]);
            cells_[plan.runs[i].cell].add(plan.wallSeconds[i]);
        }
    }
    bool empty() const { return all_.count == 0; }
    double expected(const CellKey& cell) const
    {
        const auto found = cells_.find(cell);
        return found == cells_.end() ? all_.value() : found->second.value();
    }

private:
    Mean all_;
    std::map<CellKey, Mean> cells_;
};

QString startText(const QueuedRun& queued)
{
    if (!queued.startsIn) return RunQueueModel::tr("not known yet");
    if (*queued.startsIn < Seconds(1)) return RunQueueModel::tr("next");
    const Seconds whole(std::max(1.0, std::round(queued.startsIn->count())));
    if (whole < Seconds(60)) return RunQueueModel::tr("in %1 s").arg(whole.count());
    if (whole < Seconds(3600))
        return RunQueueModel::tr("in %1 min").arg(std::round(whole.count() / 60));
    return RunQueueModel::tr("in %1").arg(durationText(whole));
}

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
    for (std::size_t i = 0; i < plan.runs.size(); ++i) {
        if (plan.statuses[i] || plan.runs[i].refusal || plan.current == i) continue;
        result.queue.push_back({i, clock});
        if (clock) *clock += Seconds(experience.expected(plan.runs[i].cell));
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

void RunQueueModel::setQueue(const PlanProgress& plan, const PlanForecast& forecast)
{
    std::vector<Row> rows;
    rows.reserve(forecast.queue.size());
    for (const QueuedRun& queued : forecast.queue)
        rows.push_back({queued.position, cellText(plan.runs[queued.position]), startText(queued)});
    const bool sameRuns = std::ranges::equal(rows, rows_, [](const Row& a, const Row& b) {
        return a.position == b.position && a.run == b.run;
    });
    if (sameRuns) {
        rows_ = std::move(rows);
        if (!rows_.empty())
            emit dataChanged(index(0, StartsIn), index(rowCount() - 1, StartsIn),
                             {Qt::DisplayRole});
        return;
    }
    beginResetModel();
    rows_ = std::move(rows);
    endResetModel();
}

int RunQueueModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int RunQueueModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RunQueueModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) return {};
    const Row& row = rows_[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return index.column() == Run ? row.run : row.startsIn;
    case Qt::ToolTipRole:
    case Qt::AccessibleTextRole:
        return QStringLiteral("%1 · %2").arg(row.run, row.startsIn);
    case Qt::TextAlignmentRole:
        return int(index.column() == Run ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter;
    default:
        return {};
    }
}

QVariant RunQueueModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal) return {};
    return section == Run ? tr("Run") : tr("Starts");
}

} // namespace spillway
