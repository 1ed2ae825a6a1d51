#include "analysis/ease.h"

#include "analysis/snippet.h"
#include "workloads/workload_type.h"

#include <algorithm>

namespace spillway {
namespace {

/// The cell with the most workers that was seen at rest; nothing when there is none.
const CellSummary* cellAtRest(const EngineLine& line)
{
    const auto cell =
        std::find_if(line.cells.rbegin(), line.cells.rend(),
                     [](const CellSummary& one) { return one.restBytes.has_value(); });
    return cell == line.cells.rend() ? nullptr : &*cell;
}

std::string workOf(const Workload& workload)
{
    const auto& type = typeOf(workload);
    const bool labelled = nameOf(workload) != workload.kind;
    return labelled || type.title.empty() ? nameOf(workload) : type.title;
}

TableValue medianOf(const std::optional<Interval>& figure)
{
    return figure ? TableValue(figure->median) : TableValue();
}

TableValue megabytes(std::optional<double> bytes)
{
    return bytes ? TableValue(*bytes / 1e6) : TableValue();
}

} // namespace

std::vector<EaseRow> easeOf(const Comparison& comparison)
{
    std::vector<EaseRow> rows;
    for (const EngineLine& line : comparison.lines) {
        const CellSummary* cell = cellAtRest(line);
        if (!cell) continue;
        const auto lines = cell->programLines
                               ? cell->programLines
                               : programLines(comparison.workload, line.engine, line.profile);
        rows.push_back({.work = workOf(comparison.workload),
                        .name = line.name,
                        .engine = line.engine,
                        .workers = cell->cell.workers,
                        .lines = lines,
                        .installation = cell->installation,
                        .startSeconds = cell->startSeconds,
                        .restProcesses = cell->restProcesses,
                        .restBytes = cell->restBytes});
    }
    return rows;
}

std::vector<EaseRow> easeOf(const std::vector<Comparison>& comparisons)
{
    std::vector<EaseRow> all;
    for (auto each = comparisons.begin(); each != comparisons.end(); ++each) {
        const auto same = [&](const Comparison& later) {
            return workOf(later.workload) == workOf(each->workload) && !easeOf(later).empty();
        };
        if (std::any_of(std::next(each), comparisons.end(), same)) continue;
        const auto rows = easeOf(*each);
        all.insert(all.end(), rows.begin(), rows.end());
    }
    return all;
}

Table easeTable(const std::vector<EaseRow>& rows)
{
    Table table{"What it takes",
                {{.id = "work", .title = "Work"},
                 {.id = "engine", .title = "Engine"},
                 {.id = "lines", .title = "Lines of program"},
                 {.id = "packages", .title = "Packages"},
                 {.id = "installed_mb", .title = "Installed, MB", .decimals = 0},
                 {.id = "set_up_s", .title = "Set up once, s", .decimals = 1},
                 {.id = "new_mb", .title = "Of it fetched, MB", .decimals = 0, .dispensable = 2},
                 {.id = "start_s", .title = "Start, s", .decimals = 2},
                 {.id = "workers", .title = "Workers", .dispensable = 1},
                 {.id = "processes_at_rest", .title = "Processes at rest", .decimals = 0},
                 {.id = "memory_at_rest_mb", .title = "Memory at rest, MB", .decimals = 0}},
                {}};
    for (const EaseRow& row : rows) {
        const auto& made = row.installation;
        const auto whole = [](std::optional<int> number) {
            return number ? TableValue(std::int64_t(*number)) : TableValue();
        };
        table.rows.push_back(
            {row.work, row.name, whole(row.lines), made ? whole(made->packages) : TableValue(),
             megabytes(made ? std::optional(static_cast<double>(made->bytes)) : std::nullopt),
             orNothing(made ? made->seconds : std::nullopt),
             megabytes(made && made->newBytes ? std::optional(static_cast<double>(*made->newBytes))
                                              : std::nullopt),
             medianOf(row.startSeconds), std::int64_t(row.workers), medianOf(row.restProcesses),
             megabytes(row.restBytes ? std::optional(row.restBytes->median) : std::nullopt)});
    }
    return table;
}

std::string easeNote()
{
    return "Lines: code of the program that Spillway hands out for this work, or of the query's, "
           "without constants, blank lines and comments; none where no program is handed out, for "
           "an adapter is not what a user would write. Set up once: from no environment to a ready "
           "one, as measured when it was made; what was fetched then was new on the disk. Start: "
           "until the engine waits for its work; at rest: processes and memory while it waits. "
           "Medians of runs.";
}

} // namespace spillway
