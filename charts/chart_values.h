#pragma once

#include "charts/chart_model.h"

namespace spillway {

/// The points, breaks and failures of one engine's line on a chart of `kind`; its style is the
/// chart's to give.
ChartLine chartLine(const Comparison& comparison, const EngineLine& line, ChartKind kind);

} // namespace spillway
