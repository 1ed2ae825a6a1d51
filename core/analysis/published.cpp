#include "analysis/published.h"

#include "analysis/engine_catalogue.h"
#include "base/json.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace spillway {
namespace {

/// Field of the tables as printed.
constexpr const char* printedAccuracy = "accuracy";

constexpr int publishedBaseline = 2; ///< the paper's least worker count

template <class T>
Result<void> take(T& into, const Json& json, const char* name)
{
    auto value = field<T>(json, name);
    if (!value) return value.error();
    into = std::move(*value);
    return {};
}

template <class T>
Result<void> take(std::optional<T>& into, const Json& json, const char* name)
{
    auto value = optionalField<T>(json, name);
    if (!value) return value.error();
    into = *value;
    return {};
}

Result<void> firstFailure(std::initializer_list<Result<void>> taken)
{
    for (const auto& one : taken)
        if (!one) return one;
    return {};
}

Result<PublishedRun> runFromJson(const Json& json)
{
    const auto printed = field<Json>(json, "published");
    const auto logged = field<Json>(json, "logged");
    const auto recomputed = field<Json>(json, "recomputed");
    if (!printed) return printed.error();
    if (!logged) return logged.error();
    if (!recomputed) return recomputed.error();
    PublishedRun run;
    const auto taken = firstFailure({
        take(run.workers, json, "workers"),
        take(run.seconds, *printed, "runtime_s"),
        take(run.rssDeltaMB, *printed, "peak_memory_mb"),
        take(run.speedup, *printed, "speedup"),
        take(run.efficiency, *printed, "efficiency"),
        take(run.accuracy, *printed, printedAccuracy),
        take(run.loggedSeconds, *logged, "runtime_s"),
        take(run.loggedRssDeltaMB, *logged, "rss_delta_mb"),
        take(run.recomputedSpeedup, *recomputed, "speedup"),
        take(run.recomputedEfficiency, *recomputed, "efficiency"),
    });
    if (!taken) return taken.error();
    return run;
}

Result<PublishedTable> tableFromJson(const std::string& number, const Json& json)
{
    PublishedTable table{.number = number, .engine = {}, .kind = {}, .runs = {}};
    std::string dataset;
    Json runs;
    const auto taken = firstFailure({
        take(table.engine, json, "engine"),
        take(table.kind, json, "workload"),
        take(dataset, json, "dataset"),
        take(table.rows, json, "rows"),
        take(runs, json, "runs"),
    });
    if (!taken) return taken.error();
    if (table.engine == "dask-ml") table.engine = "dask";
    table.half = dataset == "half";
    for (const auto& entry : runs) {
        auto run = runFromJson(entry);
        if (!run) return run.error();
        table.runs.push_back(*run);
    }
    if (table.runs.empty() || table.runs.front().workers != publishedBaseline)
        return badField("runs", "a first run with 2 workers");
    return table;
}

std::optional<double> figureOf(const PublishedTable& table, const PublishedRun& run,
                               PublishedFigure figure, PublishedAs as)
{
    const bool printed = as == PublishedAs::Printed;
    switch (figure) {
    case PublishedFigure::SecondsPerMillionRows:
        return (printed ? run.seconds : run.loggedSeconds) * 1e6 / static_cast<double>(table.rows);
    case PublishedFigure::Speedup:
        return printed ? run.speedup : std::optional(run.recomputedSpeedup);
    case PublishedFigure::Efficiency:
        return printed ? run.efficiency : std::optional(run.recomputedEfficiency);
    case PublishedFigure::Accuracy:
        return printed ? run.accuracy : std::nullopt; // nothing is recomputed
    case PublishedFigure::RssDeltaMB:
        return printed ? run.rssDeltaMB : run.loggedRssDeltaMB;
    }
    return std::nullopt;
}

/// The time that a printed speedup divides.
double impliedBaseline(const PublishedRun& run)
{
    return *run.speedup * run.seconds;
}

bool divides(const PublishedRun& run, double seconds)
{
    // Speedups are printed with two decimals.
    return std::abs(*run.speedup - seconds / run.seconds) < 0.0055;
}

const PublishedTable* tableDivided(const PublishedStudy& study, const PublishedTable& table,
                                   const PublishedRun& run)
{
    for (const auto& other : study.tables)
        if (other.number != table.number && divides(run, other.runs.front().seconds)) return &other;
    return nullptr;
}

std::vector<std::string> foreignBaselines(const PublishedStudy& study)
{
    std::vector<std::string> notes;
    for (const auto& table : study.tables) {
        std::map<std::string, std::vector<int>> workersByBaseline;
        for (const auto& run : table.runs) {
            if (!run.speedup || divides(run, table.runs.front().seconds)) continue;
            const auto* other = tableDivided(study, table, run);
            workersByBaseline[other ? fmt::format("the 2-worker time of Table {} ({:.2f} s)",
                                                  other->number, other->runs.front().seconds)
                                    : fmt::format("about {:.0f} s, which no table prints",
                                                  std::round(impliedBaseline(run) / 10) * 10)]
                .push_back(run.workers);
        }
        for (const auto& [baseline, workers] : workersByBaseline)
            notes.push_back(fmt::format("Table {}: the speedup with {} workers divides {}; its own "
                                        "2-worker time is {:.2f} s.",
                                        table.number, fmt::join(workers, ", "), baseline,
                                        table.runs.front().seconds));
    }
    return notes;
}

std::vector<std::string> efficiencyOverAllWorkers(const PublishedStudy& study)
{
    for (const auto& table : study.tables)
        for (const auto& run : table.runs) {
            if (!run.speedup || !run.efficiency) continue;
            if (std::abs(*run.efficiency - *run.speedup / run.workers) > 0.0055) continue;
            return {fmt::format("Every efficiency is the speedup over p although the baseline has "
                                "2 workers: {:.2f} "
                                "with {} workers in Table {} would be {:.2f}.",
                                *run.efficiency, run.workers, table.number,
                                *run.speedup * publishedBaseline / run.workers)};
        }
    return {};
}

std::vector<std::string> lostSigns(const PublishedStudy& study)
{
    std::vector<std::string> notes;
    for (const auto& table : study.tables)
        for (const auto& run : table.runs)
            if (run.rssDeltaMB * run.loggedRssDeltaMB < 0)
                notes.push_back(fmt::format(
                    "Table {}: the memory with {} workers is printed as {:.2f} MB and logged as "
                    "{:.2f} MB; it is a difference, no peak.",
                    table.number, run.workers, run.rssDeltaMB, run.loggedRssDeltaMB));
    return notes;
}

std::vector<std::string> differentFiles(const PublishedStudy& study)
{
    std::vector<std::string> notes;
    for (const bool half : {false, true}) {
        std::map<std::int64_t, std::vector<std::string>> tables;
        for (const auto& table : study.tables)
            if (table.half == half) tables[table.rows].push_back(table.number);
        if (tables.size() < 2) continue;
        std::vector<std::string> parts;
        for (const auto& [rows, numbers] : tables)
            parts.push_back(fmt::format("{:.1f} million rows in Table {}",
                                        static_cast<double>(rows) / 1e6, fmt::join(numbers, ", ")));
        notes.push_back(fmt::format("The {} file is not one: {}.", half ? "smaller" : "larger",
                                    fmt::join(parts, "; ")));
    }
    return notes;
}

bool isRound(const PublishedRun& run)
{
    return std::fmod(run.loggedSeconds, 100) == 0 &&
           run.loggedRssDeltaMB == std::round(run.loggedRssDeltaMB);
}

std::vector<std::string> roundFigures(const PublishedStudy& study)
{
    std::vector<std::string> notes;
    for (const auto& table : study.tables)
        for (const auto& run : table.runs)
            if (isRound(run))
                notes.push_back(fmt::format("Table {}: the row with {} workers has round figures "
                                            "({:.0f} s, {:.0f} MB), also in the logs.",
                                            table.number, run.workers, run.loggedSeconds,
                                            run.loggedRssDeltaMB));
    return notes;
}

} // namespace

