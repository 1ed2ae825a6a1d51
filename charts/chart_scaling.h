#pragma once

#include "charts/chart_model.h"

namespace spillway {

/// Where the axes of a chart end, what stands across its plot and what of both is said in its
/// caption. `reached`: the lines that the axes have to reach, those of a chart beside it too.

/// The x axis of a chart of lines, shaded beyond the cores.
void scaleWorkers(ChartModel& model, const Comparison& comparison,
                  const std::vector<ChartLine>& reached, int usableCores);
/// The y axis, and the x axis of a chart without lines. `reached` has a point.
void scaleFigures(ChartModel& model, const Comparison& comparison,
                  const std::vector<ChartLine>& reached, const ChartOptions& options);

/// That of multiples.
AxisUnit ratioUnit(double);

} // namespace spillway
