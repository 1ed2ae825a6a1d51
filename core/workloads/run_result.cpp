#include "workloads/run_result.h"

#include "base/json.h"
#include "workloads/result_form.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>

namespace spillway {

const ResultForm& formOf(std::string_view kind)
{
    const auto* type = findWorkloadType(kind);
    return type && type->form ? *type->form : generalForm();
}

Json toJson(const RunResult& result)
{
    Json json = formOf(result.kind).write(result);
    json["kind"] = result.kind;
    return json;
}

Result<RunResult> runResultFromJson(const Json& json)
{
    auto kind = field<std::string>(json, "kind");
    if (!kind) return kind.error();
    if (!findWorkloadType(*kind)) return badField("kind", workloadNames());
    auto result = formOf(*kind).read(json);
    if (result) result->kind = std::move(*kind);
    return result;
}

Result<void> checkRanges(const RunResult& result, const Workload& workload)
{
    if (result.kind != workload.kind)
        return badField("kind", fmt::format("\"{}\", the planned workload", workload.kind));
    return formOf(result.kind).check(result, workload);
}

} // namespace spillway
