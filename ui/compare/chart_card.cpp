#include "ui/compare/chart_card.h"

#include "ui/parts/icons.h"
#include "ui/parts/table_model.h"
#include "ui/parts/theme.h"

#include <QApplication>
#include <QGraphicsOpacityEffect>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QStackedLayout>
#include <QToolButton>

namespace spillway {

ChartCard::ChartCard(ChartKind kind, QWidget* parent)
    : QFrame(parent),
      view_(new ComparisonChartView(kind)),
      table_(new TableView(tr("Numbers of %1").arg(chartTitle(kind)))),
      stack_(new QStackedLayout),
      actions_(new QWidget(this)),
      opacity_(new QGraphicsOpacityEffect(actions_))
{
    setRole(this, "card");
    view_->setAccessibleName(chartTitle(kind));
    view_->setAccessibleDescription(tr("Its numbers are in the table beside it."));
    setRole(actions_, "actions");
    auto* row = new QHBoxLayout(actions_);
    row->setContentsMargins({});
    row->setSpacing(0);
    tableButton_ =
        addAction(QStringLiteral("table"), tr("Show the numbers of %1").arg(chartTitle(kind)));
    tableButton_->setCheckable(true);
    auto* enlarge =
        addAction(QStringLiteral("enlarge"), tr("Enlarge %1 (double-click)").arg(chartTitle(kind)));
    auto* copy = addAction(QStringLiteral("copy"), tr("Copy %1 as an image").arg(chartTitle(kind)));
    auto* save = addAction(QStringLiteral("export"), tr("Export %1").arg(chartTitle(kind)));
    actions_->setGraphicsEffect(opacity_);
    stack_->addWidget(view_);
    stack_->addWidget(table_);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 4, 6, 6);
    layout->addLayout(stack_, 1);
    connect(tableButton_, &QToolButton::toggled, this, &ChartCard::showTable);
    connect(enlarge, &QToolButton::clicked, this,
            [this, kind] { emit view_->enlargeRequested(kind); });
    connect(copy, &QToolButton::clicked, this, [this, kind] { emit copyRequested(kind); });
    connect(save, &QToolButton::clicked, this, [this, kind] { emit exportRequested(kind); });
    connect(view_, &ComparisonChartView::cellActivated, this, &ChartCard::cellActivated);
    connect(table_, &TableView::rowActivated, this,
            [this](int place) { emit cellActivated(cellOfRow(comparison_, std::size_t(place))); });
    connect(view_, &ComparisonChartView::cellHovered, this, &ChartCard::cellHovered);
    connect(table_, &TableView::rowSelected, this,
            [this](int place) { emit cellHovered(cellOfRow(comparison_, std::size_t(place))); });
    connect(qApp, &QApplication::focusChanged, this, &ChartCard::showActions);
    showActions();
}

QToolButton* ChartCard::addAction(const QString& icon, const QString& help)
{
    auto* button = new QToolButton(actions_);
    button->setIcon(lineIcon(icon));
    button->setToolTip(help);
    button->setAccessibleName(help);
    button->setFocusPolicy(Qt::StrongFocus);
    setRole(button, "quiet");
    actions_->layout()->addWidget(button);
    return button;
}

/// Unseen they still take the keyboard's focus, which makes them seen.
void ChartCard::showActions()
{
    const bool seen =
        underMouse() || isAncestorOf(QApplication::focusWidget()) || tableButton_->isChecked();
    opacity_->setOpacity(seen ? 1 : 0);
}

void ChartCard::resizeEvent(QResizeEvent* event)
{
    QFrame::resizeEvent(event);
    actions_->adjustSize();
    actions_->move(width() - actions_->width() - 6, 4);
    actions_->raise();
}

void ChartCard::enterEvent(QEnterEvent* event)
{
    QFrame::enterEvent(event);
    showActions();
}

void ChartCard::leaveEvent(QEvent* event)
{
    QFrame::leaveEvent(event);
    showActions();
}

void ChartCard::setComparison(const Comparison& comparison, const ChartOptions& options)
{
    comparison_ = comparison;
    view_->setComparison(comparison, options);
    table_->setTable(chartTable(comparison, view_->kind()));
}

void ChartCard::setCrosshair(const std::optional<CellKey>& cell)
{
    view_->setCrosshair(cell);
    if (!cell || !tableButton_->isChecked()) return;
    const QSignalBlocker quiet(table_);
    for (std::size_t row = 0; row < table_->table().rows.size(); ++row)
        if (cellOfRow(comparison_, row) == *cell) table_->choose(static_cast<int>(row));
}

void ChartCard::showTable(bool shown)
{
    tableButton_->setChecked(shown);
    tableButton_->setToolTip(shown ? tr("Show the chart") : tableButton_->accessibleName());
    stack_->setCurrentIndex(shown ? 1 : 0);
    // The buttons stand over the header of the table.
    layout()->setContentsMargins(6, shown ? actions_->height() + 6 : 4, 6, 6);
    showActions();
}

} // namespace spillway
