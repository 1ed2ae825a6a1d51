#pragma once

#include "analysis/published.h"
#include "ui/work/session_view.h"

#include <filesystem>
#include <string>
#include <vector>

namespace spillway {

struct ExportRequest {
    std::filesystem::path directory;
    std::vector<std::string> formats; ///< empty: all of exportFormats()
    std::vector<std::string> only;    ///< chart ids; empty: all that fit
    int dpi = 300;
    std::optional<PublishedAs> published; ///< the study's curves in this form, too
};

const std::vector<std::string>& exportFormats();

/// Writes the files of a session, each whole or not at all; returns their paths. Needs a
/// QApplication. InvalidArgument for an unknown chart, NotFound when the session has no finished
/// run.
Result<std::vector<std::filesystem::path>> exportSession(const SessionView& view,
                                                         const ExportRequest& request);

} // namespace spillway
