#include "analysis/engine_catalogue.h"
#include "analysis/published.h"

#include <algorithm>
#include <functional>

namespace spillway {
namespace {

struct Figure {
    PublishedAs form;
    TableColumn column;
    std::function<std::optional<double>(const PublishedRun&)> of;
};

const std::vector<Figure>& figures()
{
    using enum PublishedAs;
    const auto column = [](const char* id, const char* title, int decimals) {
        return TableColumn{.id = id, .title = title, .decimals = decimals, .figures = true};
    };
    static const std::vector<Figure> all{
        {Printed, column("published_seconds", "Published s", 2),
         [](const PublishedRun& run) { return std::optional(run.seconds); }},
        {Printed, column("published_rss_delta_mb", "RSS delta MB", 2),
         [](const PublishedRun& run) { return std::optional(run.rssDeltaMB); }},
        {Printed, column("published_speedup", "Speedup", 2),
         [](const PublishedRun& run) { return run.speedup; }},
        {Printed, column("published_efficiency", "Efficiency", 2),
         [](const PublishedRun& run) { return run.efficiency; }},
        {Printed, column("published_accuracy", "Accuracy", 4),
         [](const PublishedRun& run) { return run.accuracy; }},
        {Recomputed, column("logged_seconds", "Logged s", 2),
         [](const PublishedRun& run) { return std::optional(run.loggedSeconds); }},
        {Recomputed, column("logged_rss_delta_mb", "Logged RSS delta MB", 2),
         [](const PublishedRun& run) { return std::optional(run.loggedRssDeltaMB); }},
        {Recomputed, column("recomputed_speedup", "Recomputed speedup", 2),
         [](const PublishedRun& run) { return std::optional(run.recomputedSpeedup); }},
        {Recomputed, column("recomputed_efficiency", "Recomputed efficiency", 2),
         [](const PublishedRun& run) { return std::optional(run.recomputedEfficiency); }}};
    return all;
}

} // namespace

bool shows(const PublishedForms& forms, PublishedAs form)
{
    return std::ranges::find(forms, form) != forms.end();
}

Table publishedTable(const PublishedStudy& study, const PublishedForms& forms,
                     const std::optional<std::string>& kind)
{
    Table result{"The paper's figures; other machine and data",
                 {{.id = "table", .title = "Table"},
                  {.id = "engine", .title = "Engine"},
                  {.id = "workload", .title = "Workload", .dispensable = 3},
                  {.id = "file", .title = "File", .dispensable = 2},
                  {.id = "rows", .title = "Rows", .dispensable = 1},
                  {.id = "workers", .title = "Workers"}},
                 {}};
    for (const auto& figure : figures())
        if (shows(forms, figure.form)) result.columns.push_back(figure.column);
    for (const auto& table : study.tables) {
        if (kind && table.kind != *kind) continue;
        for (const auto& run : table.runs) {
            std::vector<TableValue> row{
                table.number, engineTitle(table.engine),
                table.kind,   std::string(table.half ? "smaller" : "larger"),
                table.rows,   std::int64_t(run.workers)};
            for (const auto& figure : figures())
                if (shows(forms, figure.form)) {
                    const auto value = figure.of(run);
                    row.push_back(value ? TableValue(*value) : TableValue());
                }
            result.rows.push_back(std::move(row));
        }
    }
    dropEmptyColumns(result);
    return result;
}

} // namespace spillway
