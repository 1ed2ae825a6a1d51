#include "workloads/shipped_jobs.h"

#include "base/json.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <tuple>

namespace spillway {
namespace {

/// A file <kind>/jobs/<suite>/<name>.json.
struct JobFile {
    const char* kind;
    const char* suite;
    const char* name;
    const char* text;
};
#define SPILLWAY_JOB_FILE(kind, suite, name, text) JobFile{kind, suite, name, text},
constexpr JobFile jobFiles[]{
#include "shipped_jobs.inc"
};
#undef SPILLWAY_JOB_FILE

constexpr std::string_view tablesFile = "tables";

/// The words of a name and the number at its end.
std::pair<std::string_view, int> partsOf(std::string_view name)
{
    const auto digits = name.find_last_not_of("0123456789") + 1;
    int number = 0;
    std::from_chars(name.data() + digits, name.data() + name.size(), number);
    return {name.substr(0, digits), number};
}

/// The pipeline as it is in the file: columns stay in the order in which it names them.
std::string pipelineOf(const char* text)
{
    const auto file = nlohmann::ordered_json::parse(text, nullptr, false);
    const auto job = file.is_object() ? file.find("job") : file.end();
    return job == file.end() ? std::string() : job->dump();
}

/// The files are part of the program: one that is no such JSON is a fault of it, and a test reads
/// them all.
std::vector<ShippedJob> readJobs()
{
    std::vector<ShippedJob> jobs;
    for (const auto& [kind, suite, name, text] : jobFiles) {
        if (name == tablesFile) continue;
        const auto json = parseJson(text);
        if (!json) continue;
        jobs.push_back({.kind = kind,
                        .suite = suite,
                        .name = name,
                        .title = fieldOr(*json, "title", std::string(name)),
                        .shows = fieldOr(*json, "shows", std::string()),
                        .pipeline = pipelineOf(text)});
    }
    std::ranges::sort(jobs, {}, [](const ShippedJob& job) {
        return std::tuple_cat(std::tuple(std::string_view(job.suite)), partsOf(job.name));
    });
    return jobs;
}

} // namespace

const std::vector<ShippedJob>& shippedJobs()
{
    static const std::vector<ShippedJob> jobs = readJobs();
    return jobs;
}

std::vector<ShippedJob> shippedJobs(std::string_view suite)
{
    std::vector<ShippedJob> jobs;
    for (const auto& job : shippedJobs())
        if (job.suite == suite) jobs.push_back(job);
    return jobs;
}

Result<Workload> workloadOf(const ShippedJob& job)
{
    Workload workload{.kind = job.kind};
    const WorkloadType& type = typeOf(workload);
    const Parameter* takes = type.parameterFor(job.pipeline);
    if (!takes) return invalidArgument(fmt::format("{} has no written jobs.", job.kind));
    if (auto set = setParameter(workload, takes->name, job.pipeline); !set) return set.error();
    if (auto named = setLabel(workload, job.name); !named) return named.error();
    return workload;
}

std::vector<std::string> shippedSuites()
{
    std::vector<std::string> suites;
    for (const auto& job : shippedJobs())
        if (suites.empty() || suites.back() != job.suite) suites.push_back(job.suite);
    return suites;
}

Result<std::string> shippedTables(std::string_view suite)
{
    for (const auto& file : jobFiles)
        if (file.suite == suite && file.name == tablesFile) return std::string(file.text);
    return invalidArgument(fmt::format("There is no suite \"{}\".", suite),
                           fmt::format("Choose one of {}.", fmt::join(shippedSuites(), ", ")));
}

} // namespace spillway
