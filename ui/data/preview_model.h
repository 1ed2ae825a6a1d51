#pragma once

#include "data/column_facts.h"
#include "data/schema_guess.h"

#include <QAbstractTableModel>

namespace spillway {

/// The first rows of a file as text, one column per field, with the type that each column is read
/// as. A row with more or fewer fields than there are columns is marked.
class PreviewModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;

    /// Of a header: what columnFactsText() says of the column, as a list of lines.
    static constexpr int FactsRole = Qt::UserRole;

    /// `facts` by column, or none.
    void setGuess(SchemaGuess guess, std::vector<ColumnFacts> facts = {});
    void clear() { setGuess({}); }
    const Schema& schema() const { return guess_.schema; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    bool isRagged(std::size_t row) const;

    SchemaGuess guess_;
    std::vector<ColumnFacts> facts_;
};

} // namespace spillway
