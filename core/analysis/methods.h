#pragma once

#include "protocol/environment.h"
#include "protocol/run_record.h"

#include <string>
#include <vector>

namespace spillway {

/// The paragraph that explains how the figures were obtained: machine, software, repeats, cache
/// state, memory definition, statistics. Generated from stored facts only.
std::string methodsParagraph(const std::vector<RunRecord>& records,
                             const std::vector<Environment>& environments);

} // namespace spillway
