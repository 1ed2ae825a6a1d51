#pragma once

#include "charts/engine_styles.h"
#include "ui/live/race.h"

#include <QAbstractTableModel>

namespace spillway {

/// The rows of a race as a table: what a screen reader reads, and what RaceView draws.
class RaceModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Place, Engine, Time, Memory, Runs, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;
    /// Rows that only move keep their selection.
    void setRows(std::vector<RaceRow> rows, const EngineStyles& styles);

    const RaceRow& row(int position) const { return rows_[static_cast<std::size_t>(position)]; }
    const std::vector<RaceRow>& rows() const { return rows_; }
    const EngineStyle& style(int position) const
    {
        return styles_[static_cast<std::size_t>(position)];
    }
    /// Seconds at the end of the time axis: the longest time, but no more than 20 times the
    /// shortest, which would else be too short to see. Longer bars are cut.
    double reach() const { return reach_; }
    /// Bytes at the end of a memory bar.
    double mostBytes() const { return mostBytes_; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    static QString engineWords(const RaceRow& row);
    /// "0.77 s", "0.91 s warm-up", "58 %", "waiting", how it failed or why it is not run.
    static QString timeWords(const RaceRow& row);
    /// "1.10 GB · 300 MB spilled"; empty: not known.
    static QString memoryWords(const RaceRow& row);
    static QString spillWords(const RaceRow& row);
    /// "3/6"; empty where nothing can run.
    static QString runsWords(const RaceRow& row);
    /// The row in a sentence.
    static QString sentence(const RaceRow& row);

private:
    bool sameCells(const std::vector<RaceRow>& rows) const;
    void reorder(std::vector<RaceRow> rows, std::vector<EngineStyle> styles);
    void take(std::vector<RaceRow> rows, std::vector<EngineStyle> styles);

    std::vector<RaceRow> rows_;
    std::vector<EngineStyle> styles_; ///< by row
    double reach_ = 1;
    double mostBytes_ = 1;
};

} // namespace spillway
