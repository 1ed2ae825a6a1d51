#pragma once

#include "analysis/published.h"
#include "workloads/workload.h"

#include <QList>
#include <QString>

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace spillway {

/// The paper's four ETL plots and three learning plots, and time against memory.
enum class ChartKind { Runtime, PeakMemory, Efficiency, Speedup, Accuracy, TradeOff };

/// What is measured of a cell, or computed from it.
enum class ChartQuantity { Workers, Time, PeakBytes, Accuracy, Speedup, Efficiency };

/// How an axis reaches the figures.
enum class ChartScale {
    Amount,    ///< from zero, or logarithmic where medians span more than a factor of 10
    Share,     ///< from 0 to 120 % at least
    Doublings, ///< powers of two, with the ideal line
    Detail     ///< around the figures, which differ by little; not from zero
};

/// The column whose title says what counts as time.
inline constexpr const char* secondsMedianColumn = "seconds_median";

/// A column of the table behind a chart.
struct ChartColumn {
    const char* id;
    const char* title; ///< to be translated in the context "spillway::Chart"
    int decimals;
};

/// All that tells one kind of chart from the others.
struct ChartSpec {
    ChartKind kind;
    const char* id;    ///< as `spillway export --only` names it and files are called
    const char* title; ///< to be translated in the context "spillway::Chart"
    ChartQuantity x;
    ChartQuantity y;
    ChartScale scale; ///< of y
    std::span<const ChartColumn> columns;
    std::optional<PublishedFigure> published; ///< what the study has to set beside it

    /// Points of one engine make a line; else each is on its own.
    bool hasLines() const { return x == ChartQuantity::Workers; }
    /// Its figures are quotients with the time of the baseline.
    bool isRatio() const { return y == ChartQuantity::Speedup || y == ChartQuantity::Efficiency; }
    /// Its figures are made of times.
    bool isTimed() const { return y == ChartQuantity::Time || isRatio(); }
    /// Its figures may be shown as multiples of the least one.
    bool isDivisible() const { return hasLines() && scale == ChartScale::Amount; }
};

/// A row for each kind.
std::span<const ChartSpec> chartSpecs();
const ChartSpec& specOf(ChartKind kind);

/// Those of a workload, in the order that its type says.
QList<ChartKind> chartKinds(const Workload& workload);
QString chartTitle(ChartKind kind);
QString chartId(ChartKind kind);
std::optional<ChartKind> chartKindFromId(const QString& id);
/// The ids of all kinds with `separator` between them.
std::string chartIds(std::string_view separator);

} // namespace spillway
