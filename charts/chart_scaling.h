#pragma once

#include "charts/chart_model.h"

namespace spillway {

/// Sets the axes of a chart, the reference lines across its plot and their captions. `reached`: the
/// lines that the axes have to include, also those of a chart beside it.

/// The x axis of a chart of lines, shaded beyond the cores.
void scaleWorkers(ChartModel& model, const Comparison& comparison,
                  const std::vector<ChartLine>& reached, int usableCores);
/// The y axis, and the x axis of a chart without lines. `reached` is not empty.
void scaleFigures(ChartModel& model, const Comparison& comparison,
                  const std::vector<ChartLine>& reached, const ChartOptions& options);

/// That of a chart's y axis, when it is no ratio.
UnitFor unitOf(const ChartSpec& spec);
/// The unit of ratios.
AxisUnit ratioUnit(double);

} // namespace spillway
