#pragma once

#include "analysis/recommendation.h"
#include "ui/parts/remembered_splitter.h"
#include "ui/parts/table_model.h"

#include <optional>

namespace spillway {

/// The tables of the Compare page: the engines' standing, the cells, another session's cells beside
/// them, and every run. Activating a row shows its runs.
class ComparisonTables : public RememberedSplitter {
    Q_OBJECT
public:
    ComparisonTables();

    void setStanding(const Recommendation& recommendation);
    /// `beside`: this session's cells and another's, where there is one.
    void setCells(const Comparison& comparison, std::optional<Table> beside);
    void setRuns(const std::vector<RunRecord>& records);
    TableView* summary() const { return summary_; }

signals:
    void cellActivated(const spillway::CellKey& cell);
    /// `record` is the run's index among the records.
    void runActivated(std::size_t record);

private:
    TableView* standing_;
    TableView* beside_;
    TableView* summary_;
    TableView* runs_;
    Comparison comparison_; ///< of the summary
};

} // namespace spillway
