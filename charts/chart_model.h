#pragma once

#include "charts/axis_scale.h"
#include "charts/comparison_chart.h"
#include "charts/engine_styles.h"

#include <vector>

namespace spillway {

/// A finished cell as one chart shows it, in base units (seconds, bytes, a ratio).
struct ChartPoint {
    int workers = 1;
    double value = 0;
    std::optional<Interval> interval; ///< absent where the quantity has none (ratios)
    std::optional<Interval> peak;     ///< bytes; TradeOff only, where it is the x axis
    std::vector<double> repeats;
    double setup = 0; ///< seconds on top of a runtime; 0 elsewhere
    CellKey cell;
    std::vector<std::string> flags;

    /// Its place on the x axis.
    double x() const { return peak ? peak->median : workers; }
};

/// A cell of which at least one run did not finish well.
struct ChartFailure {
    int workers = 1;
    RunStatus status = RunStatus::Failed; ///< the most frequent one
    int count = 0;
    QString message;
    CellKey cell;
};

/// A point of the scaling law fitted to a line, with its 95 % band.
struct CurvePoint {
    double workers = 1;
    double value = 0;
    double low = 0;
    double high = 0;
};

struct ChartLine {
    QString title;
    std::string engine;
    EngineStyle style;
    std::string profile;
    bool deployable = true; ///< as EngineFacts has it
    /// Points that belong together: a line breaks where a cell did not finish, it never
    /// interpolates over it. In a TradeOff chart each point is on its own.
    std::vector<std::vector<ChartPoint>> segments;
    std::vector<ChartFailure> failures;
    std::vector<CurvePoint> curve; ///< empty where there is no fit, or none of this quantity
    bool published = false;        ///< figures of the study: no cell stands behind its points
    QString unsupported;           ///< the reason when nothing was run
    bool noBaseline = false;       ///< runs finished, but none to divide by
};

/// A line across the plot that is no measurement.
struct ReferenceLine {
    enum class Look { Limit, Plain, Dotted };
    QString title;
    double atLowX = 0; ///< value at the low end of the x axis
    double atHighX = 0;
    Look look = Look::Plain;
    bool upright = false; ///< it stands on the x axis, at `atLowX` of it
};

/// All that one comparison chart shows, as plain values: what is drawn, where the axes end and what
/// is said beside it.
struct ChartModel {
    ChartKind kind = ChartKind::Runtime;
    QString title;
    QStringList caption;         ///< most important first; what does not fit is left out
    QString message;             ///< instead of a plot
    QString note;                ///< what the published curves are
    bool perMillionRows = false; ///< runtimes are per million rows
    QString ratioTo;             ///< what runtime or memory is a multiple of, where it is one
    QString xTitle;
    AxisScale x; ///< logarithmic, ticks at the tested worker counts; bytes in a TradeOff chart
    AxisScale y;
    std::vector<ChartLine> lines;
    std::vector<ReferenceLine> references;
    std::vector<CellKey> frontier;  ///< TradeOff: cells that none beats, by ascending memory
    std::optional<double> coresEnd; ///< beyond this worker count the plot is shaded
    QString coresText;
    AxisUnit unit;
    AxisUnit xUnit; ///< TradeOff only

    bool anyFailure() const;
    /// "6.2 s (6.0–6.5, 6 runs)": a point for a tool tip.
    QString describe(const ChartLine& line, const ChartPoint& point) const;
};

ChartModel chartModel(const Comparison& comparison, ChartKind kind, const ChartOptions& options);

} // namespace spillway
