#pragma once

#include "charts/chart_model.h"
#include "charts/plot_frame.h"

namespace spillway {

/// Draws what Qt's line series cannot (error bars, broken lines, direct labels) in its place:
/// lines beside one another where engines share an x, intervals, repeats, set-up stems, markers,
/// reference lines, the strip of failed cells, and labels at the line ends (or, above six lines, a
/// legend). In a TradeOff chart also the frontier, and the worker count beside each point that has
/// room for it.
class ComparisonOverlay : public QGraphicsObject {
    Q_OBJECT
public:
    ComparisonOverlay(QChart& chart, PlotFrame& frame, ChartModel model, bool showRepeats);

    /// What is under the mouse.
    struct Hit {
        CellKey cell;
        QString text;
        QPointF position;
    };
    /// The point or failure mark nearest to `position` (the chart's coordinates), at most 14 pixels
    /// away.
    std::optional<Hit> hitAt(QPointF position) const;
    const ChartModel& model() const { return model_; }
    /// Marks the cell's point, its x and its value, or, where it has no point here, its x alone.
    void setCrosshair(std::optional<CellKey> cell);
    /// The point that the crosshair marks; nothing without one.
    std::optional<QPointF> crosshairPoint() const;
    /// Positions of the line labels, for tests that none overlap.
    std::vector<QRectF> labelRects() const;
    /// Positions of the worker counts beside a TradeOff chart's points, for the same tests.
    std::vector<QRectF> pointLabelRects() const;

    QRectF boundingRect() const override { return frame_.boundingRect(); }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) override;

private:
    struct PlacedLabel {
        std::size_t line = 0;
        QString text;
        QRectF rect;
        QPointF end;          ///< of the line
        bool leader = true;   ///< a thin line leads from the end to the label
        bool adjacent = true; ///< the line ends at the last worker count, beside its label
    };
    struct PlacedGlyph {
        std::size_t line = 0;
        const ChartFailure* failure = nullptr;
        QPointF centre;
        QString workers; ///< worker count, where the x axis does not show it
    };
    struct PointLabel {
        QString text;
        QRectF rect;
    };

    void layOut();
    void shiftPoints();
    void placeLabels();
    void placeGlyphs();
    void placeGlyphsInARow();
    void placePointLabels();
    double markerSize() const;
    QColor colour(const ChartLine& line) const;
    bool isHollow(const ChartLine& line) const;
    QPointF place(const ChartPoint& point) const;
    std::vector<QPointF> placesTaken(const ReferenceLine& except) const;
    QRectF titleRect(const ReferenceLine& reference, QSizeF size, double share, double side) const;
    QLineF clippedLine(const ReferenceLine& reference) const;
    QRectF uprightTitleRect(const ReferenceLine& reference, QSizeF size, double share,
                            double side) const;
    std::vector<const ChartPoint*> frontierPoints() const;
    QPolygonF frontierSteps() const;
    void paintFrontier(QPainter& painter) const;
    void paintPointLabels(QPainter& painter) const;
    void paintCurve(QPainter& painter, const ChartLine& line) const;
    void paintReferences(QPainter& painter) const;
    void paintReferenceTitle(QPainter& painter, const ReferenceLine& reference) const;
    void paintSpread(QPainter& painter, const ChartLine& line) const;
    void paintSetup(QPainter& painter, const ChartLine& line) const;
    static void paintCut(QPainter& painter, QPointF at);
    void paintLine(QPainter& painter, const ChartLine& line) const;
    void paintMarkers(QPainter& painter, const ChartLine& line) const;
    void paintCrosshair(QPainter& painter) const;
    void paintLabels(QPainter& painter) const;
    void paintStrip(QPainter& painter) const;
    void paintFailureKey(QPainter& painter) const;

    PlotFrame& frame_;
    ChartModel model_;
    bool showRepeats_;
    std::optional<CellKey> crosshair_;
    std::vector<PlacedLabel> labels_;
    std::vector<PlacedGlyph> glyphs_;
    std::vector<PointLabel> pointLabels_; ///< TradeOff
};

/// The label of a line: its title, and whether it is unsupported or did not finish.
QString labelText(const ChartLine& line);

} // namespace spillway
