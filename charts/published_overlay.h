#pragma once

#include "analysis/published.h"
#include "charts/chart_model.h"

#include <vector>

namespace spillway {

/// The paper's figures, which are compiled into the program.
const PublishedStudy& paperStudy();

/// The paper's curves for a chart of this workload, in the chart's unit; Runtime in seconds per
/// million rows, since its files had other sizes. None for peak memory: the paper's figures are
/// differences of one process's memory, a different quantity.
std::vector<ChartLine> publishedChartLines(const Workload& workload, ChartKind kind,
                                           PublishedAs as);

/// Adds the curves to a runtime, efficiency, speedup or accuracy chart that already has its own
/// lines, with a note that explains them.
void addPublished(ChartModel& model, const Comparison& comparison, const PublishedForms& forms);

} // namespace spillway
