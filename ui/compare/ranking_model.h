#pragma once

#include "analysis/ranking.h"
#include "analysis/recommendation.h"
#include "charts/engine_styles.h"

#include <QAbstractTableModel>

#include <vector>

namespace spillway {

/// A ranking's rows with what the verdict says about each.
class RankingModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Engine, Time, Memory, Standing, Columns };

    struct Entry {
        RankingRow row;
        EngineStyle style;
        QString standing; ///< "1.4× (1.3–1.5) slower"
        bool leader = false;
    };

    using QAbstractTableModel::QAbstractTableModel;
    void set(const Comparison& comparison, const Recommendation& recommendation);
    const std::vector<Entry>& entries() const { return entries_; }
    /// The longest time that a bar shows, in seconds.
    double longest() const;
    /// The most memory that a bar shows.
    double most() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    static QString engineWords(const Entry& entry);
    /// "1.23 s (1.20–1.30)", how it failed, or why it was not run.
    static QString timeWords(const Entry& entry);
    /// "+ 2 s start-up"; empty where it is too short to matter.
    static QString startUpWords(const RankingRow& row);
    /// "1.2 GB spilled", or empty.
    static QString spilledWords(const RankingRow& row);
    /// The time with everything that belongs beside it.
    static QString timeInFull(const Entry& entry);

private:
    std::vector<Entry> entries_;
    TimeMeasure time_ = TimeMeasure::Work;
};

} // namespace spillway
