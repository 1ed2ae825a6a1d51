#include "analysis/verdict_words.h"

#include <fmt/format.h>

#include <algorithm>

namespace spillway::words {

std::string bytesWords(Bytes bytes)
{
    auto text = formatBytes(bytes);
    const auto space = text.find(' ');
    auto digits = text.substr(0, space);
    if (digits.find('.') != std::string::npos) {
        digits.erase(digits.find_last_not_of('0') + 1);
        if (digits.back() == '.') digits.pop_back();
    }
    return digits + text.substr(space);
}

std::string within(std::optional<Bytes> limit)
{
    return limit ? " within " + bytesWords(*limit) : std::string();
}

std::string workersPhrase(int workers)
{
    return fmt::format("{} {}", workers, workers == 1 ? "worker" : "workers");
}

std::string runsPhrase(int count)
{
    return count == 1 ? "1 run" : fmt::format("{} runs", count);
}

std::string secondsPhrase(const Interval& seconds, bool withInterval)
{
    const bool minutes = seconds.median >= 120;
    const double scale = minutes ? 60 : 1;
    const double shown = seconds.median / scale;
    const int decimals = shown < 0.1 ? 3 : shown < 1 ? 2 : shown < 100 ? 1 : 0;
    std::string text = fmt::format("{:.{}f} {}", shown, decimals, minutes ? "min" : "s");
    if (withInterval && seconds.n > 1)
        text += fmt::format(" ({:.{}f}–{:.{}f})", seconds.low / scale, decimals,
                            seconds.high / scale, decimals);
    return text;
}

std::string peakPhrase(const Contender& contender)
{
    return contender.peakBytes > 0 ? fmt::format(", {} peak", bytesWords(contender.peakBytes))
                                   : std::string();
}

std::string ratioPhrase(const PairedRatio& ratio)
{
    const int decimals = ratio.low < 1.05 ? 2 : ratio.ratio < 10 ? 1 : 0;
    return fmt::format("{:.{}f}× ({:.{}f}–{:.{}f})", ratio.ratio, decimals, ratio.low, decimals,
                       ratio.high, decimals);
}

std::string named(const Contender& contender)
{
    return fmt::format("{}, {}", contender.name, workersPhrase(contender.cell.workers));
}

std::vector<const Rival*> rivalsThatAre(const Recommendation& found, Standing standing)
{
    std::vector<const Rival*> rivals;
    for (const auto& rival : found.rivals)
        if (rival.standing == standing) rivals.push_back(&rival);
    return rivals;
}

int repeatsMissing(const Rival& rival)
{
    return std::max(1, rival.nextLook.value_or(roundsForVerdict) - rival.rounds);
}

std::string withStop(const std::string& text)
{
    return text.ends_with('.') ? text : text + ".";
}

std::string referenceSentence(const Recommendation& found)
{
    if (found.reference)
        return fmt::format("{}: {}. Reference only, not a library you can deploy.",
                           found.reference->own ? "Spillway's own engine" : found.reference->name,
                           secondsPhrase(found.reference->seconds, false));
    if (found.referenceOut)
        return fmt::format("{} {}: {}",
                           found.referenceOut->own ? "Spillway's own engine" : "The reference",
                           found.referenceOut->name, withStop(found.referenceOut->why));
    return {};
}

} // namespace spillway::words
