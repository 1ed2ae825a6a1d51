#pragma once

#include "charts/comparison_chart.h"

#include <QFrame>

class QGraphicsOpacityEffect;
class QStackedLayout;
class QToolButton;

namespace spillway {

class TableView;

/// A card with one comparison chart; a button shows the numbers behind it. Its buttons stand over
/// the title's end while the mouse or the keyboard is on the card.
class ChartCard : public QFrame {
    Q_OBJECT
public:
    explicit ChartCard(ChartKind kind, QWidget* parent = nullptr);

    void setComparison(const Comparison& comparison, const ChartOptions& options);
    ComparisonChartView* view() const { return view_; }
    TableView* table() const { return table_; }
    /// Shows the numbers instead of the drawing.
    void showTable(bool shown);
    /// Marks a cell in the chart and in the table.
    void setCrosshair(const std::optional<CellKey>& cell);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

signals:
    void copyRequested(spillway::ChartKind kind);
    void exportRequested(spillway::ChartKind kind);
    /// A point was chosen, or its row in the table.
    void cellActivated(const spillway::CellKey& cell);
    /// The mouse is on a point or on none, or a row of the table was chosen.
    void cellHovered(const std::optional<spillway::CellKey>& cell);

private:
    QToolButton* addAction(const QString& icon, const QString& help);
    void showActions();

    ComparisonChartView* view_;
    TableView* table_;
    QStackedLayout* stack_;
    QWidget* actions_;
    QGraphicsOpacityEffect* opacity_;
    QToolButton* tableButton_;
    Comparison comparison_;
};

} // namespace spillway
