#pragma once

#include "charts/session_export.h"

namespace spillway {

/// Exports a session without a window; `overlay` as addOverlayOption() reads it. Errors as
/// openSessionView() and exportSession().
Result<std::vector<std::filesystem::path>> exportOnTerminal(const std::filesystem::path& session,
                                                            const std::string& overlay,
                                                            const ExportRequest& request);

} // namespace spillway
