#include "workloads/etl/etl.h"
#include "workloads/result_checker.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>

namespace spillway {
namespace {

/// The native pass has counted the rows.
class RowCountChecker : public ResultChecker {
public:
    std::optional<Workload> pass(const Workload& workload) const override
    {
        return readingPass(workload);
    }
    CheckOutcome check(const CheckInput& input) const override
    {
        if (!input.reference) return {.wrong = {}, .flags = {"unchecked"}};
        return {.wrong = rowsDisagreement(input.result, input.reference->result.rows), .flags = {}};
    }
};

} // namespace

namespace row_count {

const WorkloadType& type()
{
    static const RowCountChecker checker;
    static const WorkloadType self{
        .id = "row_count",
        .title = "row count",
        .shortName = "counting",
        .question = "How many rows a file has, and how many of them are blank in one column.",
        .roles = {{.name = "counted",
                   .title = "counted column",
                   .meaning = "column whose blank values are counted"}},
        .parameters = {{.name = "blank",
                        .title = "Blank",
                        .meaning = "Whether spaces alone are blank, too.",
                        .fallback = false}},
        .measures = {{.name = "blank_share",
                      .title = "Blank",
                      .unit = {},
                      .share = true,
                      .moreIsBetter = false},
                     {.name = "blank_rows", .title = "Blank rows", .unit = "rows"}},
        .checker = &checker,
        .charts = {"runtime", "peak-memory", "blank-share", "blank-rows"}};
    return self;
}

} // namespace row_count
} // namespace spillway
