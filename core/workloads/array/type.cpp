#include "workloads/array/array_check.h"
#include "workloads/array/array_oracle.h"
#include "workloads/workload_type.h"

namespace spillway::array {

const WorkloadType& type()
{
    static const WorkloadType self{
        .id = "array",
        .title = "column means of an array",
        .shortName = "array",
        .question = "The mean of each column of a large array of random numbers, made and added "
                    "up in chunks.",
        .roles = {},
        .parameters = {{.name = "materialise",
                        .title = "Materialise",
                        .meaning = "streamed adds each chunk up as it is made; loaded holds all of "
                                   "them first, in memory or on disk.",
                        .fallback = "streamed",
                        .choices = {"streamed", "loaded"}},
                       {.name = "size",
                        .title = "Size",
                        .meaning = "Rows and columns: 4,000 (quick), 10,000 (normal) or 40,000 "
                                   "(full).",
                        .fallback = "normal",
                        .choices = {"quick", "normal", "full"}},
                       {.name = "n",
                        .title = "Rows and columns",
                        .meaning = "In place of those of the size; 0: those.",
                        .fallback = std::int64_t(0),
                        .least = 0,
                        .most = largestArray},
                       {.name = "c",
                        .title = "Chunk",
                        .meaning = "Rows and columns of a chunk; those at the edges have what is "
                                   "left.",
                        .fallback = std::int64_t(1000),
                        .least = 10,
                        .most = largestArray}},
        .measures = {{.name = "gb_per_second",
                      .title = "Array",
                      .unit = "GB/s",
                      .moreIsBetter = true,
                      .decimals = 2},
                     balanceMeasure()},
        .checker = &arrayChecker(),
        .takesData = false,
        .charts = {"runtime", "peak-memory", "balance", "efficiency", "speedup", "trade-off"}};
    return self;
}

} // namespace spillway::array
