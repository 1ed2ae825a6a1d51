#include "analysis/session_ratio.h"

#include "analysis/engine_names.h"

#include <algorithm>

namespace spillway {
namespace {

const CellSummary* sameCell(const Comparison& comparison, const EngineLine& line, int workers)
{
    for (const auto& other : comparison.lines)
        if (other.engine == line.engine && other.profile == line.profile &&
            other.parameters == line.parameters)
            for (const auto& cell : other.cells)
                if (cell.cell.workers == workers) return &cell;
    return nullptr;
}

TableValue quotient(const std::optional<Interval>& above, const std::optional<Interval>& below)
{
    if (!above || !below || below->median <= 0) return {};
    return above->median / below->median;
}

} // namespace

std::vector<std::string> ratioObstacles(const Comparison& a, const Comparison& b)
{
    std::vector<std::string> reasons;
    const auto differ = [&](bool different, const char* reason) {
        if (different) reasons.emplace_back(reason);
    };
    differ(a.key.dataset != b.key.dataset, "the data differ");
    differ(a.key.workload != b.key.workload, "the workload differs");
    differ(a.key.machine != b.key.machine, "the machine differs");
    // What a cluster reports and what is sampled here are two definitions of memory.
    differ(a.key.address != b.key.address, "the cluster and with it the meaning of memory differ");
    differ(a.key.memoryLimit != b.key.memoryLimit, "the memory limit differs");
    differ(a.key.cache != b.key.cache, "the state of the file cache differs");
    return reasons;
}

Table ratioTable(const Comparison& a, const Comparison& b)
{
    Table table{"Second session ÷ first",
                {{.id = "engine", .title = "Engine"},
                 {.id = "workers", .title = "Workers", .decimals = 0},
                 {.id = "seconds_first", .title = "Seconds, first", .decimals = 3},
                 {.id = "seconds_second", .title = "Seconds, second", .decimals = 3},
                 {.id = "seconds_ratio", .title = "Time ÷", .decimals = 2},
                 {.id = "peak_ratio", .title = "Peak ÷", .decimals = 2}},
                {}};
    for (const auto& line : b.lines)
        for (const auto& cell : line.cells) {
            const auto* first = sameCell(a, line, cell.cell.workers);
            if (!first || !first->seconds || !cell.seconds) continue;
            table.rows.push_back({lineName(line.engine, line.profile, line.parameters),
                                  std::int64_t(cell.cell.workers), first->seconds->median,
                                  cell.seconds->median, quotient(cell.seconds, first->seconds),
                                  quotient(cell.peakBytes, first->peakBytes)});
        }
    return table;
}

const Comparison* counterpart(const Comparison& comparison,
                              const std::vector<Comparison>& candidates)
{
    const auto best = std::ranges::min_element(candidates, {}, [&](const Comparison& candidate) {
        return ratioObstacles(comparison, candidate).size();
    });
    return best == candidates.end() ? nullptr : &*best;
}

} // namespace spillway
