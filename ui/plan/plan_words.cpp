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

Result<Bytes> sizeIn(const QString& words)
{
    return parseBytes(utf8(QString(words).remove(QLatin1Char(' '))));
}

Result<Seconds> durationIn(const QString& words)
{
    return parseDuration(utf8(QString(words).remove(QLatin1Char(' '))));
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
    if (estimate.runs == 0 && estimate.refused == 0) return parts.front();
    if (estimate.leftOut)
        parts << PlanWords::tr("cut to %1: about %2 runs fit")
                     .arg(shortDuration(*estimate.budget))
                     .arg(std::max(0, estimate.runs - estimate.leftOut->runs));
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
    if (estimate.scratch > 0)
        parts << PlanWords::tr("up to %1 scratch").arg(bytesText(estimate.scratch));
    if (estimate.refused > 0) parts << PlanWords::tr("%1 skipped").arg(estimate.refused);
    return parts.join(QStringLiteral(" · "));
}

} // namespace spillway
