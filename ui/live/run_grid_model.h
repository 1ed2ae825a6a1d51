#pragma once

#include "work/watched_run.h"

#include <QAbstractTableModel>

#include <map>
#include <optional>
#include <vector>

namespace spillway {

enum class GridState { Absent, Queued, Running, Begun, Done, Failed, Refused };

/// One engine with one worker count in a plan, and the progress of its repeats.
struct GridCell {
    GridState state = GridState::Absent;
    int planned = 0;               ///< repeats, without warm-ups
    int ended = 0;                 ///< of those
    bool warmingUp = false;        ///< its warm-up is running now
    RunStatus failure{};           ///< Failed: how the last of them failed
    std::optional<double> seconds; ///< median of the timed part, over all successful repeats so far
    std::string reason;            ///< Failed or Refused: the engine's or the host's message
    std::int64_t lastRun = 0;      ///< its last stored run, 0: none
};

/// The grid engine × workers of the running plan, or of the last one: a row per line of the charts,
/// a column per worker count.
class RunGridModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;
    /// `records`: the session's runs, for medians and failures.
    void setPlan(const PlanProgress& plan, const std::vector<RunRecord>& records);

    GridCell cell(const QModelIndex& index) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    using Line = CellKey; ///< a cell's key with its workers set to 0
    struct Grid {
        std::vector<Line> lines;
        std::vector<QString> titles; ///< by line
        std::vector<int> workers;    ///< ascending
        std::map<CellKey, GridCell> cells;
    };
    static Grid gridOf(const PlanProgress& plan, const std::vector<RunRecord>& records);
    QString sentence(const QModelIndex& index) const;

    Grid grid_;
};

} // namespace spillway
