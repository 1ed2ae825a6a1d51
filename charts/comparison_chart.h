#pragma once

#include "analysis/comparison.h"
#include "analysis/table.h"
#include "charts/chart_spec.h"
#include "charts/chart_style.h"

#include <QChartView>

#include <memory>
#include <optional>

namespace spillway {

struct ChartOptions {
    ChartTheme theme = ChartTheme::light();
    int usableCores = 1; ///< shaded beyond
    bool showRepeats = true;
    std::optional<bool> logarithmic; ///< nothing: chosen from the data's range
    PublishedForms published;        ///< also the paper's curves, in these forms
    /// Runtime and memory as multiples of the least that a deployable engine needed; without the
    /// paper's curves, which come from another machine.
    bool ratios = false;
    QString methods; ///< how the figures were obtained, for the metadata of files
    QString subject; ///< after the title: whose runs these are when two sessions are shown together
    /// The axes also cover these values, so that two charts can be read side by side.
    std::shared_ptr<const Comparison> sameScaleAs;
};

/// A chart for one comparison; the caller owns it (a QChartView takes it over).
QChart* makeComparisonChart(const Comparison& comparison, ChartKind kind,
                            const ChartOptions& options);
/// "Runtime · orders.csv": for the metadata of a file.
QString chartFileTitle(const Comparison& comparison, ChartKind kind);
/// The numbers behind that chart, for the table beside it.
Table chartTable(const Comparison& comparison, ChartKind kind);

/// Shows one comparison chart; hovering shows a point's values, a click selects it.
class ComparisonChartView : public QChartView {
    Q_OBJECT
public:
    explicit ComparisonChartView(ChartKind kind, QWidget* parent = nullptr);
    void setComparison(const Comparison& comparison, const ChartOptions& options);
    /// Shows `message` instead of a chart.
    void clear(const QString& message);
    ChartKind kind() const { return kind_; }
    /// Marks a cell's point; charts that are seen together mark the same one.
    void setCrosshair(const std::optional<CellKey>& cell);

signals:
    /// The mouse came to a point, or left it.
    void cellHovered(const std::optional<spillway::CellKey>& cell);
    void cellActivated(const spillway::CellKey& cell);
    void enlargeRequested(spillway::ChartKind kind);

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    void hover(const std::optional<CellKey>& cell);

    ChartKind kind_;
    std::optional<CellKey> hovered_;
    std::optional<CellKey> crosshair_;
    std::optional<Comparison> comparison_;
    ChartOptions options_;
};

} // namespace spillway
