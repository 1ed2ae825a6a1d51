#pragma once

#include "analysis/recommendation.h"

#include <string>
#include <vector>

/// What the sentences of a verdict are made of.
namespace spillway::words {

/// That a tie is decided by.
inline constexpr int repeatsAgainstATie = 6;

/// "8 GB", "1.1 GB": without zeros that say nothing.
std::string bytesWords(Bytes bytes);
/// " within 8 GB"; empty without a limit.
std::string within(std::optional<Bytes> limit);
std::string workersPhrase(int workers);
std::string runsPhrase(int count);
/// "6.2 s (6.0–6.5)": two significant digits of a second are all that a verdict needs, and minutes
/// from two minutes on.
std::string secondsPhrase(const Interval& seconds, bool withInterval = true);
/// ", 80 MB peak"; empty where it was not measured.
std::string peakPhrase(const Contender& contender);
/// "1.4× (1.3–1.5)"; closer to 1 with as many digits as tell it from 1.
std::string ratioPhrase(const PairedRatio& ratio);
/// "Polars, 4 workers".
std::string named(const Contender& contender);
/// With a full stop at its end.
std::string withStop(const std::string& text);
/// What engines that nobody can deploy show, Spillway's own above all: a time, or why there is
/// none; nothing where none was tried.
std::string referenceSentence(const Recommendation& found);

/// Those that are named beside the leader: of `standing`, fastest first.
std::vector<const Rival*> rivalsThatAre(const Recommendation& found, Standing standing);
/// Rounds until there is a verdict on it, be it that no difference is shown.
int repeatsMissing(const Rival& rival);

} // namespace spillway::words
