#include "analysis/recommendation.h"

#include "base/name_list.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace spillway {
namespace {

constexpr int repeatsAgainstATie = 6;

/// "8 GB", "1.1 GB": without zeros that say nothing.
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

/// "6.2 s (6.0–6.5)": two significant digits of a second are all that a verdict needs, and minutes
/// from two minutes on.
std::string secondsPhrase(const Interval& seconds, bool withInterval = true)
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

/// "1.4× (1.3–1.5)"; closer to 1 with as many digits as tell it from 1.
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

/// Those that are named beside the leader: of `standing`, fastest first.
std::vector<const Rival*> rivalsThatAre(const Recommendation& found, Standing standing)
{
    std::vector<const Rival*> rivals;
    for (const auto& rival : found.rivals)
        if (rival.standing == standing) rivals.push_back(&rival);
    return rivals;
}

std::string leaderPhrase(const Recommendation& found, std::string_view fastest)
{
    const auto& leader = *found.leader;
    return fmt::format("{}{} on {}: {}, {}{}", fastest, within(found.limit), found.dataset,
                       named(leader), secondsPhrase(leader.seconds), peakPhrase(leader));
}

std::string winnerSentence(const Recommendation& found)
{
    const auto text = leaderPhrase(found, "Fastest");
    const int runs = found.leader->seconds.n;
    if (found.rivals.empty()) return fmt::format("{}. {}.", text, runsPhrase(runs));
    const auto& next = found.rivals.front();
    const int others = next.contender.seconds.n;
    return fmt::format(
        "{}; {} faster than {}. {}.", text, ratioPhrase(*next.ratio), next.contender.name,
        runs == others ? runsPhrase(runs) + " each" : fmt::format("{} and {} runs", runs, others));
}

std::string tieSentence(const Recommendation& found)
{
    const auto described = [](const Contender& contender) {
        std::string text =
            fmt::format("{} ({}, {}", contender.name, workersPhrase(contender.cell.workers),
                        secondsPhrase(contender.seconds, false));
        if (contender.peakBytes > 0) text += ", " + bytesWords(contender.peakBytes);
        return text + ")";
    };
    std::vector<std::string> names{described(*found.leader)};
    for (const auto* rival : rivalsThatAre(found, Standing::NoDifference))
        names.push_back(described(rival->contender));
    // A choice by memory needs the figure of each.
    const bool measured =
        found.leader->peakBytes > 0 &&
        std::ranges::all_of(rivalsThatAre(found, Standing::NoDifference),
                            [](const Rival* rival) { return rival->contender.peakBytes > 0; });
    return fmt::format("No difference shown{} on {} between {}. {} {} more.", within(found.limit),
                       found.dataset, listed(names), measured ? "Choose by memory, or run" : "Run",
                       repeatsAgainstATie);
}

/// Rounds until there is a verdict on it, be it that no difference is shown.
int repeatsMissing(const Rival& rival)
{
    return std::max(1, roundsForVerdict - rival.rounds);
}

/// Enough repeats, but not in the same rounds.
bool ranApart(const Recommendation& found, const Rival& rival)
{
    return std::min(found.leader->seconds.n, rival.contender.seconds.n) >= roundsForVerdict;
}

std::string cannotTellSentence(const Recommendation& found)
{
    if (const auto others = rivalsThatAre(found, Standing::OtherStart); !others.empty())
        return fmt::format("{}, {}. No ratio to {}, {}: {}.", leaderPhrase(found, "Fastest so far"),
                           runsPhrase(found.leader->seconds.n), others.front()->contender.name,
                           secondsPhrase(others.front()->contender.seconds),
                           others.front()->obstacle);
    const auto text = fmt::format("Probably {} ({}).", named(*found.leader),
                                  secondsPhrase(found.leader->seconds, false));
    const auto doubtful = rivalsThatAre(found, Standing::TooFewRounds);
    const auto& rival = *doubtful.front();
    const int missing = repeatsMissing(rival);
    if (ranApart(found, rival))
        return fmt::format("{} {} did not run in the same rounds: {} of each together decide.",
                           text, rival.contender.name, missing);
    return fmt::format("{} {} more {} between it and {}.", text, missing,
                       missing == 1 ? "repeat decides" : "repeats decide", rival.contender.name);
}

std::string withStop(const std::string& text)
{
    return text.ends_with('.') ? text : text + ".";
}

std::string nothingFinishedSentence(const Recommendation& found)
{
    const auto furthest =
        std::ranges::max_element(found.ruledOut, [](const auto& a, const auto& b) {
            return std::pair(a.ran, a.share) < std::pair(b.ran, b.share);
        });
    auto text = fmt::format("Nothing finished{}. ", within(found.limit));
    text += furthest->share > 0
                ? fmt::format("{} got furthest ({:.0f} %).", furthest->name, 100 * furthest->share)
                : fmt::format("{}: {}", furthest->name, withStop(furthest->why));
    if (found.nextLimit) text += fmt::format(" Try {}.", bytesWords(*found.nextLimit));
    if (found.machineTooSmall) text += " More memory than this machine has may help.";
    return text;
}

/// Runs finished, but every engine failed in some of its own.
std::string someFailedSentence(const Recommendation& found)
{
    const auto best = std::ranges::max_element(found.ruledOut, {}, &RuledOut::finished);
    return fmt::format("No engine finished all its runs{} on {}. {}: {}", within(found.limit),
                       found.dataset, best->name, withStop(best->why));
}

/// Nothing of an engine that one can deploy was tried.
std::string nothingRunSentence(const Recommendation& found)
{
    if (found.reference || found.referenceOut) return {};
    return found.ruledOut.empty() ? "No finished runs yet. Points appear after the first run."
                                  : "Nothing to compare: no engine of the plan can do this.";
}

std::string mainSentence(const Recommendation& found)
{
    switch (found.kind) {
    case RecommendationKind::Winner:
        return winnerSentence(found);
    case RecommendationKind::NoDifference:
        return tieSentence(found);
    case RecommendationKind::CannotTell:
        return cannotTellSentence(found);
    case RecommendationKind::SomeFailed:
        return someFailedSentence(found);
    case RecommendationKind::NothingFinished:
        return nothingFinishedSentence(found);
    case RecommendationKind::NothingRun:
        break;
    }
    return nothingRunSentence(found);
}

bool isUnchecked(const Contender& contender)
{
    return std::ranges::find(contender.flags, uncheckedFlag) != contender.flags.end();
}

/// Whose results nothing told right from wrong, of those that the sentence puts first; empty when
/// all of theirs were checked.
std::string uncheckedPhrase(const Recommendation& found)
{
    if (!found.leader) return {};
    std::vector<std::string> names;
    if (isUnchecked(*found.leader)) names.push_back(found.leader->name);
    for (const auto* rival : rivalsThatAre(found, Standing::NoDifference))
        if (isUnchecked(rival->contender)) names.push_back(rival->contender.name);
    if (names.empty()) return {};
    return fmt::format(" Not checked: the {} of {}.", names.size() == 1 ? "result" : "results",
                       listed(names));
}

/// What the leader takes, and whether a slower one takes less.
void addMemory(const Recommendation& found, std::vector<std::string>& lines)
{
    const Contender* leanest = &*found.leader;
    for (const auto& rival : found.rivals)
        if (rival.contender.peakBytes > 0 && rival.contender.peakBytes < leanest->peakBytes)
            leanest = &rival.contender;
    if (leanest == &*found.leader || leanest->peakBytes <= 0) return;
    lines.push_back(fmt::format(
        "{} takes least memory: {}, {}, {:.1f} times less than {}.", leanest->name,
        bytesWords(leanest->peakBytes), secondsPhrase(leanest->seconds, false),
        static_cast<double>(found.leader->peakBytes) / static_cast<double>(leanest->peakBytes),
        found.leader->name));
}

/// Time is worth little where the model is worse: said from one point of accuracy on.
void addAccuracy(const Recommendation& found, std::vector<std::string>& lines)
{
    constexpr double noticed = 0.01;
    if (!found.leader->accuracy) return;
    const Contender* best = &*found.leader;
    for (const auto& rival : found.rivals)
        if (rival.contender.accuracy > best->accuracy) best = &rival.contender;
    if (*best->accuracy - *found.leader->accuracy < noticed) return;
    lines.push_back(fmt::format("{}'s model is less accurate: {:.1f} %, that of {} {:.1f} %.",
                                found.leader->name, 100 * *found.leader->accuracy, best->name,
                                100 * *best->accuracy));
}

/// Only a regression has an accuracy.
void addRegressionCheck(const Recommendation& found, std::vector<std::string>& lines)
{
    if (found.leader->accuracy)
        lines.emplace_back("Of a regression the form is checked, not the fit: losses and "
                           "accuracies are the engines' own.");
}

void addWorkers(const Recommendation& found, std::vector<std::string>& lines)
{
    if (found.enoughWorkers)
        lines.push_back(fmt::format("More than {} gain {} less than 10 %.",
                                    workersPhrase(*found.enoughWorkers), found.leader->name));
}

void addDoubts(const Recommendation& found, std::vector<std::string>& lines)
{
    static const std::set<std::string> heldAgainst{"noisy",      "slow-first",
                                                   "outlier",    "oversubscribed",
                                                   "cache-lost", std::string(uncheckedFlag)};
    const auto doubts = [&](const Contender& contender) {
        std::vector<std::string> flags;
        for (const auto& flag : contender.flags)
            if (heldAgainst.contains(flag)) flags.push_back(flag);
        if (!flags.empty())
            lines.push_back(
                fmt::format("{} is flagged: {}.", named(contender), fmt::join(flags, ", ")));
    };
    doubts(*found.leader);
    for (const auto& rival : found.rivals)
        doubts(rival.contender);
}

/// What engines that nobody can deploy show, Spillway's own above all: a time, or why there is
/// none; nothing where none was tried.
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

/// "Not compared: DuckDB (no logistic regression)", "Ruled out: Dask: Not finished after 10 min."
std::string ruledOutSentence(const RuledOut& out)
{
    if (out.ran) return fmt::format("Ruled out: {}: {}", out.name, withStop(out.why));
    const std::string opening = out.name + " has ";
    std::string why = out.why.starts_with(opening) ? out.why.substr(opening.size()) : out.why;
    if (why.ends_with('.')) why.pop_back();
    return fmt::format("Not compared: {} ({}).", out.name, why);
}

} // namespace