Result<PublishedStudy> publishedStudyFromJson(const Json& json)
{
    PublishedStudy study;
    Json tables;
    const auto taken =
        firstFailure({take(study.source, json, "source"), take(tables, json, "tables")});
    if (!taken) return taken.error();
    if (!tables.is_object()) return badField("tables", "an object");
    for (const auto& [number, entry] : tables.items()) {
        auto table = tableFromJson(number, entry);
        if (!table) return table.error();
        study.tables.push_back(std::move(*table));
    }
    return study;
}

std::optional<PublishedFigure> publishedFigure(std::string_view measure)
{
    return measure == printedAccuracy ? std::optional(PublishedFigure::Accuracy) : std::nullopt;
}

std::vector<PublishedLine> publishedLines(const PublishedStudy& study, const std::string& kind,
                                          PublishedFigure figure, PublishedAs as)
{
    std::vector<PublishedLine> lines;
    for (const auto& table : study.tables) {
        if (table.kind != kind) continue;
        PublishedLine line{
            .engine = table.engine,
            .title = fmt::format("{}, Table {}, {}", engineTitle(table.engine), table.number,
                                 as == PublishedAs::Printed ? "published" : "recomputed"),
            .as = as,
            .points = {}};
        for (const auto& run : table.runs)
            if (const auto value = figureOf(table, run, figure, as))
                line.points.push_back({run.workers, *value});
        if (!line.points.empty()) lines.push_back(std::move(line));
    }
    return lines;
}

std::vector<std::string> publishedInconsistencies(const PublishedStudy& study)
{
    std::vector<std::string> notes;
    for (const auto find :
         {foreignBaselines, efficiencyOverAllWorkers, lostSigns, differentFiles, roundFigures})
        for (auto& note : find(study))
            notes.push_back(std::move(note));
    return notes;
}

} // namespace spillway
