#pragma once

#include "data/schema_guess.h"

#include <QAbstractTableModel>

namespace spillway {

/// The first rows of a file as text, one column per field, with the type that each column is read
/// as.
class PreviewModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;

    void setGuess(SchemaGuess guess);
    void clear() { setGuess({}); }
    const Schema& schema() const { return guess_.schema; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    SchemaGuess guess_;
};

} // namespace spillway
