#include "work/plan_feed.h"

#include "work/dataset_text.h"
#include "work/window_words.h"

#include <utility>

namespace spillway {

void PlanFeed::onPlan(const std::vector<PlannedRun>& runs)
{
    push(PlanBegan{runs, monotonicNow()});
}

void PlanFeed::onRoundsAdded(const std::vector<PlannedRun>& runs, int)
{
    push(RoundsAdded{runs});
}

void PlanFeed::onLeftOut(const std::vector<std::size_t>& positions)
{
    push(LeftOutRuns{positions});
}

void PlanFeed::onRunStarted(const PlannedRun& run, std::size_t position)
{
    push(RunBegan{run, position, monotonicNow()});
}

void PlanFeed::onDatasetProgress(const Dataset& dataset, DatasetStep step, Bytes done, Bytes total)
{
    const Seconds now = monotonicNow();
    if (now - datasetSaid_ < Seconds(0.05) && done < total) return;
    datasetSaid_ = now;
    push(DatasetProgress{dataset.name, step, done, total});
}

void PlanFeed::onManifestRefuted(const Dataset& dataset)
{
    push(DatasetNote{manifestRefutedText(dataset)});
}

void PlanFeed::onDatasetUnchecked(const Dataset& dataset, const Error& why)
{
    push(DatasetNote{uncheckedText(dataset, windowWords(why))});
}

void PlanFeed::onOracleFailed(const Dataset& dataset, const std::string& oracle, const Error& why)
{
    push(DatasetNote{withoutOracleText(dataset, text(oracle), windowWords(why))});
}

void PlanFeed::onCacheProgress(Bytes done, Bytes total)
{
    push(Event{monotonicNow(), ProgressEvent{done, total, "bytes"}});
}

void PlanFeed::onState(RunState state)
{
    push(StateEntered{state, monotonicNow()});
}

void PlanFeed::onEvent(const Event& event)
{
    push(event);
}

void PlanFeed::onSample(const Sample& sample)
{
    push(sample);
}

void PlanFeed::onRunEnded(const RunRecord& record, std::size_t position)
{
    push(RunOver{record, position, monotonicNow()});
}

void PlanFeed::close(Result<PlanOutcome> outcome)
{
    push(PlanOver{std::move(outcome)});
}

std::vector<PlanFeed::Message> PlanFeed::take()
{
    const MutexLock lock(mutex_);
    return std::exchange(messages_, {});
}

void PlanFeed::push(Message message)
{
    const MutexLock lock(mutex_);
    messages_.push_back(std::move(message));
}

} // namespace spillway
