#pragma once

#include "workloads/run_result.h"

#include <filesystem>
#include <stop_token>

namespace spillway {

/// The rows of a result's table that did not travel in its event, from the file in scratch that its
/// kind names (ResultForm::rowsFile()). Hostile input: no symbolic link, regular files only, lines
/// of at most 1 MiB, at most as many as the result says (maxGroups where it does not say), texts of
/// maxGroupKeyBytes together, and they must pass ResultForm::checkRows(). Protocol error otherwise;
/// Cancelled when stopped.
Result<ResultTable> readTableRows(const std::filesystem::path& scratch, const RunResult& result,
                                  std::stop_token stop);

} // namespace spillway
