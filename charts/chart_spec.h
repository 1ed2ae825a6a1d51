#pragma once

#include "analysis/published.h"
#include "workloads/workload.h"

#include <QList>
#include <QString>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spillway {

struct Measure;

/// The paper's four ETL plots, time against memory, and one for each measure that a kind of work
/// has drawn: those are the values from FirstMeasure on, one a name, in the order of
/// workloadTypes().
enum class ChartKind { Runtime, PeakMemory, Efficiency, Speedup, TradeOff, FirstMeasure };

/// What is measured of a cell, or computed from it.
enum class ChartQuantity { Workers, Time, PeakBytes, Measure, Speedup, Efficiency };

/// How an axis is scaled to its values.
enum class ChartScale {
    Amount,    ///< from zero, or logarithmic where medians span more than a factor of 10
    Share,     ///< from 0 to 120 % at least
    Doublings, ///< powers of two, with the ideal line
    Detail     ///< around the values, which differ little; not from zero
};

/// The column whose title says what counts as time.
inline constexpr const char* secondsMedianColumn = "seconds_median";

/// A column of the table behind a chart.
struct ChartColumn {
    std::string id;
    std::string title; ///< to be translated in the context "spillway::Chart"
    int decimals = 0;
};

/// Everything that distinguishes one kind of chart from the others.
struct ChartSpec {
    ChartKind kind;
    std::string id;    ///< as in `spillway export --only` and in file names
    std::string title; ///< to be translated in the context "spillway::Chart"
    ChartQuantity x;
    ChartQuantity y;
    ChartScale scale; ///< of y
    std::vector<ChartColumn> columns;
    std::optional<PublishedFigure> published; ///< the paper's figure to overlay
    const Measure* measure = nullptr;         ///< y is its values

    /// The points of one engine are connected by a line.
    bool hasLines() const { return x == ChartQuantity::Workers; }
    /// Its values are ratios to the baseline's time.
    bool isRatio() const { return y == ChartQuantity::Speedup || y == ChartQuantity::Efficiency; }
    /// Its values are derived from times.
    bool isTimed() const { return y == ChartQuantity::Time || isRatio(); }
    /// Its values may be shown as multiples of the least one.
    bool isDivisible() const { return hasLines() && scale == ChartScale::Amount; }
};

/// A row for each kind.
std::span<const ChartSpec> chartSpecs();
const ChartSpec& specOf(ChartKind kind);

/// The kinds for a workload, in the order given by its type.
QList<ChartKind> chartKinds(const Workload& workload);
QString chartTitle(ChartKind kind);
QString chartId(ChartKind kind);
std::optional<ChartKind> chartKindFromId(const QString& id);
/// The ids of all kinds with `separator` between them.
std::string chartIds(std::string_view separator);

} // namespace spillway
