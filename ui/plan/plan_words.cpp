#include "ui/plan/plan_words.h"

#include "work/text.h"

#include <QCoreApplication>
#include <QStringList>

#include <cmath>

namespace spillway {
namespace {

struct PlanWords {
    Q_DECLARE_TR_FUNCTIONS(spillway::PlanWords)
};

} // namespace

QString presetTitle(const std::string& id)
{
    if (id == "quick") return PlanWords::tr("Quick");
    if (id == "paper") return PlanWords::tr("The paper");
    if (id == "sweep") return PlanWords::tr("Sweep");
    if (id == "squeeze") return PlanWords::tr("Squeeze");
    return text(id);
}

QString presetHelp(const std::string& id)
{
    if (id == "quick")
        return PlanWords::tr("Group-by means on every core, 5 repeats in two minutes");
    if (id == "paper")
        return PlanWords::tr("Dask and Ray as the paper used them, 2 to 16 workers, 1 repeat");
    if (id == "sweep") return PlanWords::tr("Many worker counts, for a scaling curve");
    if (id == "squeeze")
        return PlanWords::tr("Ever lower memory limits, on data loaded into memory");
    return {};
}

QString shortDuration(Seconds duration)
{
    const double seconds = duration.count();
    const bool minutes = seconds >= 60 && std::fmod(seconds, 60) == 0;
    return minutes ? QStringLiteral("%1 min").arg(seconds / 60)
                   : QStringLiteral("%1 s").arg(seconds);
}

QString estimateText(const PlanEstimate& estimate)
{
    QStringList parts;
    parts << runsText(estimate.runs);
    if (estimate.roundsInBudget)
        parts << PlanWords::tr("cut to %1: about %2 of %3 rounds")
                     .arg(shortDuration(*estimate.budget))
                     .arg(*estimate.roundsInBudget)
                     .arg(estimate.rounds);
    else if (estimate.budget && estimate.runsWithUnknownTime > 0)
        parts << PlanWords::tr("at most %1").arg(shortDuration(*estimate.budget));
    else if (!estimate.duration)
        parts << PlanWords::tr("time unknown");
    else if (estimate.runsWithUnknownTime > 0)
        parts << PlanWords::tr("at least %1 (%2 runs unknown)")
                     .arg(durationText(*estimate.duration))
                     .arg(estimate.runsWithUnknownTime);
    else
        parts << aboutText(*estimate.duration);
    parts << (estimate.scratch > 0
                  ? PlanWords::tr("up to %1 scratch").arg(bytesText(estimate.scratch))
                  : PlanWords::tr("no scratch"));
    if (estimate.refused > 0) parts << PlanWords::tr("%1 skipped").arg(estimate.refused);
    return parts.join(QStringLiteral(" · "));
}

} // namespace spillway
