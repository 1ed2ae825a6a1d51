#include "app/run_printer.h"

#include "base/json.h"
#include "work/cell_text.h"
#include "work/dataset_text.h"
#include "work/text.h"

#include "workloads/workload_type.h"

#include <fmt/format.h>

#include <unistd.h>

#include <cstdio>

namespace spillway {
namespace {

std::string cellText(const CellKey& cell, const Workload& workload, bool withLimit)
{
    const std::string profile = cell.profile == "default" ? "" : ":" + cell.profile;
    const std::string limit =
        withLimit ? " within " + (cell.memoryLimit ? formatBytes(*cell.memoryLimit) : "no limit")
                  : "";
    const std::string format = cell.format == FileFormat::Parquet ? " parquet" : "";
    return fmt::format("{} {}{}{} ×{}{}", nameOf(workload), cell.engine, profile, format,
                       cell.workers, limit);
}

std::string outcomeText(const RunRecord& record)
{
    if (record.status != RunStatus::Ok)
        return fmt::format("{}: {}", name(record.status),
                           record.error ? record.error->message : "");
    return fmt::format("{} (set-up {})  peak {}{}",
                       record.seconds ? formatDuration(Seconds(*record.seconds)) : "?",
                       record.setupSeconds ? formatDuration(Seconds(*record.setupSeconds)) : "?",
                       record.peakBytes ? formatBytes(*record.peakBytes) : "not measured",
                       record.cell.address.empty() || !record.peakBytes ? "" : " on its nodes");
}

} // namespace

RunPrinter::RunPrinter(bool json) : json_(json), colour_(mayColour(STDERR_FILENO)) {}

void RunPrinter::onPlan(const std::vector<PlannedRun>& runs)
{
    total_ = runs.size();
    std::set<std::optional<Bytes>> limits;
    for (const auto& run : runs)
        limits.insert(run.cell.memoryLimit);
    severalLimits_ = limits.size() > 1;
    line_.print(utf8(runsText(static_cast<std::int64_t>(total_))));
}

void RunPrinter::onRoundsAdded(const std::vector<PlannedRun>& runs, int rounds)
{
    total_ += runs.size();
    std::set<CellKey> cells;
    for (const auto& run : runs)
        cells.insert(run.cell);
    line_.print(fmt::format("Undecided after {} rounds: {} cells, {} more runs", rounds,
                            cells.size(), runs.size()));
}

void RunPrinter::onLeftOut(const std::vector<std::size_t>& positions)
{
    line_.print(fmt::format("The time budget leaves out {} of {} runs", positions.size(), total_));
    total_ -= positions.size();
}

void RunPrinter::onDatasetProgress(const Dataset& dataset, DatasetStep step, Bytes done,
                                   Bytes total)
{
    const Seconds now = monotonicNow();
    if ((now - shown_).count() < 0.1) return;
    shown_ = now;
    const char* what = "reading the whole file";
    if (step == DatasetStep::NativePass) what = "counting rows and groups";
    if (step == DatasetStep::ResultCheck) what = "checking the result";
    line_.show(
        fmt::format("{}  {}  {} of {}", dataset.name, what, formatBytes(done), formatBytes(total)));
}

void RunPrinter::onManifestRefuted(const Dataset& dataset)
{
    line_.print("Note: " + utf8(manifestRefutedText(dataset)));
}

void RunPrinter::onDatasetRead(const Dataset& dataset, const DatasetShape& shape)
{
    line_.print(
        fmt::format("{}: {} rows{}", dataset.name, formatCount(shape.rows),
                    shape.lastLineComplete ? "" : "; the last line ends without a line break"));
}

void RunPrinter::onDatasetUnchecked(const Dataset& dataset, const Error& why)
{
    line_.print("Note: " + utf8(uncheckedText(dataset, text(describe(why)))));
}

void RunPrinter::onOracleFailed(const Dataset& dataset, const std::string& oracle, const Error& why)
{
    line_.print("Note: " + utf8(withoutOracleText(dataset, text(oracle), text(describe(why)))));
}

void RunPrinter::onRunStarted(const PlannedRun& run, std::size_t position)
{
    cell_ =
        fmt::format("[{}/{}] {}{}", position + 1, total_,
                    cellText(run.cell, run.workload, severalLimits_), run.warmup ? " warm-up" : "");
    phase_.clear();
    share_.clear();
    memory_ = 0;
    begin_ = monotonicNow();
    refresh();
}

void RunPrinter::onRunEnded(const RunRecord& record, std::size_t position)
{
    sayEnd(record, position);
    if (!json_) return;
    toStdout("{}\n", terminalJson(toJson(record)));
    flushStdout();
}

/// What kept a run from starting keeps others of its data from it, too: it is said once.
void RunPrinter::sayEnd(const RunRecord& record, std::size_t position)
{
    const bool unstarted = record.status == RunStatus::Failed && record.wallSeconds <= 0;
    if (unstarted && record.error && !said_.insert(record.error->message).second) {
        ++unsaid_;
        return;
    }
    const std::string place = fmt::format("[{}/{}]", position + 1, total_);
    std::optional<fmt::terminal_color> colour;
    if (colour_ && record.status != RunStatus::Ok)
        colour = record.status == RunStatus::Unsupported ? fmt::terminal_color::yellow
                                                         : fmt::terminal_color::red;
    line_.print(fmt::format("{} {} {}  ", place,
                            cellText(record.cell, record.workload, severalLimits_),
                            record.warmup ? "warm-up" : fmt::format("#{}", record.repeat)),
                outcomeText(record), colour);
    sayWarnings(record);
    if (record.error && !record.error->remedy.empty() && said_.insert(record.error->remedy).second)
        line_.print("      ", record.error->remedy);
}

/// What a result says about itself: rows that were left out, a constant feature.
void RunPrinter::sayWarnings(const RunRecord& record)
{
    if (!record.result) return;
    const std::string cell = cellText(record.cell, record.workload, severalLimits_);
    for (const auto& warning : record.result->notes)
        if (said_.insert(cell + warning).second)
            line_.print(fmt::format("      {}: {}", cell, warning));
}

void RunPrinter::onState(RunState state)
{
    phase_ = utf8(stateText(state).toLower());
    share_.clear();
    refresh();
}

void RunPrinter::onCacheProgress(Bytes done, Bytes total)
{
    share_ = fmt::format("{} of {}", formatBytes(done), formatBytes(total));
    refresh();
}

void RunPrinter::onEvent(const Event& event)
{
    if (const auto* phase = std::get_if<PhaseEvent>(&event.body)) {
        phase_ = phase->begin ? phase->name : "";
        share_.clear();
    } else if (const auto* progress = std::get_if<ProgressEvent>(&event.body)) {
        share_ = progress->total && *progress->total > 0
                     ? fmt::format("{:.0f} %", 100.0 * static_cast<double>(progress->done) /
                                                   static_cast<double>(*progress->total))
                     : fmt::format("{} {}", formatCount(progress->done), progress->unit);
    } else {
        return;
    }
    refresh();
}

void RunPrinter::onSample(const Sample& sample)
{
    memory_ = sample.total();
    refresh();
}

void RunPrinter::refresh()
{
    const Seconds now = monotonicNow();
    if ((now - shown_).count() < 0.1) return;
    shown_ = now;
    line_.show(fmt::format("{}  {} {}  {}  {}", cell_, phase_, share_, formatDuration(now - begin_),
                           formatBytes(memory_)));
}

void RunPrinter::finish()
{
    line_.show("");
    if (unsaid_ > 0)
        line_.print(fmt::format("For the same reason {} more {} not started.", unsaid_,
                                unsaid_ == 1 ? "run was" : "runs were"));
}

} // namespace spillway
