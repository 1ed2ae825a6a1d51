#pragma once

#include "protocol/result.h"
#include "protocol/run_spec.h"

namespace spillway {

/// Keys and classes are sent as UTF-8. DataUnreadable for the first one that is not UTF-8, with its
/// first position in the data and how to set the encoding: with replacement characters they would
/// be other groups than the file's.
Result<void> checkTexts(const RunSpec& spec, const WorkloadResult& result);

} // namespace spillway
