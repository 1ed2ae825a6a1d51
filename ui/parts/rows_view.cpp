#include "ui/parts/rows_view.h"

#include "ui/parts/theme.h"
#include "work/text.h"

#include <fmt/format.h>

#include <QClipboard>
#include <QContextMenuEvent>
#include <QFont>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QSortFilterProxyModel>

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

/// Significant digits of a number that is shown; all of them are copied.
constexpr int shownDigits = 12;
/// A longer text is shown by its beginning, and whole as the tool tip.
constexpr int shownLetters = 200;
constexpr int widestColumn = 280;

const std::string* textOf(const ResultColumn& column, std::size_t row)
{
    const auto* texts = std::get_if<std::vector<std::string>>(&column.values);
    return texts ? &(*texts)[row] : nullptr;
}

bool isNumeric(const ResultColumn& column)
{
    return column.meaning != ResultMeaning::Bool &&
           !std::holds_alternative<std::vector<std::string>>(column.values);
}

QString exactText(const ResultColumn& column, std::size_t row)
{
    if (const auto* numbers = std::get_if<std::vector<double>>(&column.values))
        return text(fmt::format("{}", (*numbers)[row]));
    return shownCell(column, row).value_or(QString());
}

QVariant sortValue(const ResultColumn& column, std::size_t row)
{
    if (column.isMissing(row)) return {};
    if (const auto* numbers = std::get_if<std::vector<double>>(&column.values))
        return (*numbers)[row];
    if (const auto* counts = std::get_if<std::vector<std::int64_t>>(&column.values))
        return qlonglong((*counts)[row]);
    return text(*textOf(column, row));
}

/// Nulls last, whatever the direction; texts by their code points, as queries compare them.
class SortedRows : public QSortFilterProxyModel {
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

protected:
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override
    {
        const QVariant a = left.data(RowsModel::ValueRole);
        const QVariant b = right.data(RowsModel::ValueRole);
        if (a.isValid() != b.isValid()) return (sortOrder() == Qt::AscendingOrder) == a.isValid();
        if (a.userType() == QMetaType::QString)
            return a.toString().toUcs4() < b.toString().toUcs4();
        return QSortFilterProxyModel::lessThan(left, right);
    }
};

QString quotedCell(const QString& cell, bool isNull, QChar separator)
{
    const bool plain =
        isNull || (!cell.isEmpty() && !cell.contains(separator) && !cell.contains('"') &&
                   !cell.contains('\n') && !cell.contains('\r'));
    if (plain) return cell;
    return '"' + QString(cell).replace('"', QStringLiteral("\"\"")) + '"';
}

} // namespace

std::optional<QString> shownCell(const ResultColumn& column, std::size_t row)
{
    if (column.isMissing(row)) return std::nullopt;
    if (const auto* found = textOf(column, row)) {
        QString words = text(*found);
        // "2024-02-29T12:30:00" as people write it.
        if (column.meaning == ResultMeaning::Timestamp) words.replace('T', ' ');
        return words;
    }
    if (const auto* counts = std::get_if<std::vector<std::int64_t>>(&column.values)) {
        if (column.meaning == ResultMeaning::Bool)
            return (*counts)[row] != 0 ? QStringLiteral("true") : QStringLiteral("false");
        return QString::number((*counts)[row]);
    }
    return QString::number(std::get<std::vector<double>>(column.values)[row], 'g', shownDigits);
}

void RowsModel::setRows(ResultTable rows)
{
    beginResetModel();
    rows_ = std::move(rows);
    marked_.clear();
    titles_.clear();
    endResetModel();
}

void RowsModel::mark(std::set<std::pair<int, int>> cells)
{
    beginResetModel();
    marked_ = std::move(cells);
    endResetModel();
}

void RowsModel::setRowTitles(QStringList titles)
{
    titles_ = std::move(titles);
    if (!titles_.isEmpty())
        emit headerDataChanged(Qt::Vertical, 0, static_cast<int>(titles_.size()) - 1);
}

int RowsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(rows_.rows());
}

int RowsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(rows_.columns.size());
}

