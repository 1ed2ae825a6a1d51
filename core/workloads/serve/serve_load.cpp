#include "workloads/serve/serve_load.h"

#include "base/json.h"
#include "workloads/serve/serve_model.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace spillway::serve {
namespace {

constexpr std::uint64_t differentRequests = 256;
/// Of a probability that another library's exponential has computed.
constexpr double probabilityTolerance = 1e-9;

struct ServeSize {
    std::string_view id;
    Seconds rungSeconds;
    int rungRequests;
    Seconds before;
    Seconds watch;
};
constexpr ServeSize serveSizes[]{{"quick", Seconds(1), 100, Seconds(1), Seconds(6)},
                                 {"normal", Seconds(3), 300, Seconds(2), Seconds(20)},
                                 {"full", Seconds(10), 1000, Seconds(2), Seconds(20)}};

std::string bodyOf(const Point& point)
{
    return toLine(Json{{"features", point}});
}

std::string percentWords(double share)
{
    return fmt::format("{:.0f} %", 100 * share);
}

/// "process 71: 52 %, process 72: 48 %"
std::string shareWords(const std::map<std::int64_t, std::int64_t>& replicas, double all)
{
    std::string text;
    for (const auto& [pid, answers] : replicas)
        text += fmt::format("{}process {}: {}", text.empty() ? "" : ", ", pid,
                            percentWords(static_cast<double>(answers) / all));
    return text;
}

/// Figures of the rungs, as far as there are some.
void addRungs(const LoadReport& report, RunResult& result)
{
    const LoadPlan usual;
    auto& measures = result.measures;
    double within = 0;
    double peak = 0;
    Series p50{.name = "latency p50, ms, by requests a second", .points = {}};
    Series p99{.name = "latency p99, ms, by requests a second", .points = {}};
    Series achieved{.name = "achieved by offered requests a second", .points = {}};
    std::int64_t failed = 0;
    for (const LoadRung& rung : report.rungs) {
        peak = std::max(peak, rung.achieved);
        failed += rung.counts.failed;
        achieved.points.emplace_back(rung.rate, rung.achieved);
        if (rung.p50) p50.points.emplace_back(rung.rate, *rung.p50);
        if (rung.p99) p99.points.emplace_back(rung.rate, *rung.p99);
        const bool sustained = rung.achieved >= usual.sustained * rung.rate;
        if (sustained && rung.p99 && *rung.p99 <= 1000 * usual.limit.count())
            within = std::max(within, rung.rate);
        result.rows += rung.counts.right;
    }
    measures["rate_within_50ms"] = within;
    measures["peak_rate"] = peak;
    measures["errors"] = static_cast<double>(failed);
    for (const double rate : {25.0, 100.0, 400.0}) {
        const auto rung = std::ranges::find(report.rungs, rate, &LoadRung::rate);
        if (rung != report.rungs.end() && rung->p99)
            measures[fmt::format("latency_p99_{:.0f}_ms", rate)] = *rung->p99;
    }
    for (auto* series : {&p50, &p99, &achieved})
        result.series.push_back(std::move(*series));
    for (const LoadRung& rung : report.rungs)
        result.series.push_back(
            {fmt::format("answers by latency, ms, at {:.0f} a second", rung.rate), rung.latencies});
}

void addShares(const LoadReport& report, RunResult& result)
{
    std::int64_t all = 0;
    std::int64_t most = 0;
    for (const auto& [pid, answers] : report.replicas) {
        all += answers;
        most = std::max(most, answers);
    }
    if (all == 0) return;
    result.measures["busiest_share"] = static_cast<double>(most) / static_cast<double>(all);
    result.facts.push_back(
        {"Share of answers", shareWords(report.replicas, static_cast<double>(all))});
}

void addLoss(const ReplicaLoss& loss, RunResult& result)
{
    if (!loss.notKilled.empty()) {
        result.notes.push_back("no replica was killed: " + loss.notKilled);
        return;
    }
    result.measures["errors_after_kill"] =
        static_cast<double>(loss.counts.failed + loss.counts.unfinished);
    if (loss.recovery)
        result.measures["recovery_s"] = *loss.recovery;
    else
        result.notes.emplace_back("the server did not recover while it was watched after one of "
                                  "its processes was killed");
    result.facts.push_back(
        {"A replica killed",
         fmt::format("process {} at {:.0f} requests a second: {} right, {} failed, {} without an "
                     "answer; a new process {}",
                     loss.pid, loss.rate, loss.counts.right, loss.counts.failed,
                     loss.counts.unfinished,
                     loss.replacement ? fmt::format("answered after {:.1f} s", *loss.replacement)
                                      : "did not answer on the connections there were")});
}

class ServeLoad : public LoadDesign {
public:
    LoadPlan plan(const Workload& workload, std::uint64_t seed) const override
    {
        const auto name = std::get<std::string>(parameterOf(workload, "size"));
        const auto* size = std::ranges::find(serveSizes, name, &ServeSize::id);
        if (size == std::ranges::end(serveSizes)) size = serveSizes;
        LoadPlan plan{.rates = {25, 50, 100, 200, 400, 800, 1600},
                      .rungSeconds = size->rungSeconds,
                      .rungRequests = size->rungRequests,
                      .before = size->before,
                      .watch = size->watch,
                      .tolerance = probabilityTolerance,
                      .seed = seed,
                      .exchanges = {}};
        const Model model = modelOf(seed);
        for (std::uint64_t i = 0; i < differentRequests; ++i) {
            const Point point = pointOf(seed, i);
            const Prediction right = predict(model, point);
            plan.exchanges.push_back({bodyOf(point),
                                      {{"label", static_cast<double>(right.label)},
                                       {"probability", right.probability}}});
        }
        return plan;
    }

    void add(const LoadReport& report, RunResult& result) const override
    {
        addRungs(report, result);
        addShares(report, result);
        if (report.loss) addLoss(*report.loss, result);
        if (!report.firstFailed.empty())
            result.facts.push_back({"First failure", report.firstFailed});
        result.facts.push_back(
            {"Load generator", fmt::format("{:.2f} s of processor time", report.cpuSeconds)});
        std::int64_t wrong = report.loss ? report.loss->counts.wrong : 0;
        for (const LoadRung& rung : report.rungs)
            wrong += rung.counts.wrong;
        result.detail = toLine(Json{{"rungs", report.rungs.size()},
                                    {"right", result.rows},
                                    {"wrong", wrong},
                                    {"first_wrong", report.firstWrong},
                                    {"first_failed", report.firstFailed}});
    }
};

} // namespace

const LoadDesign& serveLoad()
{
    static const ServeLoad load;
    return load;
}

std::optional<double> secondsOfThousand(const RunResult& result)
{
    const auto peak = result.measures.find("peak_rate");
    if (peak == result.measures.end() || peak->second <= 0) return std::nullopt;
    return 1000 / peak->second;
}

} // namespace spillway::serve
