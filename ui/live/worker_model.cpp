#include "ui/live/worker_model.h"

#include "work/text.h"

namespace spillway {
namespace {

QString valueText(const WorkerLoad& load, int column)
{
    const QString about = load.estimated ? QStringLiteral("≈ ") : QString();
    switch (column) {
    case WorkerModel::Tasks:
        return about + countText(load.tasks);
    case WorkerModel::Busy:
        return load.busy ? about + QStringLiteral("%1 %").arg(*load.busy * 100, 0, 'f', 0)
                         : QString();
    case WorkerModel::LastTask:
        return text(load.lastKind);
    default:
        return {};
    }
}

} // namespace

void WorkerModel::setLoads(std::vector<WorkerLoad> loads)
{
    if (loads == loads_) return;
    if (loads.size() != loads_.size()) {
        beginResetModel();
        loads_ = std::move(loads);
        endResetModel();
        return;
    }
    loads_ = std::move(loads);
    if (!loads_.empty())
        emit dataChanged(index(0, Tasks), index(rowCount() - 1, ColumnCount - 1),
                         {Qt::DisplayRole});
}

int WorkerModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(loads_.size());
}

int WorkerModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant WorkerModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) return {};
    const WorkerLoad& load = loads_[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return index.column() == Worker ? QString::number(index.row() + 1)
                                        : valueText(load, index.column());
    case Qt::TextAlignmentRole:
        return int(index.column() == LastTask ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter;
    case Qt::ToolTipRole:
        if (load.estimated && (index.column() == Tasks || index.column() == Busy))
            return tr("Estimated: with this many tasks only a sample is kept.");
        return {};
    default:
        return {};
    }
}

QVariant WorkerModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::ToolTipRole && section == Busy)
        return tr("Share of the time from the run's first task to its last");
    if (role == Qt::TextAlignmentRole)
        return int(section == LastTask ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter;
    if (role != Qt::DisplayRole) return {};
    switch (section) {
    case Worker:
        return tr("Worker");
    case Tasks:
        return tr("Tasks done");
    case Busy:
        return tr("Busy");
    default:
        return tr("Last task");
    }
}

} // namespace spillway
