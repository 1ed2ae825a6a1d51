#pragma once

#include "analysis/comparison.h"
#include "ui/compare/comparison_charts.h"

#include <QWidget>

#include <functional>

class QLabel;
class QSlider;
class QTableView;

namespace spillway {

class CutLabel;
class MemoryModel;

/// How small can one go, and with whom: a slider over the memory limits that were tried, who
/// survives each of them with its time and what it spilled, and time against memory.
class MemoryView : public QWidget {
    Q_OBJECT
public:
    explicit MemoryView(QWidget* parent = nullptr);

    /// `current` is one of `all`; lines that `isShown` denies are left out of the table.
    void set(const Comparison& current, const std::vector<Comparison>& all,
             const std::function<bool(const QString&)>& isShown);
    ComparisonCharts* charts() const { return charts_; }
    QTableView* table() const { return table_; }
    QSlider* slider() const { return slider_; }

signals:
    /// The comparison with another limit is asked for; its place in `all`.
    void chosen(int index);
    void cellActivated(const spillway::CellKey& cell);
    void cellSelected(const spillway::CellKey& cell);

private:
    void fitTable();
    void sayWhoSurvives(std::size_t step);

    MemoryModel* model_;
    CutLabel* answer_;
    QWidget* limits_; ///< slider and its ends
    QSlider* slider_;
    QLabel* most_;
    QLabel* least_;
    QTableView* table_;
    ComparisonCharts* charts_;
    std::vector<int> places_; ///< in `all`, by step
};

} // namespace spillway
