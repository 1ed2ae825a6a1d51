#include "workloads/tasks/tasks_check.h"
#include "workloads/workload_type.h"

namespace spillway::tasks {
namespace {

Measure rate(std::string name, std::string title, std::string unit)
{
    return {.name = std::move(name),
            .title = std::move(title),
            .unit = std::move(unit),
            .moreIsBetter = true,
            .decimals = 0,
            .noticed = 0.25};
}

Measure time(std::string name, std::string title, std::string unit, int decimals = 2)
{
    return {.name = std::move(name),
            .title = std::move(title),
            .unit = std::move(unit),
            .moreIsBetter = false,
            .decimals = decimals};
}

/// Of the seconds that the workers would need without overhead to those that it took.
Measure efficiency(std::string name, std::string title)
{
    return {.name = std::move(name),
            .title = std::move(title),
            .unit = {},
            .share = true,
            .moreIsBetter = true,
            .decimals = 3};
}

/// Of the busiest worker's time to the mean; 1 is even.
Measure balance(std::string name, std::string title)
{
    return {.name = std::move(name),
            .title = std::move(title),
            .unit = {},
            .moreIsBetter = false,
            .decimals = 2};
}

} // namespace

const WorkloadType& type()
{
    static const WorkloadType self{
        .id = "tasks",
        .title = "independent tasks",
        .shortName = "tasks",
        .question = "How fast many independent Python functions start, and how evenly the workers "
                    "share them.",
        .roles = {},
        .parameters = {{.name = "size",
                        .title = "Size",
                        .meaning = "How many tasks: quick has a tenth of normal, full five times "
                                   "as many.",
                        .fallback = "normal",
                        .choices = {"quick", "normal", "full"}},
                       {.name = "fault",
                        .title = "Fault",
                        .meaning = "What a task in the middle does: raise an exception, or end its "
                                   "process. The run fails, and says so or not.",
                        .fallback = "none",
                        .choices = {"none", "raise", "exit"}}},
        .measures = {rate("tasks_per_second_0ms", "Tasks of 0 ms", "tasks/s"),
                     rate("tasks_per_second_1ms", "Tasks of 1 ms", "tasks/s"),
                     rate("tasks_per_second_10ms", "Tasks of 10 ms", "tasks/s"),
                     rate("tasks_per_second_100ms", "Tasks of 100 ms", "tasks/s"),
                     efficiency("efficiency_1ms", "Efficiency, 1 ms"),
                     efficiency("efficiency_10ms", "Efficiency, 10 ms"),
                     efficiency("efficiency_100ms", "Efficiency, 100 ms"),
                     time("overhead_us", "Overhead of a task of 1 ms", "µs", 0),
                     time("latency_p50_ms", "Latency, median", "ms"),
                     time("latency_p99_ms", "Latency, p99", "ms"),
                     time("tree_s", "Tree", "s"),
                     rate("payload_mb_per_second", "Arguments of 1 MB", "MB/s"),
                     time("shared_s", "Shared 16 MB", "s"),
                     efficiency("efficiency_uneven", "Efficiency, uneven tasks"),
                     efficiency("efficiency_long_last", "Efficiency, long tasks last"),
                     balanceMeasure(),
                     balance("balance_10ms", "Balance, equal tasks"),
                     balance("balance_long_last", "Balance, long tasks last"),
                     rate("actor_calls_per_second", "Calls of actors", "calls/s"),
                     time("actor_start_s", "Start of actors", "s")},
        .checker = &tasksChecker(),
        .takesData = false,
        .charts = {"runtime", "tasks-per-second-1ms", "latency-p99-ms", "balance", "peak-memory",
                   "trade-off"}};
    return self;
}

} // namespace spillway::tasks
