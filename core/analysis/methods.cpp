#include "analysis/methods.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace spillway {
namespace {

std::string machineSentence(const Environment& environment)
{
    return fmt::format("Measured on {} ({} of {} cores usable, {}), {} of RAM, {}, {}, "
                       "virtualisation: {}, with Spillway {}.",
                       environment.cpuModel, environment.coresUsable, environment.coresTotal,
                       environment.simdLevel, formatBytes(environment.ram),
                       environment.operatingSystem, environment.kernel, environment.virtualisation,
                       environment.spillwayVersion);
}

std::string engineSentence(const std::vector<RunRecord>& records)
{
    std::set<std::string> engines;
    for (const auto& record : records)
        engines.insert(fmt::format("{} {}", record.cell.engine, record.engineVersion));
    return fmt::format("Engines: {}.", fmt::join(engines, ", "));
}

std::string repeatSentence(const std::vector<RunRecord>& records)
{
    int largest = 0;
    int warmups = 0;
    std::set<std::string_view> caches;
    for (const auto& record : records) {
        if (record.warmup)
            warmups = std::max(warmups, record.repeat);
        else
            largest = std::max(largest, record.repeat);
        caches.insert(name(record.cell.cache));
    }
    return fmt::format("Each cell was run up to {} {} after {} warm-up {}, in randomised "
                       "interleaved rounds; page cache before each run: {}.",
                       largest, largest == 1 ? "time" : "times", warmups,
                       warmups == 1 ? "run" : "runs", fmt::join(caches, ", "));
}

/// " Excluded by hand: run 4 (polars, 2 workers, repeat 3: the laptop slept)."
std::string excludedByHand(const std::vector<RunRecord>& records)
{
    std::vector<std::string> runs;
    for (const auto& record : records)
        if (record.excluded)
            runs.push_back(fmt::format("run {} ({}, {} {}, repeat {}: {})", record.id,
                                       record.cell.engine, record.cell.workers,
                                       record.cell.workers == 1 ? "worker" : "workers",
                                       record.repeat, *record.excluded));
    if (runs.empty()) return {};
    return fmt::format(" Excluded by hand from figures, verdicts and charts: {}.",
                       fmt::join(runs, "; "));
}

} // namespace

std::string methodsParagraph(const std::vector<RunRecord>& records,
                             const std::vector<Environment>& environments)
{
    if (records.empty()) return {};
    std::string text;
    for (const auto& environment : environments)
        text += machineSentence(environment) + " ";
    text += engineSentence(records) + " " + repeatSentence(records);
    text +=
        " Time runs from the moment an engine may touch the data until its driver holds the "
        "answer; set-up (imports, cluster start) is reported separately. Peak memory is the "
        "maximum, "
        "sampled "
        "from outside every 50 ms over the whole process tree, of private memory plus shared "
        "memory, "
        "shared pages counted once; page cache is not counted. Figures are medians with an "
        "interval "
        "by order statistics (at least 95 % from 6 repeats, minimum to maximum below). Failed runs "
        "are shown and left out of the statistics.";
    text += excludedByHand(records);
    if (environments.size() > 1)
        text += " This session holds runs from more than one environment: no ratio is formed "
                "across machines.";
    return text;
}

} // namespace spillway
