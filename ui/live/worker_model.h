#pragma once

#include "ui/live/live_series.h"

#include <QAbstractTableModel>

#include <vector>

namespace spillway {

/// What each worker of a run has done: tasks, busy share, kind of its last task. Rows stay in place
/// while their values change, so the selection is kept.
class WorkerModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Worker, Tasks, Busy, LastTask, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;
    void setLoads(std::vector<WorkerLoad> loads);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<WorkerLoad> loads_;
};

} // namespace spillway