QVariant RowsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) return {};
    const ResultColumn& column = rows_.columns[static_cast<std::size_t>(index.column())];
    const auto row = static_cast<std::size_t>(index.row());
    const bool missing = column.isMissing(row);
    const bool marked = marked_.contains({index.row(), index.column()});
    switch (role) {
    case Qt::DisplayRole: {
        QString shown = missing ? tr("null") : *shownCell(column, row);
        if (shown.size() > shownLetters) shown = shown.left(shownLetters) + QChar(0x2026);
        return shown.replace('\n', QChar(0x21B5)).remove('\r');
    }
    case Qt::ToolTipRole:
        return missing ? tr("null: a missing value") : exactText(column, row);
    case Qt::AccessibleTextRole:
        return missing ? tr("null") : *shownCell(column, row);
    case Qt::TextAlignmentRole:
        return int(isNumeric(column) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter;
    case Qt::FontRole:
        if (missing || marked) {
            QFont font;
            font.setItalic(missing);
            font.setBold(marked);
            return font;
        }
        return {};
    case Qt::ForegroundRole:
        if (marked) return themeColors(QGuiApplication::palette()).danger;
        return missing ? QVariant(themeColors(QGuiApplication::palette()).muted) : QVariant();
    case ValueRole:
        return sortValue(column, row);
    case CopyRole:
        return missing ? QVariant() : exactText(column, row);
    default:
        return {};
    }
}

QVariant RowsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Vertical) {
        if (role != Qt::DisplayRole) return {};
        return section < titles_.size() ? QVariant(titles_[section]) : QVariant(section + 1);
    }
    const ResultColumn& column = rows_.columns[static_cast<std::size_t>(section)];
    switch (role) {
    case Qt::DisplayRole:
        return text(column.name);
    case Qt::ToolTipRole:
        return tr("%1, %2").arg(text(column.name), text(typeName(column)));
    case Qt::TextAlignmentRole:
        return int(isNumeric(column) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter;
    default:
        return {};
    }
}

RowsView::RowsView(const QString& accessibleName, QWidget* parent)
    : QTableView(parent), rows_(new RowsModel(this))
{
    auto* sorted = new SortedRows(this);
    sorted->setSourceModel(rows_);
    sorted->setSortRole(RowsModel::ValueRole);
    setModel(sorted);
    setSortingEnabled(true);
    sortByColumn(-1, Qt::AscendingOrder);
    setAccessibleName(accessibleName);
    setToolTip(tr("Click a column's name to sort by it. Ctrl+C copies the selection."));
    setAlternatingRowColors(true);
    setShowGrid(false);
    setSelectionMode(ExtendedSelection);
    setEditTriggers(NoEditTriggers);
    setTabKeyNavigation(false);
    setWordWrap(false);
    setHorizontalScrollMode(ScrollPerPixel);
    verticalHeader()->setDefaultSectionSize(22);
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setMaximumSectionSize(4 * widestColumn);
}

void RowsView::setRows(ResultTable rows)
{
    sortByColumn(-1, Qt::AscendingOrder);
    rows_->setRows(std::move(rows));
    resizeColumnsToContents();
    for (int column = 0; column < rows_->columnCount(); ++column)
        setColumnWidth(column, std::min(columnWidth(column), widestColumn));
}

QString RowsView::selectionText(QChar separator) const
{
    const QAbstractItemModel& shown = *model();
    const auto* selection = selectionModel();
    const bool all = !selection->hasSelection();
    std::set<int> rows;
    std::set<int> columns;
    for (const QModelIndex& index : selection->selectedIndexes()) {
        rows.insert(index.row());
        columns.insert(index.column());
    }
    for (int row = 0; all && row < shown.rowCount(); ++row)
        rows.insert(row);
    for (int column = 0; all && column < shown.columnCount(); ++column)
        columns.insert(column);
    QStringList lines;
    QStringList cells;
    for (const int column : columns)
        cells << quotedCell(shown.headerData(column, Qt::Horizontal).toString(), false, separator);
    if (rows.size() * columns.size() > 1) lines << cells.join(separator);
    for (const int row : rows) {
        cells.clear();
        for (const int column : columns) {
            const QModelIndex index = shown.index(row, column);
            const bool taken = all || selection->isSelected(index);
            const QVariant cell = taken ? index.data(RowsModel::CopyRole) : QVariant();
            cells << quotedCell(cell.toString(), !cell.isValid(), separator);
        }
        lines << cells.join(separator);
    }
    return rows.size() * columns.size() == 1 ? lines.join(QString()) : lines.join('\n') + '\n';
}

void RowsView::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy))
        QGuiApplication::clipboard()->setText(selectionText('\t'));
    else
        QTableView::keyPressEvent(event);
}

void RowsView::contextMenuEvent(QContextMenuEvent* event)
{
    QMenu menu(this);
    menu.addAction(tr("Copy"), this,
                   [this] { QGuiApplication::clipboard()->setText(selectionText('\t')); });
    menu.addAction(tr("Copy as CSV"), this,
                   [this] { QGuiApplication::clipboard()->setText(selectionText(',')); });
    menu.addAction(tr("Select all"), this, &QTableView::selectAll);
    menu.exec(event->globalPos());
}

} // namespace spillway
