#pragma once

#include "analysis/limit_ladder.h"
#include "charts/engine_styles.h"

#include <QAbstractTableModel>

#include <optional>
#include <vector>

namespace spillway {

/// A ladder of memory limits as a table: a row for each engine, a column for each limit with the
/// time, what was spilled and how it failed.
class MemoryModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;

    /// `chosen`: the step whose column is marked.
    void set(const LimitLadder& ladder, const Comparison& comparison, std::size_t chosen);
    /// Its columns after the engine's.
    const std::vector<std::optional<Bytes>>& limits() const { return limits_; }
    /// The cell behind a place of the table; nothing where nothing was run.
    std::optional<CellKey> cellAt(const QModelIndex& index) const;
    /// How many of the engines that can be deployed survive a step, of how many that were run.
    std::pair<int, int> survivorsAt(std::size_t step) const;
    /// Of a step: "no limit", "500 MB".
    QString limitWords(std::size_t step) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QVariant engineData(const LadderRow& row, int role) const;
    QVariant stepData(const LadderRow& row, std::size_t step, int role) const;

    std::vector<LadderRow> rows_;
    std::vector<std::optional<Bytes>> limits_;
    std::vector<EngineStyle> styles_; ///< by row
    std::size_t chosen_ = 0;
};

} // namespace spillway
