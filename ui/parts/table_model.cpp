#include "ui/parts/table_model.h"

#include "analysis/document_tables.h"
#include "work/text.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QSortFilterProxyModel>

#include <algorithm>

namespace spillway {

void TableModel::setTable(Table table)
{
    beginResetModel();
    table_ = std::move(table);
    endResetModel();
}

int TableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(table_.rows.size());
}

int TableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(table_.columns.size());
}

QVariant TableModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) return {};
    const auto column = static_cast<std::size_t>(index.column());
    const TableValue& value = table_.rows[static_cast<std::size_t>(index.row())][column];
    const bool isText = std::holds_alternative<std::string>(value);
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole:
        return text(shown(value, table_.columns[column]));
    case Qt::TextAlignmentRole:
        return int(isText ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter;
    case ValueRole:
        if (const auto* number = std::get_if<double>(&value)) return *number;
        if (const auto* count = std::get_if<std::int64_t>(&value)) return qlonglong(*count);
        return isText ? QVariant(text(std::get<std::string>(value))) : QVariant();
    default:
        return {};
    }
}

QVariant TableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Vertical) return role == Qt::DisplayRole ? section + 1 : QVariant();
    if (role == Qt::TextAlignmentRole && rowCount({}) > 0)
        return data(index(0, section), role); // above what it heads
    return role == Qt::DisplayRole ? text(table_.columns[static_cast<std::size_t>(section)].title)
                                   : QVariant();
}

namespace {

/// Shows rows that hold all of some words.
class WordFilter : public QSortFilterProxyModel {
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

    void setWords(const QString& words)
    {
        words_ = words.split(QLatin1Char(' '), Qt::SkipEmptyParts);
        invalidateFilter();
    }

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override
    {
        if (words_.isEmpty()) return true;
        QString all;
        for (int column = 0; column < sourceModel()->columnCount(parent); ++column)
            all += sourceModel()->index(row, column, parent).data().toString() + '\n';
        return std::ranges::all_of(
            words_, [&](const QString& word) { return all.contains(word, Qt::CaseInsensitive); });
    }

private:
    QStringList words_;
};

} // namespace

TableView::TableView(const QString& accessibleName, QWidget* parent)
    : QTableView(parent), model_(new TableModel(this))
{
    auto* sorted = new WordFilter(this);
    sorted->setSourceModel(model_);
    sorted->setSortRole(TableModel::ValueRole);
    setModel(sorted);
    setSortingEnabled(true);
    sortByColumn(-1, Qt::AscendingOrder); // as the analysis orders them, until a header is clicked
    setAccessibleName(accessibleName);
    setAlternatingRowColors(true);
    setShowGrid(false);
    setSelectionBehavior(SelectRows);
    setEditTriggers(NoEditTriggers);
    setTabKeyNavigation(false);
    setHorizontalScrollMode(ScrollPerPixel);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(26);
    horizontalHeader()->setHighlightSections(false);
    connect(selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this, sorted](const QModelIndex& index) {
                if (index.isValid()) emit rowSelected(sorted->mapToSource(index).row());
            });
    connect(this, &QTableView::activated, this, [this, sorted](const QModelIndex& index) {
        if (index.isValid()) emit rowActivated(sorted->mapToSource(index).row());
    });
}

void TableView::setTable(Table table)
{
    model_->setTable(std::move(table));
    resizeColumnsToContents();
}

void TableView::choose(int row)
{
    const auto* sorted = qobject_cast<QSortFilterProxyModel*>(model());
    setCurrentIndex(sorted->mapFromSource(model_->index(row, 0)));
}

void TableView::setFilter(const QString& words)
{
    static_cast<WordFilter*>(model())->setWords(words);
}

void TableView::copy()
{
    const QString words = selectionText();
    QGuiApplication::clipboard()->setText(words);
    emit copied(static_cast<int>(words.count('\n')) - 1);
}

QString TableView::selectionText() const
{
    const bool all = !selectionModel()->hasSelection();
    QStringList lines;
    QStringList cells;
    for (int c = 0; c < model()->columnCount(); ++c)
        cells << model()->headerData(c, Qt::Horizontal).toString();
    lines << cells.join('\t');
    for (int r = 0; r < model()->rowCount(); ++r) {
        if (!all && !selectionModel()->isRowSelected(r)) continue;
        cells.clear();
        for (int c = 0; c < model()->columnCount(); ++c)
            cells << model()->index(r, c).data().toString();
        lines << cells.join('\t');
    }
    return lines.join('\n') + '\n';
}

void TableView::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy)) {
        copy();
        return;
    }
    QTableView::keyPressEvent(event);
}

} // namespace spillway