std::string sentence(const Recommendation& found)
{
    const auto text = mainSentence(found) + uncheckedPhrase(found);
    return text.empty() ? referenceSentence(found) : text;
}

std::vector<std::string> remarks(const Recommendation& found)
{
    std::vector<std::string> lines;
    if (found.time == TimeMeasure::WithSetup) lines.emplace_back("Set-up counts as time.");
    if (const auto reference = referenceSentence(found);
        !reference.empty() && !mainSentence(found).empty())
        lines.push_back(reference);
    if (found.leader) {
        addAccuracy(found, lines);
        addRegressionCheck(found, lines);
        addMemory(found, lines);
        addWorkers(found, lines);
        addDoubts(found, lines);
    }
    for (const auto& out : found.ruledOut)
        lines.push_back(ruledOutSentence(out));
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
            lines.push_back(fmt::format("Run another engine: there is none that finished to "
                                        "compare {} with.",
                                        found.leader->name));
        if (found.moreWorkersUntried)
            lines.push_back(fmt::format("Run more than {}: the machine has more cores.",
                                        workersPhrase(found.leader->cell.workers)));
    }
    for (const auto& out : found.ruledOut)
        if (out.unheld)
            lines.push_back(fmt::format("Run {} with a memory limit of {}: told of it, it may "
                                        "take less.",
                                        out.name, bytesWords(*found.limit)));
    if (found.nextLimit)
        lines.push_back(
            fmt::format("Run with a memory limit of {}.", bytesWords(*found.nextLimit)));
    if (found.machineTooSmall)
        lines.push_back("Run with fewer workers, or on a machine with more memory: twice the limit "
                        "does not fit into this one.");
    return lines;
}

std::string verdict(const Comparison& comparison, std::optional<Bytes> memoryLimit)
{
    return sentence(recommend(comparison, memoryLimit));
}

} // namespace spillway
