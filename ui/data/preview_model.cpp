#include "ui/data/preview_model.h"

#include "work/text.h"

namespace spillway {

void PreviewModel::setGuess(SchemaGuess guess)
{
    beginResetModel();
    guess_ = std::move(guess);
    endResetModel();
}

int PreviewModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(guess_.preview.size());
}

int PreviewModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(guess_.schema.columns.size());
}

QVariant PreviewModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const auto& row = guess_.preview[static_cast<std::size_t>(index.row())];
    const auto column = static_cast<std::size_t>(index.column());
    if (role == Qt::DisplayRole || role == Qt::ToolTipRole)
        return column < row.size() ? text(row[column]) : QString();
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>(isNumber(guess_.schema.columns[column].type)
                                    ? Qt::AlignRight | Qt::AlignVCenter
                                    : Qt::AlignLeft | Qt::AlignVCenter);
    return {};
}

QVariant PreviewModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole || section < 0) return {};
    if (orientation == Qt::Vertical) return section + 1;
    if (section >= columnCount()) return {};
    return text(guess_.schema.columns[static_cast<std::size_t>(section)].name);
}

} // namespace spillway
