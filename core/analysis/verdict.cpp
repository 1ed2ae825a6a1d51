#include "analysis/recommendation.h"

#include "analysis/verdict_words.h"
#include "base/name_list.h"

#include <fmt/format.h>

#include <algorithm>

namespace spillway {
namespace {

using namespace words;

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
    // Choosing by memory requires each contender's peak.
    const bool measured =
        found.leader->peakBytes > 0 &&
        std::ranges::all_of(rivalsThatAre(found, Standing::NoDifference),
                            [](const Rival* rival) { return rival->contender.peakBytes > 0; });
    return fmt::format("No difference shown{} on {} between {}. {} {} more.", within(found.limit),
                       found.dataset, listed(names), measured ? "Choose by memory, or run" : "Run",
                       repeatsAgainstATie);
}

/// Enough repeats, but not in the same rounds.
bool ranApart(const Recommendation& found, const Rival& rival)
{
    return !rival.nextLook &&
           std::min(found.leader->seconds.n, rival.contender.seconds.n) >= roundsForVerdict;
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

/// No deployable engine was tried.
std::string nothingRunSentence(const Recommendation& found)
{
    if (found.reference || found.referenceOut) return {};
    if (found.ruledOut.empty() && !found.excluded.empty())
        return "Every run is excluded. Include one again in the table of runs.";
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

/// Of the engines that the sentence puts first, those whose results could not be checked; empty
/// when all were checked.
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

} // namespace

std::string sentence(const Recommendation& found)
{
    const auto text = mainSentence(found) + uncheckedPhrase(found);
    return text.empty() ? referenceSentence(found) : text;
}

std::string verdict(const Comparison& comparison, std::optional<Bytes> memoryLimit)
{
    return sentence(recommend(comparison, memoryLimit));
}

} // namespace spillway
