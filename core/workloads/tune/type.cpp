#include "workloads/tune/tune_check.h"
#include "workloads/workload_type.h"

namespace spillway::tune {

const WorkloadType& type()
{
    static const WorkloadType self{
        .id = "tune",
        .title = "hyperparameter search",
        .shortName = "search",
        .question = "How fast a search finds the best configuration of a model, and how much of "
                    "the training it saves by stopping early.",
        .roles = {},
        .parameters = {{.name = "size",
                        .title = "Size",
                        .meaning = "Configurations, epochs of each in full, and rows: 16, 9 and "
                                   "5,000 (quick), 64, 27 and 30,000 (normal), 256, 27 and 60,000 "
                                   "(full).",
                        .fallback = "normal",
                        .choices = {"quick", "normal", "full"}}},
        .measures = {{.name = "best_loss",
                      .title = "Best loss",
                      .unit = {},
                      .moreIsBetter = false,
                      .decimals = 5},
                     {.name = "search_s",
                      .title = "Search",
                      .unit = "s",
                      .moreIsBetter = false,
                      .decimals = 2},
                     {.name = "near_best_s",
                      .title = "Time to 1.001 of its best",
                      .unit = "s",
                      .moreIsBetter = false,
                      .decimals = 2},
                     {.name = "epochs_used",
                      .title = "Epochs used",
                      .unit = {},
                      .moreIsBetter = false,
                      .decimals = 0},
                     {.name = "epochs_avoided",
                      .title = "Epochs avoided",
                      .unit = {},
                      .moreIsBetter = true,
                      .decimals = 0},
                     {.name = "trials_per_second",
                      .title = "Trivial trials",
                      .unit = "trials/s",
                      .moreIsBetter = true,
                      .decimals = 0},
                     balanceMeasure()},
        .checker = &tuneChecker(),
        .takesData = false,
        .charts = {"runtime", "best-loss", "near-best-s", "peak-memory", "speedup", "trade-off"}};
    return self;
}

} // namespace spillway::tune
