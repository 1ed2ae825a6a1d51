#pragma once

#include "work/watched_run.h"

#include <QAbstractTableModel>

#include <optional>
#include <vector>

namespace spillway {

/// A run that has not begun yet, and when it will.
struct QueuedRun {
    std::size_t position = 0;        ///< in the plan
    std::optional<Seconds> startsIn; ///< unknown until one run has ended
};

/// What is left of a plan.
struct PlanForecast {
    std::vector<QueuedRun> queue; ///< in the order in which they run
    std::optional<Seconds> left;  ///< until the plan ends
};

/// A run is expected to take as long as its cell's ended runs on average, else as all of them.
/// `currentElapsed`: how long the run in progress has taken so far.
PlanForecast forecast(const PlanProgress& plan, Seconds currentElapsed);
/// What is left until its end, where a time budget may end it sooner.
std::optional<Seconds> leftUntilEnd(const PlanProgress& plan, const PlanForecast& forecast,
                                    Seconds now);

/// The queue as a list: what runs next, and in how long.
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
