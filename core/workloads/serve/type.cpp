#include "workloads/serve/serve_check.h"
#include "workloads/serve/serve_load.h"
#include "workloads/workload_type.h"

namespace spillway::serve {
namespace {

Measure servedMs(std::string name, std::string title)
{
    return {.name = std::move(name),
            .title = std::move(title),
            .unit = "ms",
            .moreIsBetter = false,
            .decimals = 1};
}

Measure servedCount(std::string name, std::string title, std::string unit, bool moreIsBetter)
{
    return {.name = std::move(name),
            .title = std::move(title),
            .unit = std::move(unit),
            .moreIsBetter = moreIsBetter,
            .decimals = 0};
}

} // namespace

const WorkloadType& type()
{
    static const WorkloadType self{
        .id = "serve",
        .title = "model serving",
        .shortName = "serving",
        .question = "How many requests a second a served model answers in time, and what its users "
                    "notice when one of its processes ends.",
        .roles = {},
        .parameters = {{.name = "size",
                        .title = "Size",
                        .meaning = "How long each rate is held and a killed process is watched: 1 "
                                   "and 6 s (quick), 3 and 20 s (normal), 10 and 20 s (full).",
                        .fallback = "normal",
                        .choices = {"quick", "normal", "full"}},
                       {.name = "prediction",
                        .title = "Prediction",
                        .meaning = "By scikit-learn's LogisticRegression, or by its weights in "
                                   "plain Python, which takes a twentieth of the time.",
                        .fallback = "sklearn",
                        .choices = {"sklearn", "weights"}},
                       {.name = "port",
                        .title = "Port",
                        .meaning = "On which the server listens, on loopback; 0: any that is free.",
                        .fallback = std::int64_t(0),
                        .least = 0,
                        .most = 65535},
                       {.name = "fault",
                        .title = "Fault",
                        .meaning =
                            "What the server answers now and then: HTTP 500, or a label that "
                            "is wrong. The run's result is wrong, and says so or not.",
                        .fallback = "none",
                        .choices = {"none", "status", "label"}}},
        .measures = {servedCount("rate_within_50ms", "Rate with p99 ≤ 50 ms", "requests/s", true),
                     servedCount("peak_rate", "Peak rate", "requests/s", true),
                     servedMs("latency_p99_25_ms", "p99 at 25/s"),
                     servedMs("latency_p99_100_ms", "p99 at 100/s"),
                     servedMs("latency_p99_400_ms", "p99 at 400/s"),
                     {.name = "busiest_share",
                      .title = "Busiest process",
                      .unit = {},
                      .share = true,
                      .moreIsBetter = false,
                      .decimals = 3},
                     servedCount("errors", "Failed requests", {}, false),
                     servedCount("errors_after_kill", "Failed after a kill", {}, false),
                     {.name = "recovery_s",
                      .title = "Recovery",
                      .unit = "s",
                      .moreIsBetter = false,
                      .decimals = 2},
                     {.name = "startup_s",
                      .title = "Start of the server",
                      .unit = "s",
                      .moreIsBetter = false,
                      .decimals = 2}},
        .checker = &serveChecker(),
        .load = &serveLoad(),
        .secondsOf = secondsOfThousand,
        .comparedTime = "1,000 requests at the peak rate",
        .takesData = false,
        .charts = {"runtime", "peak-rate", "rate-within-50ms", "latency-p99-100-ms", "recovery-s",
                   "peak-memory", "speedup", "trade-off"}};
    return self;
}

} // namespace spillway::serve
