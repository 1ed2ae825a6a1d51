#pragma once

#include "charts/report.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace spillway {

struct ExportRequest {
    std::filesystem::path directory;  ///< created if missing
    std::vector<std::string> formats; ///< empty: all of exportFormats()
    std::vector<std::string> only;    ///< chart ids; empty: all that fit
    int dpi = 300;                    ///< of PNG files
};

const std::vector<std::string>& exportFormats();

/// Called before each file (`done` of `total` are written); return false to cancel.
using ExportProgress = std::function<bool(int done, int total)>;

/// Writes charts, tables and the report of a session, each file whole or not at all; returns their
/// paths. Charts are drawn as `session.charts` says. Needs a QApplication. InvalidArgument for an
/// unknown chart, NotFound when the session has no finished run, Cancelled when `progress` returned
/// false; files written until then stay.
Result<std::vector<std::filesystem::path>> exportSession(const ReportInput& session,
                                                         const ExportRequest& request,
                                                         const ExportProgress& progress = {});

} // namespace spillway
