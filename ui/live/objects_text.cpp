#include "ui/live/objects_text.h"

#include "ui/work/text.h"

#include <QCoreApplication>

#include <algorithm>

namespace spillway {
namespace {

struct ObjectsText {
    Q_DECLARE_TR_FUNCTIONS(ObjectsText)
};

} // namespace

QString objectsText(const WatchedRun& run)
{
    const auto told =
        std::find_if(run.counters.rbegin(), run.counters.rend(),
                     [](const CounterReading& reading) { return reading.counters.objects; });
    if (told == run.counters.rend()) return {};
    const ObjectBytes& objects = *told->counters.objects;
    QString text = ObjectsText::tr("Objects: %1 in use, %2 pinned, %3 evictable, %4 on disk only")
                       .arg(bytesText(objects.inUse), bytesText(objects.pinned),
                            bytesText(objects.evictable), bytesText(objects.spilled));
    const auto again = told->counters.reExecuted.value_or(0);
    if (again > 0) text += ObjectsText::tr(". Tasks done again: %1").arg(again);
    return text;
}

} // namespace spillway
