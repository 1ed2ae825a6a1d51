#pragma once

#include "analysis/recommendation.h"

#include <string>
#include <vector>

/// The parts of a verdict's sentences.
namespace spillway::words {

/// Further repeats suggested for a tie.
inline constexpr int repeatsAgainstATie = 6;

/// "8 GB", "1.1 GB": without trailing zeros.
std::string bytesWords(Bytes bytes);
/// " within 8 GB"; empty without a limit.
std::string within(std::optional<Bytes> limit);
std::string workersPhrase(int workers);
std::string runsPhrase(int count);
/// "6.2 s (6.0–6.5)": two significant digits of a second are all that a verdict needs, and minutes
/// from two minutes on.
std::string secondsPhrase(const Interval& seconds, bool withInterval = true);
/// ", 80 MB peak"; empty if it was not measured.
std::string peakPhrase(const Contender& contender);
/// "1.4× (1.3–1.5)"; close to 1 with enough digits to distinguish it from 1.
std::string ratioPhrase(const PairedRatio& ratio);
/// "Polars, 4 workers".
std::string named(const Contender& contender);
/// `text` with a full stop at its end.
std::string withStop(const std::string& text);
/// The result of the non-deployable engines, first of all Spillway's own: a time, or why there is
/// none; empty if none was tried.
std::string referenceSentence(const Recommendation& found);

/// Rivals of this `standing`, fastest first.
std::vector<const Rival*> rivalsThatAre(const Recommendation& found, Standing standing);
/// Rounds missing until there is a verdict on it, even if that is "no difference shown".
int repeatsMissing(const Rival& rival);

} // namespace spillway::words
