#include "analysis/snippet.h"

#include "analysis/engine_names.h"
#include "base/escape.h"
#include "base/json.h"
#include "protocol/run_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <vector>

namespace spillway {
namespace {

struct Program {
    std::string_view engine;
    std::string_view profile; ///< empty: any
    std::string_view workload;
    std::vector<std::string> parts; ///< files of resources/snippets, one after the other
};

const std::vector<Program>& programs()
{
    static const std::vector<Program> all{
        {"duckdb", "", "etl", {"duckdb_etl"}},
        {"polars", "", "etl", {"polars_etl"}},
        {"pandas", "", "etl", {"csv_options", "pandas_etl"}},
        {"pandas", "", "logreg", {"csv_options", "pandas_logreg"}},
        {"dask", "tuned", "etl", {"dask_client", "dask_means", "csv_ranges", "dask_tuned_etl"}},
        {"dask", "naive", "etl", {"dask_client", "dask_means", "csv_options", "dask_naive_etl"}},
        {"dask", "tuned", "logreg", {"dask_client", "csv_ranges", "softmax", "dask_tuned_logreg"}},
        {"dask", "naive", "logreg", {"dask_client", "csv_options", "dask_ml_logreg"}},
        {"dask", "one-vs-rest", "logreg", {"dask_client", "csv_options", "dask_ml_logreg"}},
        {"ray", "tuned", "etl", {"ray_start", "csv_ranges", "ray_tuned_etl"}},
        {"ray", "naive", "etl", {"ray_start", "ray_csv", "ray_naive_etl"}},
        {"ray", "tuned", "logreg", {"ray_start", "csv_ranges", "softmax", "ray_tuned_logreg"}},
        {"ray", "naive", "logreg", {"ray_start", "ray_csv", "ray_naive_logreg"}},
        {"modin", "", "etl", {"ray_start", "csv_options", "modin_etl"}},
        {"pyspark", "", "etl", {"spark_csv", "pyspark_etl"}},
        {"pyspark", "", "logreg", {"spark_csv", "pyspark_logreg"}}};
    return all;
}

const std::map<std::string, std::string>& texts()
{
    static const std::map<std::string, std::string> all{
#include "snippet_texts.inc"
    };
    return all;
}

/// Constants of the program.
class Constants {
public:
    void add(const char* constant, const Json& value)
    {
        text += fmt::format("{} = {}\n", constant, pythonLiteral(value));
    }
    std::string text;
};

std::string character(char c)
{
    return c == '\0' ? std::string() : std::string(1, c);
}

void addDataset(Constants& constants, const Dataset& dataset)
{
    Json files = Json::array();
    for (const auto& path : dataset.paths)
        files.push_back(path.string());
    Json columns = Json::array();
    for (const auto& column : dataset.schema.columns)
        columns.push_back(column.name);
    const auto& format = dataset.schema.format;
    constants.add("FILES", files);
    constants.add("COLUMNS", columns);
    constants.add("DELIMITER", Json(character(format.delimiter)));
    constants.add("QUOTE", Json(character(format.quote)));
    constants.add("HEADER", Json(format.header));
}

void addWorkload(Constants& constants, const EtlWorkload& etl)
{
    constants.add("GROUP_BY", Json(etl.groupBy));
    constants.add("VALUES", Json(etl.values));
    constants.add("LOADED", Json(etl.materialise == EtlWorkload::Materialise::Loaded));
}

void addWorkload(Constants& constants, const LogregWorkload& logreg)
{
    constants.add("LABEL", Json(logreg.label));
    constants.add("FEATURES", Json(logreg.features));
    constants.add("SOLVER", Json(name(logreg.solver)));
    constants.add("MAX_ITERATIONS", Json(logreg.maxIterations));
    constants.add("TOLERANCE", Json(logreg.tolerance));
    constants.add("C", Json(logreg.c));
    constants.add("STANDARDISE", Json(logreg.standardise));
    constants.add("TEST_FRACTION", Json(logreg.testFraction));
}

/// "# DuckDB 1.4.1, 4 workers: 6.2 s, 80.0 MB peak, as Spillway measured it."
std::string headLine(const RunRecord& run)
{
    const bool plain = std::ranges::all_of(run.engineVersion, [](unsigned char c) {
        return std::isalnum(c) || c == '.' || c == '+' || c == '-';
    });
    const std::string version = plain && !run.engineVersion.empty() ? " " + run.engineVersion : "";
    const std::string peak = run.peakBytes ? ", " + formatBytes(*run.peakBytes) + " peak" : "";
    return fmt::format("# {}{}, {} {}: {:.3g} s{}, as Spillway measured it.\n",
                       terminalText(lineName(run.cell.engine, run.cell.profile)), version,
                       run.cell.workers, run.cell.workers == 1 ? "worker" : "workers",
                       run.seconds.value_or(0), peak);
}

} // namespace

std::string pythonSnippet(const RunRecord& run, const Dataset& dataset)
{
    const auto program = std::ranges::find_if(programs(), [&](const Program& candidate) {
        return candidate.engine == run.cell.engine &&
               candidate.workload == kindName(run.workload) &&
               (candidate.profile.empty() || candidate.profile == run.cell.profile);
    });
    if (program == programs().end() || !run.cell.address.empty()) return {};
    // The programs know version 1's first form of a schema only: they would read other data.
    if (!dialectOf(dataset.schema).empty()) return {};
    Constants constants{headLine(run)};
    addDataset(constants, dataset);
    std::visit([&](const auto& workload) { addWorkload(constants, workload); }, run.workload);
    if (program->parts.back() == "dask_ml_logreg")
        constants.add("ONE_VS_REST", Json(run.cell.profile == "one-vs-rest"));
    constants.add("WORKERS", Json(run.cell.workers));
    constants.add("SETTINGS", Json(run.settings));
    auto text = std::move(constants.text);
    for (const auto& part : program->parts)
        text += (part == program->parts.front() ? "\n" : "\n\n") + texts().at(part);
    return text;
}

std::string leaderSnippet(const Recommendation& recommendation,
                          const std::vector<RunRecord>& records,
                          const std::vector<Dataset>& datasets)
{
    if (!recommendation.leader) return {};
    const auto& cell = recommendation.leader->cell;
    const auto dataset = std::ranges::find(datasets, cell.dataset, &Dataset::fingerprint);
    const auto run = std::find_if(records.rbegin(), records.rend(), [&](const RunRecord& record) {
        return record.cell == cell && record.status == RunStatus::Ok && !record.warmup;
    });
    if (dataset == datasets.end() || run == records.rend()) return {};
    return pythonSnippet(*run, *dataset);
}

} // namespace spillway
