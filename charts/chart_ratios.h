#pragma once

#include "charts/chart_model.h"

namespace spillway {

/// Multiplies every y value of `line` by `factor`.
void multiply(ChartLine& line, double factor);

/// Divides all lines by the least value of a deployable engine, or of any engine if there is no
/// deployable one; published lines do not count. Returns a description of the divisor ("DuckDB, 4
/// workers, 6.20 s", in the unit that `unitFor` chooses), or an empty string when there is none and
/// nothing was divided.
QString intoRatios(std::vector<ChartLine>& lines, const UnitFor& unitFor);

/// "1 worker", "4 workers".
QString workersLabel(int workers);

} // namespace spillway
