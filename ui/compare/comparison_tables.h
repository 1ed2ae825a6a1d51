#pragma once

#include "analysis/comparison.h"
#include "ui/parts/table_model.h"

#include <QWidget>

#include <optional>

class QLabel;
class QLineEdit;
class QTabWidget;

namespace spillway {

/// The table of the Compare page: the cells, every run on its second tab, and another session's
/// cells beside these on a third. One filter for all of them. Activating a row shows its runs.
class ComparisonTables : public QWidget {
    Q_OBJECT
public:
    ComparisonTables();

    /// `beside`: this session's cells and another's, where there is one.
    void setCells(const Comparison& comparison, std::optional<Table> beside);
    void setRuns(const std::vector<RunRecord>& records);
    /// The chosen rows of the table on show, or all that the filter leaves.
    void copyShown() { current()->copy(); }

signals:
    void cellActivated(const spillway::CellKey& cell);
    void runActivated(qint64 runId);
    void cellSelected(const spillway::CellKey& cell);
    void runSelected(qint64 runId);
    void copied(int rows);

private:
    TableView* current() const;
    void filter();

    QLineEdit* filter_;
    QLabel* count_;
    QTabWidget* tabs_;
    TableView* summary_;
    TableView* runs_;
    TableView* beside_;
    Comparison comparison_;            ///< of the summary
    std::vector<std::int64_t> runIds_; ///< a row of `runs_` each
};

} // namespace spillway
