#pragma once

#include "base/error.h"
#include "charts/comparison_chart.h"

#include <QList>
#include <QScrollArea>

#include <optional>

class QGridLayout;

namespace spillway {

class ChartCard;

/// The chart cards of the Compare page: one per kind in two columns, or two sessions side by side
/// with one row per kind.
class ComparisonCharts : public QScrollArea {
    Q_OBJECT
public:
    /// What one session's charts show, and how.
    struct Side {
        Comparison comparison;
        ChartOptions options;
    };

    explicit ComparisonCharts(QWidget* parent = nullptr);

    void setSides(const QList<ChartKind>& kinds, Side own, std::optional<Side> beside);
    /// The open session's charts, in the order of the page.
    QList<ComparisonChartView*> views() const;

signals:
    /// A cell of the open session was selected in a chart or in the table behind it.
    void cellActivated(const spillway::CellKey& cell);
    /// The same for the other session.
    void besideActivated(const spillway::CellKey& cell);
    /// A chart was written to `path`, or not.
    void exported(const spillway::Result<void>& written, const QString& path);
    void copied(spillway::ChartKind kind);

private:
    void rebuild(const QList<ChartKind>& kinds);
    ChartCard* makeCard(ChartKind kind, bool own);
    void connectCells(ChartCard* card, bool own);
    const Side& sideOf(bool own) const { return own ? own_ : *beside_; }
    void enlarge(ChartKind kind, bool own);
    void copyChart(ChartKind kind, const Side& side);
    void exportChart(ChartKind kind, const Side& side);

    QGridLayout* grid_;
    QList<ChartCard*> cards_; ///< by kind; with two sessions, this and the other alternate
    Side own_;
    std::optional<Side> beside_;
};

} // namespace spillway
