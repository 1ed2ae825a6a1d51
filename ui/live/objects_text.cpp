#include "ui/live/objects_text.h"

#include "work/text.h"

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
    const ObjectStates& objects = *told->counters.objects;
    const auto amount = [](const ObjectAmount& state, const QString& name) {
        return ObjectsText::tr("%1 %2 (%3)")
            .arg(countText(state.objects), name, bytesText(state.bytes));
    };
    QString text = ObjectsText::tr("Objects: %1, %2, %3, %4")
                       .arg(amount(objects.inUse, ObjectsText::tr("in use")),
                            amount(objects.pinned, ObjectsText::tr("pinned")),
                            amount(objects.evictable, ObjectsText::tr("evictable")),
                            amount(objects.spilled, ObjectsText::tr("on disk only")));
    const auto again = told->counters.reExecuted.value_or(0);
    if (again > 0) text += ObjectsText::tr(". Tasks re-executed: %1").arg(again);
    return text;
}

} // namespace spillway
