#pragma once

#include "analysis/comparison.h"
#include "charts/comparison_chart.h"
#include "protocol/environment.h"

#include <string>
#include <vector>

namespace spillway {

/// The content of a report. Everything in it is data; nothing is executed when it is opened.
struct ReportInput {
    std::string title;
    std::vector<RunRecord> records;
    std::vector<Environment> environments;
    std::vector<Comparison> comparisons;
    std::vector<Dataset> datasets;
    std::string notes;
    EngineCatalogue engines;          ///< their titles
    std::vector<std::string> leftOut; ///< what time budgets left out, one sentence per plan
    ChartOptions charts;              ///< see paperOptions
};

/// One HTML file without scripts or network: verdicts, charts as SVG, tables,
/// methods, environment and every run. Readable on a phone and in print.
std::string htmlReport(const ReportInput& input);

/// `input.charts` in the light theme, with the cores of the last environment: the look of charts in
/// print and in files, whatever the window shows.
ChartOptions paperOptions(const ReportInput& input);

} // namespace spillway
