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
    double shift = 0; ///< pixels beside its x: engines at one x do not cover one another

    /// Its place on the x axis.
    double x() const { return peak ? peak->median : workers; }
};

/// A cell with at least one failed run.
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
    FileFormat format = FileFormat::Csv;
    bool deployable = true; ///< as EngineFacts has it
    /// Points that belong together: a line breaks at a cell that did not finish and is never
    /// interpolated across it. In a TradeOff chart points are not connected.
    std::vector<std::vector<ChartPoint>> segments;
    std::vector<ChartFailure> failures;
    std::vector<CurvePoint> curve; ///< empty where there is no fit, or none of this quantity
    bool published = false;        ///< figures from the paper: no cell belongs to its points
    QString unsupported;           ///< the reason when nothing was run
    bool noBaseline = false;       ///< runs finished, but no baseline among them
};

/// A line across the plot that is not a measurement.
struct ReferenceLine {
    enum class Look { Limit, Plain, Dotted };
    QString title;
    double atLowX = 0; ///< value at the low end of the x axis
    double atHighX = 0;
    Look look = Look::Plain;
    bool upright = false; ///< vertical, at x = `atLowX`
};

/// Everything that one comparison chart shows, as plain values: the data, the axes and the texts
/// beside it.
struct ChartModel {
    ChartKind kind = ChartKind::Runtime;
    QString title;
    QStringList caption;         ///< most important first; those that do not fit are left out
    QString message;             ///< instead of a plot
    QString note;                ///< describes the published curves
    bool perMillionRows = false; ///< runtimes are per million rows
    bool showsSetup = false;     ///< as a stem on each runtime, cut at the end of the axis
    QString ratioTo;             ///< what runtime or memory is a multiple of, if it is a ratio
    QString xTitle;
    AxisScale x; ///< logarithmic, ticks at the tested worker counts; bytes in a TradeOff chart
    AxisScale y;
    std::vector<ChartLine> lines;
    std::vector<ReferenceLine> references;
    std::vector<CellKey> frontier;  ///< TradeOff: Pareto-optimal cells, by ascending memory
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
