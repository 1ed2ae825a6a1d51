#pragma once

#include "workloads/result_table.h"

#include <QAbstractTableModel>
#include <QTableView>

#include <optional>
#include <set>
#include <utility>

namespace spillway {

/// The rows of a result. A missing value is the word "null" in italics and muted, so that it is not
/// taken for a text.
class RowsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    /// What a proxy sorts by; invalid for a missing value.
    static constexpr int ValueRole = Qt::UserRole;
    /// A cell to be copied: numbers with all their digits, nothing for a missing value.
    static constexpr int CopyRole = Qt::UserRole + 1;

    using QAbstractTableModel::QAbstractTableModel;
    void setRows(ResultTable rows);
    const ResultTable& rows() const { return rows_; }
    /// Cells, by row and column, that are drawn as wrong ones.
    void mark(std::set<std::pair<int, int>> cells);
    /// Words before each row in place of its number.
    void setRowTitles(QStringList titles);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    ResultTable rows_;
    std::set<std::pair<int, int>> marked_;
    QStringList titles_;
};

/// A sortable table of rows, nulls last in either direction. Ctrl+C copies the selected cells with
/// the names of their columns as tab-separated text, the context menu as CSV, too.
class RowsView : public QTableView {
    Q_OBJECT
public:
    explicit RowsView(const QString& accessibleName, QWidget* parent = nullptr);
    /// In their order, until a header is clicked.
    void setRows(ResultTable rows);
    RowsModel& rowsModel() { return *rows_; }
    const RowsModel& rowsModel() const { return *rows_; }
    /// The selected cells, all when nothing is selected, below the names of their columns; a single
    /// cell stands alone. A cell is in quotes where the separator, a quote or a line break is in
    /// it, and an empty text, so that it is no null.
    QString selectionText(QChar separator) const;

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    RowsModel* rows_;
};

/// As a cell is shown: whole numbers without separators, since they may be names; nothing for a
/// missing value.
std::optional<QString> shownCell(const ResultColumn& column, std::size_t row);

} // namespace spillway
