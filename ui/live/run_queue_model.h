#pragma once

#include "work/watched_run.h"

#include <QAbstractTableModel>

#include <optional>
#include <vector>

namespace spillway {

/// A run that has not started yet, and when it will.
struct QueuedRun {
    std::size_t position = 0;        ///< in the plan
    std::optional<Seconds> startsIn; ///< unknown until one run has ended
};

/// The rest of a plan.
struct PlanForecast {
    std::vector<QueuedRun> queue; ///< in the order in which they run
    std::optional<Seconds> left;  ///< until the plan ends
};

/// A run is expected to take the average of its cell's finished runs, or of all finished runs when
/// the cell has none. `currentElapsed`: how long the current run has taken so far.
PlanForecast forecast(const PlanProgress& plan, Seconds currentElapsed);
/// Time until the plan ends, which a time budget may make sooner.
std::optional<Seconds> leftUntilEnd(const PlanProgress& plan, const PlanForecast& forecast,
                                    Seconds now);

/// The queue as a list: what runs next, and when.
class RunQueueModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Run, StartsIn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;
    void setQueue(const PlanProgress& plan, const PlanForecast& forecast);

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
