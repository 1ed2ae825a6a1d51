#include "analysis/table.h"

#include "base/units.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>

#include <algorithm>

namespace spillway {
namespace {

TableValue text(const std::string& value)
{
    return value.empty() ? TableValue() : TableValue(value);
}

TableValue median(const std::optional<Interval>& interval, double scale = 1)
{
    return interval ? TableValue(interval->median / scale) : TableValue();
}

TableValue low(const std::optional<Interval>& interval, double scale = 1)
{
    return interval ? TableValue(interval->low / scale) : TableValue();
}

TableValue high(const std::optional<Interval>& interval, double scale = 1)
{
    return interval ? TableValue(interval->high / scale) : TableValue();
}

std::string joined(const std::vector<std::string>& words)
{
    std::string all;
    for (const auto& word : words)
        all += (all.empty() ? "" : " ") + word;
    return all;
}

/// "6 ok", "4 ok, 2 timed-out", "5 ok, 1 excluded".
std::string statusText(const CellSummary& cell)
{
    std::string all;
    for (const auto& [status, count] : cell.statuses)
        all += fmt::format("{}{} {}", all.empty() ? "" : ", ", count, name(status));
    if (cell.excluded > 0)
        all += fmt::format("{}{} excluded", all.empty() ? "" : ", ", cell.excluded);
    return all;
}

/// What the interval is: at least 95 % by order statistics, else the smallest and the largest.
std::string intervalText(const std::optional<Interval>& interval)
{
    if (!interval) return {};
    if (!interval->coverage) return "min–max";
    return fmt::format("{:.1f} %", *interval->coverage * 100);
}

/// Nothing for CSV, which is the usual: a column that nobody needs is dropped.
TableValue formatText(FileFormat format)
{
    return format == FileFormat::Csv ? TableValue() : TableValue(std::string(name(format)));
}

std::vector<TableValue> summaryRow(const EngineLine& line, const CellSummary& cell,
                                   const std::vector<Measure>& measures)
{
    const std::int64_t ok =
        cell.statuses.contains(RunStatus::Ok) ? cell.statuses.at(RunStatus::Ok) : std::int64_t(0);
    std::vector<TableValue> row{line.engine,
                                line.profile,
                                formatText(line.format),
                                std::int64_t(cell.cell.workers),
                                ok,
                                statusText(cell),
                                median(cell.seconds),
                                low(cell.seconds),
                                high(cell.seconds),
                                text(intervalText(cell.seconds)),
                                median(cell.setupSeconds),
                                median(cell.peakBytes, megabyte),
                                low(cell.peakBytes, megabyte),
                                high(cell.peakBytes, megabyte),
                                orNothing(cell.speedup),
                                orNothing(cell.efficiency)};
    for (const Measure& measure : measures)
        row.push_back(median(cell.measure(measure.name)));
    row.push_back(median(cell.residentAtGo));
    row.push_back(median(cell.diskReadBytes, megabyte));
    row.push_back(text(joined(cell.flags)));
    row.push_back(cell.firstError ? text(cell.firstError->message) : TableValue());
    return row;
}

/// Of every kind of work, each name once.
std::vector<Measure> allMeasures()
{
    std::vector<Measure> all;
    for (const auto* type : workloadTypes())
        for (const Measure& measure : type->measures)
            if (std::ranges::find(all, measure.name, &Measure::name) == all.end())
                all.push_back(measure);
    return all;
}

std::vector<TableValue> runRow(const RunRecord& record, const std::vector<Measure>& measures)
{
    const auto& cell = record.cell;
    std::vector<TableValue> row{record.id,
                                text(record.datasetName),
                                record.workload.kind,
                                cell.engine,
                                cell.profile,
                                formatText(cell.format),
                                text(record.engineVersion),
                                std::int64_t(cell.workers),
                                std::int64_t(record.repeat),
                                std::string(record.warmup ? "yes" : "no"),
                                std::string(name(record.status)),
                                orNothing(record.setupSeconds),
                                orNothing(record.seconds),
                                record.peakBytes ? TableValue(*record.peakBytes) : TableValue(),
                                record.hwmSumBytes,
                                record.rssDelta ? TableValue(*record.rssDelta) : TableValue(),
                                record.spilledBytes,
                                cell.memoryLimit ? TableValue(*cell.memoryLimit) : TableValue(),
                                text(record.enforcement),
                                std::string(name(cell.cache)),
                                record.residency ? TableValue(record.residency->atGo)
                                                 : TableValue(),
                                record.diskReadBytes,
                                record.rows};
    for (const Measure& measure : measures)
        row.push_back(orNothing(measureOf(record, measure.name)));
    row.push_back(text(joined(record.flags)));
    row.push_back(record.error ? text(record.error->message) : TableValue());
    row.push_back(text(record.startedAt));
    row.push_back(text(record.excluded.value_or("")));
    return row;
}

} // namespace

TableValue orNothing(const std::optional<double>& value)
{
    return value ? TableValue(*value) : TableValue();
}

void dropEmptyColumns(Table& table)
{
    for (std::size_t c = table.columns.size(); c-- > 0;) {
        const bool empty = std::ranges::all_of(table.rows, [&](const auto& row) {
            const auto* text = std::get_if<std::string>(&row[c]);
            return std::holds_alternative<std::monostate>(row[c]) || (text && text->empty());
        });
        if (!empty) continue;
        table.columns.erase(table.columns.begin() + static_cast<std::ptrdiff_t>(c));
        for (auto& row : table.rows)
            row.erase(row.begin() + static_cast<std::ptrdiff_t>(c));
    }
}

Table summaryTable(const Comparison& comparison)
{
    Table table;
    table.title = fmt::format("{} of {}", nameOf(comparison.workload), comparison.datasetName);
    table.columns = {{"engine", "Engine"},
                     {"profile", "Profile"},
                     {"format", "Format"},
                     {"workers", "Workers", 0},
                     {"ok_runs", "Runs", 0},
                     {"statuses", "Status"},
                     {"seconds_median", secondsTitle(comparison.time) + " (median)", 3},
                     {"seconds_low", "Low", 3},
                     {"seconds_high", "High", 3},
                     {"interval", "Interval"},
                     {"setup_seconds_median", "Set-up s", 2},
                     {"peak_mb_median", "Peak MB (median)", 1},
                     {"peak_mb_low", "Low", 1},
                     {"peak_mb_high", "High", 1},
                     {"speedup", "Speedup", 2},
                     {"efficiency", "Efficiency", 2}};
    const auto& measures = typeOf(comparison.workload).measures;
    for (const Measure& measure : measures)
        table.columns.push_back({measure.name, titleOf(measure), measure.decimals});
    table.columns.push_back(
        {.id = "resident_at_go", .title = "Data cached at go", .decimals = 2, .dispensable = 1});
    table.columns.push_back(
        {.id = "disk_read_mb_median", .title = "Read MB", .decimals = 1, .dispensable = 1});
    table.columns.push_back({"flags", "Flags"});
    table.columns.push_back({"error", "Error"});
    for (const auto& line : comparison.lines)
        for (const auto& cell : line.cells)
            table.rows.push_back(summaryRow(line, cell, measures));
    return table;
}

const CellKey& cellOfRow(const Comparison& comparison, std::size_t row)
{
    std::size_t line = 0;
    while (row >= comparison.lines[line].cells.size())
        row -= comparison.lines[line++].cells.size();
    return comparison.lines[line].cells[row].cell;
}

Table runsTable(const std::vector<RunRecord>& records)
{
    Table table;
    table.title = "Runs";
    const auto detail = [](const char* id, const char* title, int decimals, int dispensable) {
        return TableColumn{
            .id = id, .title = title, .decimals = decimals, .dispensable = dispensable};
    };
    table.columns = {{"run", "Run", 0},
                     detail("dataset", "Dataset", 0, 1),
                     {"workload", "Workload"},
                     {"engine", "Engine"},
                     {"profile", "Profile"},
                     {"format", "Format"},
                     detail("engine_version", "Version", 0, 3),
                     {"workers", "Workers", 0},
                     {"repeat", "Repeat", 0},
                     detail("warmup", "Warm-up", 0, 2),
                     {"status", "Status"},
                     detail("setup_seconds", "Set-up s", 3, 2),
                     {"seconds", "Seconds", 3},
                     {"peak_bytes", "Peak bytes", 0},
                     detail("hwm_sum_bytes", "Sum of VmHWM, bytes", 0, 4),
                     detail("rss_delta_bytes", "RSS delta, as in the paper, bytes", 0, 4),
                     detail("spilled_bytes", "Spilled bytes", 0, 3),
                     detail("memory_limit", "Memory limit, bytes", 0, 4),
                     detail("enforcement", "Enforcement", 0, 5),
                     detail("cache", "Cache", 0, 4),
                     detail("resident_at_go", "Data cached at go", 4, 4),
                     detail("disk_read_bytes", "Read from disk, bytes", 0, 4),
                     detail("rows", "Rows", 0, 4)};
    const auto measures = allMeasures();
    for (const Measure& measure : measures)
        table.columns.push_back({measure.name, titleOf(measure), measure.decimals});
    table.columns.push_back(detail("flags", "Flags", 0, 3));
    table.columns.push_back(detail("error", "Error", 0, 5));
    table.columns.push_back(detail("started_at", "Started (UTC)", 0, 5));
    table.columns.push_back({"excluded", "Excluded because"});
    for (const auto& record : records)
        table.rows.push_back(runRow(record, measures));
    return table;
}

} // namespace spillway
