#pragma once

#include "analysis/comparison.h"
#include "session/session_store.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// A session read once, with everything derived from it for tables and exports: for the terminal,
/// and for the session that the window shows beside its own.
struct SessionView {
    std::filesystem::path path;
    std::vector<RunRecord> records;
    std::vector<Environment> environments;
    std::vector<Comparison> comparisons;
    std::vector<Dataset> datasets;
    EngineCatalogue engines; ///< those known here, and those of its runs
    std::string notes;
    std::vector<std::string> leftOut; ///< what time budgets left out, one sentence per plan
    bool repeatsThePaper = false; ///< made by the preset "paper": shown beside the paper's figures

    /// The dataset with this fingerprint; null when the session does not hold it.
    const Dataset* dataset(const std::string& fingerprint) const;
};

/// Opens `path` read-only.
Result<SessionView> openSessionView(const std::filesystem::path& path,
                                    std::optional<int> baselineWorkers = std::nullopt,
                                    TimeMeasure time = TimeMeasure::Work);

} // namespace spillway
