#pragma once

#include "analysis/table.h"

#include <QAbstractTableModel>
#include <QTableView>

namespace spillway {

/// A Table from the analysis as an item model: shown as text, sorted by value.
class TableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    /// What a proxy sorts by: the number itself, not its text.
    static constexpr int ValueRole = Qt::UserRole;

    using QAbstractTableModel::QAbstractTableModel;
    void setTable(Table table);
    const Table& table() const { return table_; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    Table table_;
};

/// A sortable table whose selection is copied as tab-separated text with Ctrl+C.
class TableView : public QTableView {
    Q_OBJECT
public:
    explicit TableView(const QString& accessibleName, QWidget* parent = nullptr);
    void setTable(Table table);
    const Table& table() const { return model_->table(); }
    /// Makes `row` of table() the current one.
    void choose(int row);
    /// Shows only rows in which every word of `words` occurs, in whatever column and case.
    void setFilter(const QString& words);
    int shownRows() const { return model()->rowCount(); }
    /// Copies what selectionText() has.
    void copy();
    /// The selected cells, or all with headers when nothing is selected.
    QString selectionText() const;

signals:
    void copied(int rows);
    /// A row was activated with a double-click or Return; `row` indexes table().
    void rowActivated(int row);
    /// The current row moved there; `row` indexes table().
    void rowSelected(int row);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    TableModel* model_;
};

} // namespace spillway
