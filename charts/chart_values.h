#pragma once

#include "charts/chart_model.h"

namespace spillway {

/// The points, breaks and failures of one engine's line on a chart of `spec`; the chart sets its
/// style.
ChartLine chartLine(const Comparison& comparison, const EngineLine& line, const ChartSpec& spec);

} // namespace spillway
