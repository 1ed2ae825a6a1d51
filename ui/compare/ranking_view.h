#pragma once

#include "ui/compare/ranking_model.h"

#include <QWidget>

#include <optional>

class QLabel;
class QTableView;

namespace spillway {

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
    /// The current row moved to it.
    void cellSelected(const spillway::CellKey& cell);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void fit();
    std::optional<CellKey> cellOf(const QModelIndex& index) const;

    RankingModel* model_;
    QTableView* table_;
    QLabel* note_;
};

} // namespace spillway
