#pragma once

#include "analysis/published.h"
#include "charts/chart_model.h"

#include <vector>

namespace spillway {

/// The study's figures, which travel inside the program.
const PublishedStudy& paperStudy();

/// The study's curves for a chart of this workload, in the chart's unit; Runtime in seconds per
/// million rows, as its files were of other sizes. None for peak memory: the study's figures are
/// differences of one process's memory, another quantity.
std::vector<ChartLine> publishedChartLines(const Workload& workload, ChartKind kind,
                                           PublishedAs as);

/// Puts the curves on a runtime, efficiency, speedup or accuracy chart whose own lines are in, with
/// a note that says of this chart's curves what they are.
void addPublished(ChartModel& model, const Comparison& comparison, const PublishedForms& forms);

} // namespace spillway
