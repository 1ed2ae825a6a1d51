#pragma once

#include "analysis/ranking.h"
#include "analysis/recommendation.h"
#include "charts/engine_styles.h"

#include <QAbstractTableModel>
#include <QWidget>

#include <vector>

class QLabel;
class QTableView;

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

private:
    std::vector<Entry> entries_;
    TimeMeasure time_ = TimeMeasure::Work;
};

/// Which engine is fastest: a bar for each, its best worker count, with memory beside it; what did
/// not finish in its place with the cause.
class RankingView : public QWidget {
    Q_OBJECT
public:
    explicit RankingView(QWidget* parent = nullptr);

    void set(const Comparison& comparison, const Recommendation& recommendation);
    QTableView* table() const { return table_; }

signals:
    void cellActivated(const spillway::CellKey& cell);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void fit();

    RankingModel* model_;
    QTableView* table_;
    QLabel* note_;
};

} // namespace spillway
