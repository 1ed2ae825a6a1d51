#include "ui/compare/answer.h"

#include "analysis/verdict_words.h"
#include "work/text.h"

#include <QCoreApplication>

#include <algorithm>

namespace spillway {
namespace {

struct AnswerText {
    Q_DECLARE_TR_FUNCTIONS(Answer)
};

QString runsOf(const Contender& contender)
{
    return contender.seconds.n == 1 ? AnswerText::tr("1 run")
                                    : AnswerText::tr("%1 runs").arg(contender.seconds.n);
}

AnswerTile timeOf(const Contender& leader)
{
    const QString whole = text(words::secondsPhrase(leader.seconds)); // "6.2 s (6.0–6.5)"
    const qsizetype bracket = whole.indexOf(QLatin1String(" ("));
    if (bracket < 0) return {whole, runsOf(leader)};
    return {whole.left(bracket),
            AnswerText::tr("%1 · %2").arg(whole.mid(bracket + 2).chopped(1), runsOf(leader))};
}

AnswerTile memoryOf(const Contender& leader)
{
    if (leader.peakBytes <= 0) return {QStringLiteral("–"), AnswerText::tr("memory not measured")};
    return {text(words::bytesWords(leader.peakBytes)), AnswerText::tr("peak memory")};
}

AnswerTile nextOf(const Recommendation& found)
{
    if (found.rivals.empty()) return {QStringLiteral("–"), AnswerText::tr("nothing else finished")};
    const Rival& rival = found.rivals.front();
    const QString name = text(rival.contender.name);
    switch (rival.standing) {
    case Standing::Slower: {
        const QString whole = text(words::ratioPhrase(*rival.ratio)); // "1.4× (1.3–1.5)"
        return {whole.section(' ', 0, 0), AnswerText::tr("faster than %1").arg(name)};
    }
    case Standing::NoDifference:
        return {QStringLiteral("≈"), AnswerText::tr("as fast as %1").arg(name)};
    case Standing::OtherStart:
        return {QStringLiteral("–"), AnswerText::tr("no ratio to %1").arg(name)};
    case Standing::TooFewRounds:
        break;
    }
    // So few runs tell no more digits.
    const double ratio = rival.ratio
                             ? rival.ratio->ratio
                             : rival.contender.seconds.median / found.leader->seconds.median;
    return {AnswerText::tr("~%1×").arg(ratio, 0, 'f', ratio < 10 ? 1 : 0),
            AnswerText::tr("over %1").arg(name)};
}

QString contextOf(const Recommendation& found)
{
    const QString with =
        found.time == TimeMeasure::WithSetup ? AnswerText::tr(" with start-up") : QString();
    return AnswerText::tr("Fastest%1%2 on %3")
        .arg(with, text(words::within(found.limit)), text(found.dataset));
}

void addUndecided(Answer& answer, const Recommendation& found, Standing standing)
{
    answer.undecided = {found.leader->cell};
    for (const auto* rival : words::rivalsThatAre(found, standing))
        answer.undecided.push_back(rival->contender.cell);
}

Answer ofLeader(const Recommendation& found)
{
    Answer answer;
    const Contender& leader = *found.leader;
    answer.headline = text(words::named(leader));
    answer.context = contextOf(found);
    answer.time = timeOf(leader);
    answer.memory = memoryOf(leader);
    answer.next = nextOf(found);
    return answer;
}

Answer winner(const Recommendation& found)
{
    Answer answer = ofLeader(found);
    answer.state = Answer::State::Decided;
    answer.pill = found.rivals.empty() ? AnswerText::tr("the only one") : AnswerText::tr("decided");
    return answer;
}

Answer tie(const Recommendation& found)
{
    Answer answer = ofLeader(found);
    const auto alike = words::rivalsThatAre(found, Standing::NoDifference);
    QStringList names{text(found.leader->name)};
    for (const auto* rival : alike)
        names << text(rival->contender.name);
    const QString last = names.takeLast();
    answer.headline = AnswerText::tr("%1 or %2").arg(names.join(QStringLiteral(", ")), last);
    answer.state = Answer::State::Tie;
    answer.pill = AnswerText::tr("no difference shown");
    answer.more = words::repeatsAgainstATie;
    addUndecided(answer, found, Standing::NoDifference);
    return answer;
}

Answer cannotTell(const Recommendation& found)
{
    Answer answer = ofLeader(found);
    answer.headline = AnswerText::tr("Probably %1").arg(answer.headline);
    answer.state = Answer::State::Open;
    if (!words::rivalsThatAre(found, Standing::OtherStart).empty()) {
        answer.pill = AnswerText::tr("no ratio");
        answer.more = roundsForVerdict;
        addUndecided(answer, found, Standing::OtherStart);
        return answer;
    }
    answer.more = 1;
    for (const auto* rival : words::rivalsThatAre(found, Standing::TooFewRounds))
        answer.more = std::max(answer.more, words::repeatsMissing(*rival));
    answer.pill = answer.more == 1 ? AnswerText::tr("1 more repeat decides")
                                   : AnswerText::tr("%1 more repeats decide").arg(answer.more);
    addUndecided(answer, found, Standing::TooFewRounds);
    return answer;
}

} // namespace

Answer answerOf(const Recommendation& found)
{
    switch (found.kind) {
    case RecommendationKind::Winner:
        return winner(found);
    case RecommendationKind::NoDifference:
        return tie(found);
    case RecommendationKind::CannotTell:
        return cannotTell(found);
    case RecommendationKind::SomeFailed:
    case RecommendationKind::NothingFinished:
    case RecommendationKind::NothingRun:
        break;
    }
    Answer answer;
    const QString whole = text(sentence(found));
    // The first sentence is the answer, what follows its reason.
    const qsizetype stop = whole.indexOf(QLatin1String(". "));
    answer.headline = stop < 0 ? whole : whole.left(stop);
    answer.context = stop < 0 ? QString() : whole.mid(stop + 2);
    const bool failed = found.kind != RecommendationKind::NothingRun;
    answer.state = failed ? Answer::State::Failed : Answer::State::Nothing;
    answer.pill = failed ? AnswerText::tr("none finished") : AnswerText::tr("reference only");
    if (!failed && !found.reference && !found.excluded.empty())
        answer.pill = AnswerText::tr("all excluded");
    if (found.kind == RecommendationKind::SomeFailed) answer.pill = AnswerText::tr("some failed");
    if (found.reference) {
        answer.time = timeOf(*found.reference);
        answer.time.caption = AnswerText::tr("Spillway's own engine");
        if (!found.reference->own) answer.time.caption = text(found.reference->name);
        answer.memory = memoryOf(*found.reference);
    }
    return answer;
}

const char* pillRole(Answer::State state)
{
    switch (state) {
    case Answer::State::Decided:
        return "pill-good";
    case Answer::State::Tie:
    case Answer::State::Open:
        return "pill";
    case Answer::State::Failed:
        return "pill-bad";
    case Answer::State::Nothing:
        break;
    }
    return "pill-muted";
}

} // namespace spillway
