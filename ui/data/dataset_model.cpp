#include "ui/data/dataset_model.h"

#include "work/text.h"
#include "work/workbench.h"

#include <algorithm>

namespace spillway {

QString stateText(DatasetState state)
{
    switch (state) {
    case DatasetState::Checking:
        return DatasetModel::tr("Checking…");
    case DatasetState::Unchanged:
        return DatasetModel::tr("Verified ✓");
    case DatasetState::Touched:
        return DatasetModel::tr("Touched; the next run checks it");
    case DatasetState::Changed:
        return DatasetModel::tr("Changed since last run");
    case DatasetState::Missing:
        return DatasetModel::tr("File is missing");
    }
    return {};
}

DatasetModel::DatasetModel(Workbench& workbench, QObject* parent)
    : QAbstractListModel(parent), workbench_(workbench), rows_(rowsNow())
{
    connect(&workbench_, &Workbench::datasetsChanged, this, &DatasetModel::refresh);
}

int DatasetModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

QVariant DatasetModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Row& row = rows_[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return row.name;
    case Qt::ToolTipRole:
        return row.paths;
    case Qt::AccessibleTextRole:
        return QStringLiteral("%1, %2, %3").arg(row.name, row.detail, row.stateText);
    case DetailRole:
        return row.detail;
    case StateTextRole:
        return row.stateText;
    case StateRole:
        return row.state;
    case FingerprintRole:
        return row.fingerprint;
    default:
        return {};
    }
}

QHash<int, QByteArray> DatasetModel::roleNames() const
{
    auto names = QAbstractListModel::roleNames();
    names[DetailRole] = "detail";
    names[StateTextRole] = "stateText";
    names[StateRole] = "state";
    names[FingerprintRole] = "fingerprint";
    return names;
}

QModelIndex DatasetModel::indexOf(const QString& fingerprint) const
{
    const auto found = std::ranges::find(rows_, fingerprint, &Row::fingerprint);
    return found == rows_.end() ? QModelIndex() : index(static_cast<int>(found - rows_.begin()));
}

std::vector<DatasetModel::Row> DatasetModel::rowsNow() const
{
    std::vector<Row> rows;
    for (const Dataset& dataset : workbench_.datasets()) {
        QStringList paths;
        for (const auto& path : dataset.paths)
            paths << pathText(path);
        const QString count =
            dataset.rows ? tr("%1 rows").arg(countText(*dataset.rows)) : tr("rows not counted yet");
        const DatasetState state = workbench_.datasetState(dataset.fingerprint);
        rows.push_back({.name = text(dataset.name),
                        .detail = tr("%1 · %2").arg(bytesText(dataset.bytes), count),
                        .stateText = stateText(state),
                        .paths = paths.join(QLatin1Char('\n')),
                        .fingerprint = text(dataset.fingerprint),
                        .state = static_cast<int>(state)});
    }
    return rows;
}

void DatasetModel::refresh()
{
    auto next = rowsNow();
    const bool sameRows = std::ranges::equal(next, rows_, {}, &Row::fingerprint, &Row::fingerprint);
    if (!sameRows) {
        beginResetModel();
        rows_ = std::move(next);
        endResetModel();
        return;
    }
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        if (rows_[i] == next[i]) continue;
        rows_[i] = std::move(next[i]);
        const QModelIndex changed = index(static_cast<int>(i));
        emit dataChanged(changed, changed);
    }
}

} // namespace spillway
