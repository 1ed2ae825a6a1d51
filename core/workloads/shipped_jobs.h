#pragma once

#include "workloads/workload.h"

#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// A job that ships with the program: core/workloads/<kind>/jobs/<suite>/<name>.json, which has the
/// fields "title", "shows", "suite", "tables" and "job", the pipeline.
struct ShippedJob {
    std::string kind; ///< id of a WorkloadType
    std::string suite;
    std::string name;
    std::string title;
    std::string shows;    ///< a sentence or two: what it tells about an engine
    std::string pipeline; ///< JSON, as a written parameter of its kind takes it
};

/// All of them: suites by name, the jobs of a suite as people count them (groupby-9, groupby-10).
const std::vector<ShippedJob>& shippedJobs();
/// Those of a suite; empty for one that does not exist.
std::vector<ShippedJob> shippedJobs(std::string_view suite);
/// The job as an engine is asked to do it.
Result<Workload> workloadOf(const ShippedJob& job);
/// The suites by name.
std::vector<std::string> shippedSuites();

/// The declaration of a suite's tables (generator/table_spec.h), JSON. InvalidArgument with the
/// suites that there are.
Result<std::string> shippedTables(std::string_view suite);

} // namespace spillway
