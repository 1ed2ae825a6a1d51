#pragma once

#include "experiment/plan.h"
#include "host/engine_registry.h"
#include "workloads/etl/etl.h"

namespace spillway::example {

inline Dataset dataset(const std::string& fingerprint = "f1")
{
    return {.name = "data " + fingerprint,
            .paths = {"/data/" + fingerprint + ".csv"},
            .schema = {{},
                       {{"id", ColumnType::Integer},
                        {"x", ColumnType::Real},
                        {"y", ColumnType::Real},
                        {"category", ColumnType::Text}}},
            .rows = 1'000'000,
            .bytes = 50'000'000,
            .fingerprint = fingerprint};
}

inline EngineInfo engine(const std::string& id,
                         std::vector<std::string> workloads = {"etl", "logreg"})
{
    EngineInfo info;
    info.manifest.id = id;
    info.manifest.title = id;
    info.manifest.title[0] = static_cast<char>(info.manifest.title[0] - 'a' + 'A');
    for (auto& workload : workloads)
        info.manifest.kinds[std::move(workload)].profiles = {{"default", "", ""},
                                                             {"tuned", "", ""}};
    return info;
}

inline Plan plan()
{
    Plan p;
    p.datasets = {dataset()};
    p.workloads = {EtlWorkload{"category", {"x", "y"}, {}}};
    p.engines = {{"chunked", {}}, {"dask", "tuned"}};
    p.workers = {1, 2, 4};
    p.repeats = 3;
    p.memoryLimit = 2'000'000'000;
    return p;
}

inline std::vector<EngineInfo> engines()
{
    return {engine("chunked"), engine("dask"), engine("polars", {"etl"})};
}

} // namespace spillway::example
