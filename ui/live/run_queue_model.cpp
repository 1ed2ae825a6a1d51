#include "ui/live/run_queue_model.h"

#include "work/cell_text.h"
#include "work/text.h"

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

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

void RunQueueModel::setQueue(const PlanProgress& plan, const PlanForecast& forecast, bool running)
{
    std::vector<Row> rows;
    rows.reserve(forecast.queue.size());
    for (const QueuedRun& queued : forecast.queue)
        rows.push_back({queued.position, cellText(plan.runs[queued.position]),
                        running ? startText(queued) : QString()});
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
        return row.startsIn.isEmpty() ? row.run
                                      : QStringLiteral("%1 · %2").arg(row.run, row.startsIn);
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
