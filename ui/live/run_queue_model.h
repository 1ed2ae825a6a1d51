#pragma once

#include "work/plan_forecast.h"

#include <QAbstractTableModel>

#include <optional>
#include <vector>

namespace spillway {

/// The queue as a list: what runs next, and when.
class RunQueueModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Run, StartsIn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;
    /// `running`: otherwise nothing of it starts, and no time is told.
    void setQueue(const PlanProgress& plan, const PlanForecast& forecast, bool running = true);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        std::size_t position = 0;
        QString run;
        QString startsIn;
    };
    std::vector<Row> rows_;
};

} // namespace spillway
