#pragma once

#include "protocol/result.h"
#include "protocol/run_spec.h"

namespace spillway {

/// Keys and classes travel as UTF-8. DataUnreadable with the first one that is none, where its
/// bytes first stand in the data, and how to say what they are: replaced by other characters they
/// would be other groups than the file's.
Result<void> checkTexts(const RunSpec& spec, const WorkloadResult& result);

} // namespace spillway
