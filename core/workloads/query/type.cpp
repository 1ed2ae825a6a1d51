#include "workloads/query/query_check.h"
#include "workloads/query/query_form.h"
#include "workloads/workload_type.h"

namespace spillway::query {

const WorkloadType& type()
{
    static const WorkloadType self{
        .id = "query",
        .title = "query",
        .shortName = "query",
        .question = "The rows of a query of your own: filters, joins, groups, windows.",
        .roles = {},
        .parameters = {{.name = "name",
                        .title = "Name",
                        .meaning = "What tables and charts call it; else the name of its file.",
                        .fallback = "",
                        .label = true},
                       {.name = "sql",
                        .title = "SQL",
                        .meaning =
                            "One SELECT in DuckDB's dialect, or the name of a file with one.",
                        .fallback = "",
                        .written = true,
                        .intoJson = true},
                       {.name = "job",
                        .title = "job as JSON",
                        .meaning = "The steps as JSON, or the name of a file with them.",
                        .fallback = "",
                        .written = true,
                        .json = true},
                       {.name = "output",
                        .title = "Output",
                        .meaning = "What becomes of the answer: its rows come back, or files of "
                                   "them are written. A job as JSON can say more.",
                        .fallback = "rows",
                        .choices = {"rows", "csv", "parquet"},
                        .intoJson = true,
                        .ownOption = true}},
        .measures = {{.name = "result_rows", .title = "Result rows", .unit = {}, .decimals = 0},
                     {.name = "written_files", .title = "Files written", .unit = {}, .decimals = 0},
                     {.name = "written_bytes",
                      .title = "Written",
                      .unit = "bytes",
                      .moreIsBetter = false,
                      .decimals = 0},
                     balanceMeasure()},
        .form = &queryForm(),
        .checker = &queryChecker(),
        .planned = true,
        .charts = {"runtime", "peak-memory", "efficiency", "speedup", "balance", "trade-off"}};
    return self;
}

} // namespace spillway::query
