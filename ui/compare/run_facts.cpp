#include "ui/compare/run_facts.h"

#include "base/json.h"
#include "work/cell_text.h"
#include "work/text.h"
#include "work/window_words.h"

#include <QCoreApplication>

#include <map>

namespace spillway {
namespace {

struct RunFactsText {
    Q_DECLARE_TR_FUNCTIONS(RunFacts)
};

class Lines {
public:
    void add(const QString& label, const QString& value)
    {
        if (!value.isEmpty()) lines_ << QStringLiteral("%1: %2").arg(label, value);
    }
    void heading(const QString& title) { lines_ << QString() << title; }
    QString text() const { return lines_.join('\n'); }

private:
    QStringList lines_;
};

QString seconds(const std::optional<double>& value)
{
    return value ? durationText(Seconds(*value)) : QString();
}

void addTimes(Lines& lines, const RunRecord& record)
{
    lines.add(RunFactsText::tr("Seconds (go to done)"),
              record.seconds ? QString::number(*record.seconds, 'f', 4) : QString());
    lines.add(RunFactsText::tr("Set-up"), seconds(record.setupSeconds));
    for (const auto& phase : record.phases)
        lines.add(RunFactsText::tr("Phase %1").arg(text(phase.name)),
                  durationText(phase.end - phase.begin));
    lines.add(RunFactsText::tr("Wall time until the last process exited"),
              durationText(Seconds(record.wallSeconds)));
    lines.add(RunFactsText::tr("Started"), text(record.startedAt));
}

QString shareText(std::optional<double> share)
{
    return share ? QStringLiteral("%1 %").arg(*share * 100, 0, 'f', 1) : QStringLiteral("?");
}

void addUsage(Lines& lines, const RunRecord& record)
{
    lines.add(RunFactsText::tr("Peak memory (private + shared)"),
              record.peakBytes ? bytesText(*record.peakBytes) : RunFactsText::tr("not measured"));
    lines.add(RunFactsText::tr("Mapped files, not counted"), bytesText(record.peakFileBytes));
    lines.add(RunFactsText::tr("Sum of high-water marks"), bytesText(record.hwmSumBytes));
    if (record.rssDelta)
        lines.add(RunFactsText::tr("RSS delta, as in the paper"), bytesText(*record.rssDelta));
    lines.add(RunFactsText::tr("Memory limit"), record.cell.memoryLimit
                                                    ? bytesText(*record.cell.memoryLimit)
                                                    : RunFactsText::tr("none"));
    lines.add(RunFactsText::tr("Spilled / restored"),
              QStringLiteral("%1 / %2").arg(bytesText(record.spilledBytes),
                                            bytesText(record.restoredBytes)));
    lines.add(RunFactsText::tr("Read from / written to disk"),
              QStringLiteral("%1 / %2").arg(bytesText(record.diskReadBytes),
                                            bytesText(record.diskWrittenBytes)));
    lines.add(RunFactsText::tr("CPU time, user + system"),
              QStringLiteral("%1 s + %2 s")
                  .arg(record.userSeconds, 0, 'f', 2)
                  .arg(record.systemSeconds, 0, 'f', 2));
    lines.add(RunFactsText::tr("Most processes / threads"),
              QStringLiteral("%1 / %2").arg(record.maxProcesses).arg(record.maxThreads));
    lines.add(RunFactsText::tr("Spillway's own CPU time"),
              QStringLiteral("%1 s").arg(record.hostCpuSeconds, 0, 'f', 2));
    if (record.residency)
        lines.add(RunFactsText::tr("In the page cache at go / done"),
                  QStringLiteral("%1 / %2").arg(shareText(record.residency->atGo),
                                                shareText(record.residency->atDone)));
}

void addResult(Lines& lines, const RunResult& result)
{
    lines.add(RunFactsText::tr("Rows"), countText(result.rows));
    for (const auto& fact : result.facts)
        lines.add(text(fact.name), text(fact.text));
    for (const auto& note : result.notes)
        lines.add(RunFactsText::tr("Note"), text(note));
}

QString eventText(const Event& event)
{
    // The line that the engine sent, without its stamp.
    return text(eventLine(event))
        .replace(QStringLiteral("\"t\":%1,").arg(event.t.count()), QString());
}

} // namespace

QString flagText(const std::string& flag)
{
    static const std::map<std::string, const char*> words{
        {"oversubscribed", QT_TRANSLATE_NOOP("RunFacts", "more workers than cores")},
        {"exceeds-cache",
         QT_TRANSLATE_NOOP("RunFacts", "the data do not fit into the page cache beside the run: "
                                       "every run starts with none of them cached")},
        {"not-cold", QT_TRANSLATE_NOOP(
                         "RunFacts", "part of the data could not be dropped from the page cache")},
        {"not-warm",
         QT_TRANSLATE_NOOP("RunFacts", "part of the data was not in the page cache at the start")},
        {"cache-differs",
         QT_TRANSLATE_NOOP("RunFacts", "no ratio: what it would be compared with started with a "
                                       "different share of the data in the page cache")},
        {"mixed-cache",
         QT_TRANSLATE_NOOP("RunFacts",
                           "its repeats did not start with the same share of the data in the file "
                           "cache")},
        {"hung-after-bye", QT_TRANSLATE_NOOP("RunFacts", "the engine did not exit by itself")},
        {"noisy",
         QT_TRANSLATE_NOOP("RunFacts",
                           "other programs were using the CPU, or the hypervisor took it away")},
        {"sampling-gap",
         QT_TRANSLATE_NOOP("RunFacts", "memory was not sampled for too long: does not count")},
        {"arrival-gap",
         QT_TRANSLATE_NOOP("RunFacts", "Spillway itself was delayed: does not count")},
        {"suspended", QT_TRANSLATE_NOOP("RunFacts", "the machine was suspended: does not count")},
        {"clock-skew",
         QT_TRANSLATE_NOOP("RunFacts", "the engine reported impossible times: does not count")},
        {"seconds-from-host",
         QT_TRANSLATE_NOOP("RunFacts",
                           "the engine reported an impossible end time: does not count")},
        {"setup-from-host",
         QT_TRANSLATE_NOOP("RunFacts",
                           "the engine reported an impossible set-up time: does not count")},
        {"cluster-memory",
         QT_TRANSLATE_NOOP(
             "RunFacts", "memory was measured on the cluster's nodes; no limit is enforced there")},
        {"no-memory-figure",
         QT_TRANSLATE_NOOP("RunFacts", "memory could not be measured on the cluster's nodes")},
        {"unchecked",
         QT_TRANSLATE_NOOP("RunFacts", "there was no reference to check the result against")},
        {"another-model",
         QT_TRANSLATE_NOOP("RunFacts", "the engine fits another model than the workload defines: "
                                       "only its accuracies were checked")},
        {"cache-lost",
         QT_TRANSLATE_NOOP("RunFacts",
                           "a tenth of the data or more left the page cache during the run")},
        {"residency-unknown",
         QT_TRANSLATE_NOOP("RunFacts", "another user's file: the system does not report how much "
                                       "of it is in the page cache")},
        {"re-executed",
         QT_TRANSLATE_NOOP("RunFacts", "the engine lost part of its work and did it again")},
        {"oom-kill-meanwhile",
         QT_TRANSLATE_NOOP(
             "RunFacts", "the kernel ran out of memory and killed another program during the run")},
        {"no-bye", QT_TRANSLATE_NOOP("RunFacts", "the engine exited without its final message")},
        {"processes-left",
         QT_TRANSLATE_NOOP("RunFacts", "a process of the run could not be ended")},
        {"scratch-left",
         QT_TRANSLATE_NOOP("RunFacts", "scratch files of the run could not be removed")},
        {"cleaned-without-guard",
         QT_TRANSLATE_NOOP("RunFacts", "the run's guard died: Spillway cleaned up instead")},
        {"tasks-sampled",
         QT_TRANSLATE_NOOP("RunFacts", "the engine reported only a sample of its tasks")},
        {"tasks-cut", QT_TRANSLATE_NOOP("RunFacts", "tasks outside the run's time are left out")},
        {"phases-cut",
         QT_TRANSLATE_NOOP("RunFacts", "there were too many phases to keep them all")},
        {"events-cut",
         QT_TRANSLATE_NOOP("RunFacts", "there were too many events to keep them all")},
        {"until-decided", QT_TRANSLATE_NOOP("RunFacts", "repeated until it was decided")},
        {"slow-first", QT_TRANSLATE_NOOP("RunFacts", "the first repeat was slow")},
        {"few-repeats", QT_TRANSLATE_NOOP("RunFacts", "too few repeats for an interval")},
        {"older-settings-left-out",
         QT_TRANSLATE_NOOP("RunFacts", "older runs under other settings are left out")},
        {"runs-excluded", QT_TRANSLATE_NOOP("RunFacts", "runs that you excluded are left out")},
        {"outlier", QT_TRANSLATE_NOOP("RunFacts", "one repeat is an outlier")}};
    const auto found = words.find(flag);
    return found == words.end() ? text(flag) : RunFactsText::tr(found->second);
}

QString runFacts(const RunRecord& record)
{
    Lines lines;
    if (record.excluded) lines.add(RunFactsText::tr("Excluded because"), text(*record.excluded));
    lines.add(RunFactsText::tr("Status"), statusText(record.status));
    if (record.error) lines.add(RunFactsText::tr("Cause"), windowWords(*record.error));
    if (record.error) lines.add(RunFactsText::tr("During"), text(record.error->phase));
    lines.add(RunFactsText::tr("Engine"), text(record.cell.engine + " " + record.engineVersion));
    lines.add(RunFactsText::tr("Cache before the run"), text(name(record.cell.cache)));
    for (const auto& flag : record.flags)
        lines.add(RunFactsText::tr("Flag"), flagText(flag));
    lines.heading(RunFactsText::tr("Time"));
    addTimes(lines, record);
    lines.heading(RunFactsText::tr("Memory and work"));
    addUsage(lines, record);
    if (record.result) {
        lines.heading(RunFactsText::tr("Result"));
        addResult(lines, *record.result);
    }
    lines.heading(RunFactsText::tr("Settings confirmed by the engine"));
    for (const auto& [key, value] : record.settings)
        lines.add(text(key), text(value));
    for (const auto& [library, version] : record.libraries)
        lines.add(text(library), text(version));
    return lines.text();
}

QString runEvents(const RunRecord& record, const RunTrace& trace)
{
    QStringList lines;
    const Seconds origin =
        record.goAt.value_or(trace.events.empty() ? Seconds{} : trace.events.front().t);
    for (const auto& event : trace.events)
        lines << QStringLiteral("%1 s  %2")
                     .arg((event.t - origin).count(), 9, 'f', 3)
                     .arg(eventText(event));
    return lines.join('\n');
}

QString environmentFacts(const Environment& environment)
{
    Lines lines;
    const Json json = toJson(environment);
    for (const auto& [key, value] : json.items())
        lines.add(text(key).replace('_', ' '),
                  value.is_string() ? text(value.get<std::string>()) : text(toLine(value)));
    return lines.text();
}

} // namespace spillway
