#include "ui/compare/comparison_tables.h"

namespace spillway {

ComparisonTables::ComparisonTables()
    : RememberedSplitter(QStringLiteral("compare-tables"), Qt::Vertical, {110, 150, 170, 200}),
      standing_(new TableView(tr("Each engine against the fastest"))),
      beside_(new TableView(tr("Cells of both sessions"))),
      summary_(new TableView(tr("Summary of the cells"))),
      runs_(new TableView(tr("All runs")))
{
    for (TableView* table : {standing_, beside_, summary_, runs_})
        addWidget(table);
    beside_->hide();
    reset();
    connect(summary_, &TableView::rowActivated, this,
            [this](int row) { emit cellActivated(cellOfRow(comparison_, std::size_t(row))); });
    connect(runs_, &TableView::rowActivated, this,
            [this](int row) { emit runActivated(std::size_t(row)); });
}

void ComparisonTables::setStanding(const Recommendation& recommendation)
{
    standing_->setTable(recommendationTable(recommendation));
}

void ComparisonTables::setCells(const Comparison& comparison, std::optional<Table> beside)
{
    comparison_ = comparison;
    summary_->setTable(summaryTable(comparison));
    beside_->setVisible(beside.has_value());
    if (beside) beside_->setTable(std::move(*beside));
}

void ComparisonTables::setRuns(const std::vector<RunRecord>& records)
{
    runs_->setTable(runsTable(records));
}

} // namespace spillway
