#pragma once

#include "analysis/published.h"
#include "work/session_view.h"

#include <CLI/CLI.hpp>

#include <string>

namespace spillway {

/// `--overlay`: in which forms the paper's figures are shown beside a session's.
void addOverlayOption(CLI::App& command, std::string& overlay);

/// The value given; without one, both forms for a session of the preset "paper" and none for
/// others.
PublishedForms overlayOf(const std::string& overlay, const SessionView& view);

} // namespace spillway
