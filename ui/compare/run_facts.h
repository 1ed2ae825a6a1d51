#pragma once

#include "protocol/environment.h"
#include "protocol/run_record.h"

#include <QString>

namespace spillway {

/// A run's record as readable lines: status, times, memory, settings, result and explained flags.
QString runFacts(const RunRecord& record);
/// Its events, one per line, with seconds since the start of the timed part.
QString runEvents(const RunRecord& record, const RunTrace& trace);
QString environmentFacts(const Environment& environment);
/// What a flag means: "more workers than cores", …; the flag itself when it has no description.
QString flagText(const std::string& flag);

} // namespace spillway
