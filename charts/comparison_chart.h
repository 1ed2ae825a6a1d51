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
    std::optional<bool> logarithmic; ///< nothing: chosen by the data's span
    PublishedForms published;        ///< the study's curves in these forms, too
    /// Runtime and memory as multiples of the least that an engine one can deploy needed; without
    /// the study's curves, which come from another machine.
    bool ratios = false;
    QString subject; ///< behind the title: whose runs these are, where two sessions stand together
    /// The axes reach these figures, too, so that two charts can be read side by side.
    std::shared_ptr<const Comparison> sameScaleAs;
};

/// A chart for one comparison; the caller owns it (a QChartView takes it over).
QChart* makeComparisonChart(const Comparison& comparison, ChartKind kind,
                            const ChartOptions& options);
/// The numbers behind that chart, for the table beside it.
Table chartTable(const Comparison& comparison, ChartKind kind);

/// Shows one comparison chart; hover tells the figures of a point, a click picks it.
class ComparisonChartView : public QChartView {
    Q_OBJECT
public:
    explicit ComparisonChartView(ChartKind kind, QWidget* parent = nullptr);
    void setComparison(const Comparison& comparison, const ChartOptions& options);
    /// What stands there when there is nothing to draw.
    void clear(const QString& message);
    ChartKind kind() const { return kind_; }

signals:
    void cellActivated(const spillway::CellKey& cell);
    void enlargeRequested(spillway::ChartKind kind);

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

private:
    ChartKind kind_;
    std::optional<Comparison> comparison_;
    ChartOptions options_;
};

} // namespace spillway
