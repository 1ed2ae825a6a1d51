#include "ui/compare/comparison_tables.h"

#include "ui/parts/form_parts.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QTabWidget>
#include <QVBoxLayout>

namespace spillway {

ComparisonTables::ComparisonTables()
    : filter_(new QLineEdit),
      count_(mutedLabel({})),
      tabs_(new QTabWidget),
      summary_(new TableView(tr("Summary of the cells"))),
      runs_(new TableView(tr("All runs"))),
      beside_(new TableView(tr("Cells of both sessions")))
{
    filter_->setPlaceholderText(tr("Filter: polars 2"));
    filter_->setAccessibleName(tr("Filter of the table"));
    filter_->setToolTip(tr("Rows in which all of these words occur"));
    filter_->setClearButtonEnabled(true);
    filter_->setFixedWidth(260);
    auto* corner = new QWidget;
    auto* inCorner = new QHBoxLayout(corner);
    inCorner->setContentsMargins(0, 0, 0, 4);
    inCorner->addWidget(count_);
    inCorner->addWidget(filter_);
    tabs_->setCornerWidget(corner);
    tabs_->addTab(summary_, tr("Cells"));
    tabs_->addTab(runs_, tr("Runs"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(tabs_);
    connect(filter_, &QLineEdit::textChanged, this, &ComparisonTables::filter);
    connect(tabs_, &QTabWidget::currentChanged, this, &ComparisonTables::filter);
    for (TableView* table : {summary_, runs_, beside_})
        connect(table, &TableView::copied, this, &ComparisonTables::copied);
    connect(summary_, &TableView::rowActivated, this,
            [this](int row) { emit cellActivated(cellOfRow(comparison_, std::size_t(row))); });
    connect(runs_, &TableView::rowActivated, this,
            [this](int row) { emit runActivated(runIds_[std::size_t(row)]); });
    connect(summary_, &TableView::rowSelected, this,
            [this](int row) { emit cellSelected(cellOfRow(comparison_, std::size_t(row))); });
    connect(runs_, &TableView::rowSelected, this,
            [this](int row) { emit runSelected(runIds_[std::size_t(row)]); });
    beside_->setParent(this);
    beside_->hide();
}

void ComparisonTables::setCells(const Comparison& comparison, std::optional<Table> beside)
{
    comparison_ = comparison;
    summary_->setTable(summaryTable(comparison));
    const int place = tabs_->indexOf(beside_);
    if (beside) {
        beside_->setTable(std::move(*beside));
        if (place < 0) tabs_->setCurrentIndex(tabs_->addTab(beside_, tr("Both sessions")));
    } else if (place >= 0) {
        tabs_->removeTab(place);
        beside_->setParent(this);
        beside_->hide();
    }
    filter();
}

void ComparisonTables::setRuns(const std::vector<RunRecord>& records)
{
    runIds_.clear();
    for (const RunRecord& record : records)
        runIds_.push_back(record.id);
    runs_->setTable(runsTable(records));
    filter();
}

TableView* ComparisonTables::current() const
{
    return qobject_cast<TableView*>(tabs_->currentWidget());
}

void ComparisonTables::filter()
{
    for (TableView* table : {summary_, runs_, beside_})
        table->setFilter(filter_->text());
    if (!current()) return;
    const auto all = static_cast<int>(current()->table().rows.size());
    const int shown = current()->shownRows();
    count_->setText(shown == all ? tr("%1 rows").arg(all)
                                 : tr("%1 of %2 rows").arg(shown).arg(all));
}

} // namespace spillway
