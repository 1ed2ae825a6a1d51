#include "workloads/etl/etl.h"
#include "workloads/etl/etl_check.h"
#include "workloads/etl/etl_result.h"
#include "workloads/workload_type.h"

namespace spillway {
namespace {

constexpr auto loaded = "loaded";

} // namespace

EtlWorkload::operator Workload() const
{
    Workload workload{.kind = std::string(kind)};
    if (!groupBy.empty()) workload.columns["group_by"] = {groupBy};
    if (!values.empty()) workload.columns["values"] = values;
    if (materialise == Materialise::Loaded) workload.parameters["materialise"] = loaded;
    return workload;
}

EtlWorkload EtlWorkload::of(const Workload& workload)
{
    EtlWorkload etl;
    if (auto key = columnsFor(workload, "group_by"); !key.empty())
        etl.groupBy = std::move(key.front());
    etl.values = columnsFor(workload, "values");
    if (parameterOf(workload, "materialise") == ParameterValue(loaded))
        etl.materialise = Materialise::Loaded;
    return etl;
}

EtlWorkload readingPass(const Workload& workload)
{
    EtlWorkload pass;
    for (const auto& role : typeOf(workload).roles)
        for (auto& column : columnsFor(workload, role.name)) {
            if (role.many)
                pass.values.push_back(std::move(column));
            else
                pass.groupBy = std::move(column);
        }
    return pass;
}

namespace etl {

const WorkloadType& type()
{
    static const WorkloadType self{
        .id = std::string(EtlWorkload::kind),
        .title = "group-by mean",
        .shortName = "ETL",
        .question = "Count and mean of each value column for every group.",
        .sentence = "Mean of %1 by %2",
        .roles = {{.name = "group_by", .title = "group-by column", .meaning = "column to group by"},
                  {.name = "values",
                   .title = "value column",
                   .meaning = "columns to take the mean of",
                   .many = true}},
        .parameters = {{.name = "materialise",
                        .title = "Materialise",
                        .meaning = "Whether rows are aggregated as they are read, or all are "
                                   "loaded first: only loaded rows can spill.",
                        .fallback = "streamed",
                        .choices = {"streamed", loaded}}},
        .measures = {balanceMeasure()},
        .form = &etlForm(),
        .checker = &etlChecker(),
        .ofFirstProtocol = true,
        .charts = {"runtime", "peak-memory", "efficiency", "speedup", "balance", "trade-off"},
        .programs =
            {{"duckdb", "", {"etl/duckdb"}},
             {"polars", "", {"etl/polars"}},
             {"pandas", "", {"csv_options", "etl/pandas"}},
             {"dask", "tuned", {"dask_client", "etl/dask_means", "csv_ranges", "etl/dask_tuned"}},
             {"dask", "naive", {"dask_client", "etl/dask_means", "csv_options", "etl/dask_naive"}},
             {"ray", "tuned", {"ray_start", "csv_ranges", "etl/ray_tuned"}},
             {"ray", "naive", {"ray_start", "ray_csv", "etl/ray_naive"}},
             {"modin", "", {"ray_start", "csv_options", "etl/modin"}},
             {"pyspark", "", {"spark_csv", "etl/pyspark"}}},
        .keepsColumns = [](const Workload& workload) {
            return EtlWorkload::of(workload).materialise == EtlWorkload::Materialise::Loaded;
        }};
    return self;
}

} // namespace etl
} // namespace spillway
