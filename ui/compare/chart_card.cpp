#include "ui/compare/chart_card.h"

#include "ui/parts/icons.h"
#include "ui/parts/table_model.h"
#include "ui/parts/theme.h"

#include <QHBoxLayout>
#include <QStackedLayout>
#include <QToolButton>

namespace spillway {
namespace {

QToolButton* cardButton(const QString& title, const QString& help)
{
    auto* button = new QToolButton;
    button->setText(title);
    button->setToolTip(help);
    button->setAccessibleName(help);
    button->setFocusPolicy(Qt::StrongFocus);
    setRole(button, "quiet");
    return button;
}

} // namespace

ChartCard::ChartCard(ChartKind kind, QWidget* parent)
    : QFrame(parent),
      view_(new ComparisonChartView(kind)),
      table_(new TableView(tr("Numbers of %1").arg(chartTitle(kind)))),
      stack_(new QStackedLayout),
      tableButton_(cardButton(tr("Table"), tr("Show the numbers of %1").arg(chartTitle(kind))))
{
    setRole(this, "card");
    view_->setAccessibleName(chartTitle(kind));
    view_->setAccessibleDescription(tr("Its numbers are in the table beside it."));
    tableButton_->setCheckable(true);
    auto* enlarge =
        cardButton(tr("Enlarge"), tr("Enlarge %1 (double-click)").arg(chartTitle(kind)));
    auto* copy = cardButton(tr("Copy"), tr("Copy %1 as an image").arg(chartTitle(kind)));
    auto* save = cardButton(tr("Export…"), tr("Export %1").arg(chartTitle(kind)));
    auto* buttons = new QHBoxLayout;
    buttons->setContentsMargins(0, 0, 0, 0);
    buttons->setSpacing(0);
    buttons->addStretch(1);
    for (QToolButton* button : {tableButton_, enlarge, copy, save})
        buttons->addWidget(button);
    stack_->addWidget(view_);
    stack_->addWidget(table_);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 4, 6, 6);
    layout->setSpacing(0);
    layout->addLayout(stack_, 1);
    layout->addLayout(buttons);
    connect(tableButton_, &QToolButton::toggled, this, &ChartCard::showTable);
    connect(enlarge, &QToolButton::clicked, this,
            [this, kind] { emit view_->enlargeRequested(kind); });
    connect(copy, &QToolButton::clicked, this, [this, kind] { emit copyRequested(kind); });
    connect(save, &QToolButton::clicked, this, [this, kind] { emit exportRequested(kind); });
    connect(view_, &ComparisonChartView::cellActivated, this, &ChartCard::cellActivated);
    connect(table_, &TableView::rowActivated, this,
            [this](int row) { emit cellActivated(cellOfRow(comparison_, std::size_t(row))); });
}

void ChartCard::setComparison(const Comparison& comparison, const ChartOptions& options)
{
    comparison_ = comparison;
    view_->setComparison(comparison, options);
    table_->setTable(chartTable(comparison, view_->kind()));
}

void ChartCard::showTable(bool shown)
{
    tableButton_->setChecked(shown);
    tableButton_->setText(shown ? tr("Chart") : tr("Table"));
    stack_->setCurrentIndex(shown ? 1 : 0);
}

} // namespace spillway
