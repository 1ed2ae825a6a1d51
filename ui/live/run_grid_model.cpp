#include "ui/live/run_grid_model.h"

#include "analysis/comparison.h"
#include "charts/markers.h"
#include "protocol/counted.h"
#include "work/cell_text.h"
#include "work/text.h"
#include "work/window_words.h"
#include "workloads/workload_type.h"

#include <algorithm>
#include <set>

namespace spillway {
namespace {

CellKey lineOf(CellKey key)
{
    key.workers = 0;
    return key;
}

/// Which parts of a key have to be said, because they differ within the plan.
struct Varying {
    bool dataset = false;
    bool workload = false;
    bool limit = false;
    bool cache = false;

    explicit Varying(const std::set<CellKey>& lines)
    {
        if (lines.empty()) return;
        const CellKey& first = *lines.begin();
        for (const CellKey& line : lines) {
            dataset |= line.dataset != first.dataset;
            workload |= line.workload != first.workload;
            limit |= line.memoryLimit != first.memoryLimit;
            cache |= line.cache != first.cache;
        }
    }
};

QString titleOf(const PlannedRun& run, const Varying& varying)
{
    QStringList parts{lineText(run)};
    if (varying.dataset) parts << RunGridModel::tr("data %1").arg(run.dataset + 1);
    if (varying.workload) parts << text(typeOf(run.workload).shortName);
    if (varying.limit)
        parts << (run.cell.memoryLimit ? bytesText(*run.cell.memoryLimit)
                                       : RunGridModel::tr("no limit"));
    if (varying.cache) parts << text(name(run.cell.cache));
    return parts.join(QStringLiteral(" · "));
}

void count(GridCell& cell, const PlannedRun& run, const std::optional<RunStatus>& status)
{
    if (run.refusal) {
        cell.state = GridState::Refused;
        cell.reason = describe(*run.refusal);
        return;
    }
    if (!run.warmup) ++cell.planned;
    if (!status) return;
    if (!run.warmup) ++cell.ended;
    if (isFailure(*status)) {
        cell.state = GridState::Failed;
        cell.failure = *status;
    }
}

void settle(GridCell& cell)
{
    if (cell.state != GridState::Absent) return;
    if (cell.ended == 0)
        cell.state = GridState::Queued;
    else
        cell.state = cell.ended < cell.planned ? GridState::Begun : GridState::Done;
}

void addRecords(std::map<CellKey, GridCell>& cells, const std::vector<RunRecord>& records)
{
    std::map<CellKey, std::vector<double>> seconds;
    for (const RunRecord& record : records) {
        const auto cell = cells.find(record.cell);
        if (cell == cells.end()) continue;
        if (record.status != RunStatus::Unsupported && record.status != RunStatus::Skipped)
            cell->second.lastRun = record.id;
        if (counts(record) && !record.warmup && record.seconds)
            seconds[record.cell].push_back(*record.seconds);
        if (cell->second.state == GridState::Failed && isFailure(record.status) && record.error)
            cell->second.reason = describe(*record.error);
    }
    for (auto& [key, values] : seconds)
        cells[key].seconds = medianInterval(std::move(values))->median;
}

} // namespace

RunGridModel::Grid RunGridModel::gridOf(const PlanProgress& plan,
                                        const std::vector<RunRecord>& records)
{
    Grid grid;
    std::set<CellKey> lines;
    std::set<int> workers;
    for (std::size_t i = 0; i < plan.runs.size(); ++i) {
        const PlannedRun& run = plan.runs[i];
        lines.insert(lineOf(run.cell));
        workers.insert(run.cell.workers);
        count(grid.cells[run.cell], run, plan.statuses[i]);
    }
    for (auto& [key, cell] : grid.cells)
        settle(cell);
    addRecords(grid.cells, records);
    if (plan.current) {
        GridCell& cell = grid.cells[plan.runs[*plan.current].cell];
        cell.state = GridState::Running;
        cell.warmingUp = plan.runs[*plan.current].warmup;
    }
    grid.workers.assign(workers.begin(), workers.end());
    grid.lines.assign(lines.begin(), lines.end());
    const Varying varying(lines);
    for (const CellKey& line : grid.lines)
        grid.titles.push_back(
            titleOf(*std::ranges::find(plan.runs, line,
                                       [](const PlannedRun& run) { return lineOf(run.cell); }),
                    varying));
    return grid;
}

void RunGridModel::setPlan(const PlanProgress& plan, const std::vector<RunRecord>& records)
{
    Grid grid = gridOf(plan, records);
    if (grid.lines != grid_.lines || grid.workers != grid_.workers || grid.titles != grid_.titles) {
        beginResetModel();
        grid_ = std::move(grid);
        endResetModel();
        return;
    }
    grid_ = std::move(grid);
    if (!grid_.lines.empty())
        emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

GridCell RunGridModel::cell(const QModelIndex& index) const
{
    if (!index.isValid()) return {};
    CellKey key = grid_.lines[static_cast<std::size_t>(index.row())];
    key.workers = grid_.workers[static_cast<std::size_t>(index.column())];
    const auto found = grid_.cells.find(key);
    return found == grid_.cells.end() ? GridCell() : found->second;
}

int RunGridModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(grid_.lines.size());
}

int RunGridModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(grid_.workers.size());
}

QVariant RunGridModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) return {};
    if (role == Qt::ToolTipRole || role == Qt::AccessibleTextRole) return sentence(index);
    if (role != Qt::DisplayRole) return {};
    const GridCell shown = cell(index);
    switch (shown.state) {
    case GridState::Absent:
        return QString();
    case GridState::Refused:
        return tr("n/a");
    default:
        return QStringLiteral("%1/%2").arg(shown.ended).arg(shown.planned);
    }
}

QString RunGridModel::sentence(const QModelIndex& index) const
{
    const GridCell shown = cell(index);
    QStringList parts;
    const auto progress = [&] {
        return tr("%1 of %2 repeats").arg(shown.ended).arg(shown.planned);
    };
    switch (shown.state) {
    case GridState::Absent:
        return tr("Not in this plan");
    case GridState::Queued:
        parts << tr("queued") << progress();
        break;
    case GridState::Running:
        parts << (shown.warmingUp ? tr("warming up") : tr("running")) << progress();
        break;
    case GridState::Begun:
    case GridState::Done:
        parts << progress() + QLatin1Char(' ') + tr("done");
        break;
    case GridState::Failed:
        parts << failureTitle(shown.failure) << progress() << windowWords(shown.reason);
        break;
    case GridState::Refused:
        parts << tr("not run") << windowWords(shown.reason);
        break;
    }
    if (shown.seconds) parts << tr("median so far %1").arg(durationText(Seconds(*shown.seconds)));
    if (shown.lastRun > 0) parts << tr("double-click or Return replays its last run");
    parts.removeAll(QString());
    const QString workers = workersText(grid_.workers[static_cast<std::size_t>(index.column())]);
    return QStringLiteral("%1, %2: %3")
        .arg(grid_.titles[static_cast<std::size_t>(index.row())], workers,
             parts.join(QStringLiteral("; ")));
}

QVariant RunGridModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    const auto place = static_cast<std::size_t>(section);
    if (orientation == Qt::Vertical)
        return role == Qt::DisplayRole || role == Qt::ToolTipRole ? grid_.titles[place]
                                                                  : QVariant();
    if (role == Qt::DisplayRole) return QString::number(grid_.workers[place]);
    if (role == Qt::ToolTipRole) return workersText(grid_.workers[place]);
    return {};
}

} // namespace spillway
