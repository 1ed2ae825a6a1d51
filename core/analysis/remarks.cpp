#include "analysis/recommendation.h"
#include "analysis/verdict_words.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

namespace spillway {
namespace {

using namespace words;

/// The leader's memory, and whether a slower contender needs less.
void addMemory(const Recommendation& found, std::vector<std::string>& lines)
{
    const Contender* leanest = &*found.leader;
    for (const auto& rival : found.rivals)
        if (rival.contender.peakBytes > 0 && rival.contender.peakBytes < leanest->peakBytes)
            leanest = &rival.contender;
    if (leanest == &*found.leader || leanest->peakBytes <= 0) return;
    // "1.0 times as much" would say a difference and show none.
    constexpr double noticed = 1.05;
    const double times =
        static_cast<double>(found.leader->peakBytes) / static_cast<double>(leanest->peakBytes);
    lines.push_back(fmt::format("{} needs the least memory: {}, {}; {} needs {} as much.",
                                leanest->name, bytesWords(leanest->peakBytes),
                                secondsPhrase(leanest->seconds, false), found.leader->name,
                                times < noticed ? "about" : fmt::format("{:.1f} times", times)));
}

/// Whether `value` is better than `than` by what is noticed of the measure.
bool noticeablyBetter(const Measure& measure, double value, double than)
{
    const double gain = measure.moreIsBetter ? value - than : than - value;
    if (measure.share) return gain >= measure.noticed;
    const double least = std::min(std::abs(value), std::abs(than));
    return gain > 0 && gain >= measure.noticed * least;
}

/// "Accuracy" within a sentence; "CPU" stays.
std::string lowerCased(std::string title)
{
    const auto capital = [&](std::size_t at) {
        return at < title.size() && title[at] >= 'A' && title[at] <= 'Z';
    };
    if (capital(0) && !capital(1)) title[0] = static_cast<char>(title[0] - 'A' + 'a');
    return title;
}

/// What the fastest engine is worse in.
void addMeasures(const Recommendation& found, std::vector<std::string>& lines)
{
    for (const Measure& measure : typeOf(found.workload).measures) {
        const auto own = found.leader->measures.find(measure.name);
        if (measure.noticed <= 0 || own == found.leader->measures.end()) continue;
        const Contender* best = &*found.leader;
        double most = own->second;
        for (const auto& rival : found.rivals) {
            const auto other = rival.contender.measures.find(measure.name);
            if (other == rival.contender.measures.end()) continue;
            if (measure.moreIsBetter ? other->second <= most : other->second >= most) continue;
            best = &rival.contender;
            most = other->second;
        }
        if (best == &*found.leader || !noticeablyBetter(measure, most, own->second)) continue;
        lines.push_back(fmt::format("{} is behind in {}: {}, against {} of {}.", found.leader->name,
                                    lowerCased(measure.title), valueText(measure, own->second),
                                    valueText(measure, most), best->name));
    }
}

void addWorkers(const Recommendation& found, std::vector<std::string>& lines)
{
    if (found.enoughWorkers)
        lines.push_back(fmt::format("More than {} gain {} less than 10 %.",
                                    workersPhrase(*found.enoughWorkers), found.leader->name));
}

void addDoubts(const Recommendation& found, std::vector<std::string>& lines)
{
    static const std::map<std::string, std::string> heldAgainst{
        {"noisy", "other programs were using the CPU"},
        {"slow-first", "first run slow"},
        {"outlier", "one run far from the others"},
        {"oversubscribed", "more workers than cores"},
        {"cache-lost", "data left the page cache meanwhile"},
        {std::string(uncheckedFlag), "result not checked"}};
    const auto doubts = [&](const Contender& contender) {
        std::vector<std::string> words;
        for (const auto& flag : contender.flags)
            if (const auto known = heldAgainst.find(flag); known != heldAgainst.end())
                words.push_back(known->second);
        if (!words.empty())
            lines.push_back(fmt::format("{}: {}.", named(contender), fmt::join(words, "; ")));
    };
    doubts(*found.leader);
    for (const auto& rival : found.rivals)
        doubts(rival.contender);
}

/// "Not compared: DuckDB (no logistic regression)", "Ruled out: Dask: Not finished after 10 min."
std::string ruledOutSentence(const RuledOut& out)
{
    if (out.ran) return fmt::format("Ruled out: {}: {}", out.name, withStop(out.why));
    const std::string opening = out.name + " has ";
    std::string why = out.why.starts_with(opening) ? out.why.substr(opening.size()) : out.why;
    if (why.ends_with('.')) why.pop_back();
    return fmt::format("Not compared: {} ({}).", out.name, why);
}

/// "Excluded by you: Polars, 2 workers, repeat 3 (the laptop slept)."
std::string excludedSentence(const ExcludedRun& run)
{
    return fmt::format("Excluded by you: {}, {}, repeat {} ({}).", run.name,
                       workersPhrase(run.workers), run.repeat, run.reason);
}

} // namespace

std::vector<std::string> remarks(const Recommendation& found)
{
    std::vector<std::string> lines;
    if (const auto& what = typeOf(found.workload).comparedTime; !what.empty())
        lines.push_back(fmt::format("Times are those of {}.", what));
    else if (found.time == TimeMeasure::WithSetup)
        lines.emplace_back("Times include set-up.");
    if (const auto reference = referenceSentence(found);
        !reference.empty() && reference != sentence(found))
        lines.push_back(reference);
    if (found.leader) {
        addMeasures(found, lines);
        addMemory(found, lines);
        addWorkers(found, lines);
        addDoubts(found, lines);
    }
    for (const auto& out : found.ruledOut)
        lines.push_back(ruledOutSentence(out));
    for (const auto& run : found.excluded)
        lines.push_back(excludedSentence(run));
    return lines;
}

std::vector<std::string> nextRuns(const Recommendation& found)
{
    std::vector<std::string> lines;
    if (found.leader) {
        const auto together = [&](Standing standing, int more) {
            std::vector<std::string> names{named(*found.leader)};
            for (const auto* rival : rivalsThatAre(found, standing))
                names.push_back(named(rival->contender));
            lines.push_back(fmt::format("Run {} more repeats of {} in one plan: only runs of the "
                                        "same round are compared.",
                                        more, fmt::join(names, " · ")));
        };
        if (found.kind == RecommendationKind::CannotTell) {
            int more = 1;
            for (const auto* rival : rivalsThatAre(found, Standing::TooFewRounds))
                more = std::max(more, repeatsMissing(*rival));
            if (!rivalsThatAre(found, Standing::TooFewRounds).empty())
                together(Standing::TooFewRounds, more);
            if (!rivalsThatAre(found, Standing::OtherStart).empty())
                together(Standing::OtherStart, roundsForVerdict);
        }
        if (found.kind == RecommendationKind::NoDifference)
            together(Standing::NoDifference, repeatsAgainstATie);
        if (found.rivals.empty())
            lines.push_back(fmt::format("Run another engine: no other one finished, so there is "
                                        "nothing to compare {} with.",
                                        found.leader->name));
        if (found.moreWorkersUntried)
            lines.push_back(fmt::format("Run more than {}: the machine has more cores.",
                                        workersPhrase(found.leader->cell.workers)));
    }
    for (const auto& out : found.ruledOut)
        if (out.unheld)
            lines.push_back(
                fmt::format("Run {} with a memory limit of {}: knowing the limit, it may use less.",
                            out.name, bytesWords(*found.limit)));
    if (found.nextLimit)
        lines.push_back(
            fmt::format("Run with a memory limit of {}.", bytesWords(*found.nextLimit)));
    if (found.machineTooSmall)
        lines.push_back("Run with fewer workers, or on a machine with more memory: this one does "
                        "not have twice the limit.");
    return lines;
}

} // namespace spillway
