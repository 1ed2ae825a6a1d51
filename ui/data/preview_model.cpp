#include "ui/data/preview_model.h"

#include "ui/data/column_words.h"
#include "ui/parts/theme.h"
#include "work/text.h"

#include <QGuiApplication>

namespace spillway {

void PreviewModel::setGuess(SchemaGuess guess, std::vector<ColumnFacts> facts)
{
    beginResetModel();
    guess_ = std::move(guess);
    facts_ = std::move(facts);
    endResetModel();
}

bool PreviewModel::isRagged(std::size_t row) const
{
    return guess_.preview[row].size() != guess_.schema.columns.size();
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
    const auto place = static_cast<std::size_t>(index.row());
    const auto& row = guess_.preview[place];
    const auto column = static_cast<std::size_t>(index.column());
    const std::size_t columns = guess_.schema.columns.size();
    switch (role) {
    case Qt::DisplayRole:
        if (column >= row.size()) return QStringLiteral("∅");
        // What has no column of its own stands behind the last one.
        if (column + 1 == columns && row.size() > columns) {
            QStringList rest;
            for (std::size_t i = column; i < row.size(); ++i)
                rest << text(row[i]);
            return rest.join(QStringLiteral(" ⟂ "));
        }
        return text(row[column]);
    case Qt::ToolTipRole:
        if (isRagged(place)) return tr("%1 fields, %2 expected").arg(row.size()).arg(columns);
        return column < row.size() ? text(row[column]) : QString();
    case Qt::BackgroundRole:
        if (isRagged(place)) return themeColors(qGuiApp->palette()).warningSoft;
        return {};
    case Qt::TextAlignmentRole:
        return static_cast<int>(isNumber(guess_.schema.columns[column].type)
                                    ? Qt::AlignRight | Qt::AlignVCenter
                                    : Qt::AlignLeft | Qt::AlignVCenter);
    default:
        return {};
    }
}

QVariant PreviewModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (section < 0) return {};
    const auto place = static_cast<std::size_t>(section);
    if (orientation == Qt::Vertical) {
        if (role != Qt::DisplayRole || section >= rowCount()) return {};
        return isRagged(place) ? QStringLiteral("⚠ %1").arg(section + 1)
                               : QString::number(section + 1);
    }
    if (section >= columnCount()) return {};
    if (role == Qt::DisplayRole) return text(guess_.schema.columns[place].name);
    if (role == FactsRole && place < facts_.size()) return columnFactsText(facts_[place]);
    return {};
}

} // namespace spillway
