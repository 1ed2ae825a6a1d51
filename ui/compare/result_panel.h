#pragma once

#include "protocol/run_record.h"
#include "workloads/result_checker.h"

#include <QWidget>

class QLabel;

namespace spillway {

class RowsView;

/// The rows of a run's result as a table; of a wrong one first the rows that differ, each above the
/// expected one.
class ResultPanel : public QWidget {
    Q_OBJECT
public:
    explicit ResultPanel(QWidget* parent = nullptr);

    /// `rows` of the run's result, wherever it keeps them.
    void show(const RunRecord& record, const ResultTable& rows);
    /// `found` and `expected` in pairs; `source` gave the expected ones.
    void showDifferences(const ResultTable& found, const ResultTable& expected,
                         const std::vector<RowDifference>& differences, const QString& source);
    void clear(const QString& words);

private:
    QLabel* differing_;
    RowsView* differences_;
    QLabel* count_;
    RowsView* rows_;
};

} // namespace spillway
