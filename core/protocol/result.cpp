#include "protocol/result.h"

#include "base/json.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>

namespace spillway {
namespace {

template <class Kind>
Result<WorkloadResult> anyResult(Result<Kind> result)
{
    if (!result) return result.error();
    return WorkloadResult(std::move(*result));
}

} // namespace

Json toJson(const WorkloadResult& result)
{
    return std::visit([](const auto& kind) { return toJson(kind); }, result);
}

Result<WorkloadResult> resultFromJson(const Json& json)
{
    const auto kind = field<std::string>(json, "kind");
    if (!kind) return kind.error();
    if (*kind == EtlWorkload::kind) return anyResult(etlResultFromJson(json));
    if (*kind == LogregWorkload::kind) return anyResult(logregResultFromJson(json));
    return badField("kind", workloadNames());
}

std::map<std::string, double> measuresOf(const WorkloadResult& result)
{
    const auto* fit = std::get_if<LogregResult>(&result);
    if (!fit) return {};
    return {{"accuracy", fit->accuracy()}, {"majority_accuracy", fit->majorityAccuracy}};
}

std::vector<std::string> warningsOf(const WorkloadResult& result)
{
    const auto* fit = std::get_if<LogregResult>(&result);
    return fit ? fit->warnings : std::vector<std::string>();
}

Result<void> checkRanges(const WorkloadResult& result, const Workload& workload)
{
    const auto* etl = std::get_if<EtlResult>(&result);
    if (etl && workload.kind == EtlWorkload::kind)
        return checkRanges(*etl, EtlWorkload::of(workload));
    const auto* fit = std::get_if<LogregResult>(&result);
    if (fit && workload.kind == LogregWorkload::kind)
        return checkRanges(*fit, LogregWorkload::of(workload));
    return badField("kind", fmt::format("\"{}\", the planned workload", workload.kind));
}

} // namespace spillway
