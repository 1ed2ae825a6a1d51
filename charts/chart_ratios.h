#pragma once

#include "charts/chart_model.h"

namespace spillway {

/// Every figure of `line` on its y axis times `factor`.
void multiply(ChartLine& line, double factor);

/// Divides all lines by their least value of an engine one can deploy, of any engine where there is
/// none of those; published lines do not count. Returns what that is ("DuckDB, 4 workers, 6.20 s",
/// in what `unitFor` takes for it), or nothing when there is none and nothing was divided.
QString intoRatios(std::vector<ChartLine>& lines, AxisUnit (*unitFor)(double));

/// "1 worker", "4 workers".
QString workersLabel(int workers);

} // namespace spillway
