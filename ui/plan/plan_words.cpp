#include "ui/plan/plan_words.h"

#include "ui/work/text.h"

#include <QCoreApplication>
#include <QStringList>

namespace spillway {
namespace {

QString tr(const char* source)
{
    return QCoreApplication::translate("spillway::PlanWords", source);
}

} // namespace

QString presetTitle(const std::string& id)
{
    if (id == "quick") return tr("Quick");
    if (id == "paper") return tr("The paper");
    if (id == "sweep") return tr("Sweep");
    if (id == "squeeze") return tr("Squeeze");
    return text(id);
}

QString presetHelp(const std::string& id)
{
    if (id == "quick") return tr("Both kinds of work, workers up to the cores, 3 repeats");
    if (id == "paper") return tr("Dask and Ray as the study used them, 2 to 16 workers, 1 repeat");
    if (id == "sweep") return tr("Many worker counts, for a curve of the scaling");
    if (id == "squeeze") return tr("Smaller and smaller memory limits, on loaded data");
    return {};
}

QString estimateText(const PlanEstimate& estimate)
{
    QStringList parts;
    parts << runsText(estimate.runs);
    if (!estimate.duration)
        parts << tr("time unknown");
    else if (estimate.runsWithUnknownTime > 0)
        parts << tr("at least %1 (%2 runs unknown)")
                     .arg(durationText(*estimate.duration))
                     .arg(estimate.runsWithUnknownTime);
    else
        parts << aboutText(*estimate.duration);
    parts << (estimate.scratch > 0 ? tr("up to %1 scratch").arg(bytesText(estimate.scratch))
                                   : tr("no scratch"));
    if (estimate.refused > 0) parts << tr("%1 skipped").arg(estimate.refused);
    return parts.join(QStringLiteral(" · "));
}

} // namespace spillway
