#include "native/load/load_process.h"

#include "base/json.h"
#include "native/load/loss_watch.h"

#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace spillway {
namespace {

/// Requests before the first rung, which no figure counts: connections are made, and servers do
/// what they do once.
constexpr double firstRate = 50;
constexpr Seconds firstSeconds(1.5);
/// What a server may take longer for the answers of a rung than the requests took to come in, in
/// lengths of the rung.
constexpr double rungPatience = 1;
constexpr Seconds leastRungPatience(2);

std::string firstLine(int orders)
{
    std::string line;
    char byte = 0;
    while (::read(orders, &byte, 1) == 1 && byte != '\n')
        line += byte;
    return line;
}

/// The rungs, and the loss of a replica, one after the other.
class LoadSteps {
public:
    LoadSteps(LoopbackUrl url, LoadPlan plan, std::vector<std::int64_t> replicas, int orders,
              int words)
        : plan_(std::move(plan)),
          replicas_(std::move(replicas)),
          words_(words),
          loop_(std::move(url), plan_, orders)
    {
    }

    LoadReport run();

private:
    LoadRung rung(double rate, std::uint64_t seed);
    void lose(double rate);
    void note(const Answer& answer);
    void say(const Json& json) const
    {
        if (!writeAll(words_, toLine(json) + '\n')) std::_Exit(3);
    }

    LoadPlan plan_;
    std::vector<std::int64_t> replicas_;
    int words_;
    OpenLoop loop_;
    LoadReport report_;
};

void LoadSteps::note(const Answer& answer)
{
    if (answer.kind == AnswerKind::Wrong && report_.firstWrong.empty())
        report_.firstWrong = answer.why;
    if (answer.kind == AnswerKind::Failed && report_.firstFailed.empty())
        report_.firstFailed = answer.why;
}

LoadRung LoadSteps::rung(double rate, std::uint64_t seed)
{
    LoadRung found;
    found.rate = rate;
    LatencyHistogram latencies;
    Seconds last{};
    loop_.onAnswer = [&](const Answer& answer) {
        note(answer);
        countAnswer(found.counts, answer.kind);
        last = std::max(last, answer.ended);
        if (answer.kind != AnswerKind::Right) return;
        latencies.add(answer.ended - answer.scheduled);
        if (answer.replica != 0) ++report_.replicas[answer.replica];
    };
    const Seconds length =
        std::max(plan_.rungSeconds, Seconds(static_cast<double>(plan_.rungRequests) / rate));
    const Seconds begin =
        loop_.run(rate, length, std::max(rungPatience * length, leastRungPatience), seed);
    const double seconds = std::max(length, last - begin).count();
    // By what came in: a Poisson process has a few more or less than rate × length.
    const double sent = static_cast<double>(found.counts.all()) / length.count();
    const double share = sent > 0 ? static_cast<double>(found.counts.right) / seconds / sent : 0;
    found.achieved = rate * share;
    const auto inMs = [&](double which) -> std::optional<double> {
        const auto latency = latencies.quantile(which);
        return latency ? std::optional(1000 * latency->count()) : std::nullopt;
    };
    found.p50 = inMs(0.5);
    found.p99 = inMs(0.99);
    found.latencies = latencies.points();
    return found;
}

/// Half of what was achieved, with one replica less.
void LoadSteps::lose(double rate)
{
    LossWatch watch(plan_.limit);
    ReplicaLoss refused;
    refused.rate = rate;
    loop_.onAnswer = [&](const Answer& answer) {
        note(answer);
        watch.add(answer);
    };
    std::int64_t asked = 0;
    loop_.onOrder = [&](std::string_view line) {
        const auto json = parseJson(line);
        if (json && fieldOr(*json, "killed", false)) {
            watch.killed(monotonicNow(), asked);
            loop_.expectFailures();
            return;
        }
        refused.notKilled = json ? fieldOr(*json, "why", std::string("no reason was told"))
                                 : std::string("no reason was told");
    };
    bool killing = false;
    loop_.at(monotonicNow() + plan_.before, [&] {
        asked = refused.pid = watch.busiest(replicas_);
        killing = asked != 0;
        if (killing)
            say({{"kill", asked}});
        else
            refused.notKilled = "none of the processes that the server named has answered";
    });
    const Seconds length = plan_.before + plan_.watch;
    const Seconds begin = loop_.run(rate, length, leastRungPatience, plan_.seed ^ 0xdead);
    if (killing && watch.sawTheKill()) {
        report_.loss = watch.report(begin + length);
        report_.loss->rate = rate;
    } else {
        if (refused.notKilled.empty()) refused.notKilled = "nobody ended it";
        report_.loss = refused;
    }
}

LoadReport LoadSteps::run()
{
    LoadCounts first;
    loop_.onAnswer = [&](const Answer& answer) {
        note(answer);
        countAnswer(first, answer.kind);
    };
    loop_.run(firstRate, firstSeconds, Seconds(5), plan_.seed);
    double best = 0;
    double most = 0;
    for (std::size_t i = 0; i < plan_.rates.size() && report_.firstWrong.empty(); ++i) {
        report_.rungs.push_back(rung(plan_.rates[i], plan_.seed + 1 + i));
        const auto& done = report_.rungs.back();
        say({{"rung", toJson(done)}});
        most = std::max(most, done.achieved);
        if (done.achieved < plan_.sustained * done.rate) break;
        best = done.rate;
    }
    const double half = (best > 0 ? best : most) / 2;
    if (plan_.watch > Seconds(0) && half > 0 && report_.firstWrong.empty()) lose(half);
    return report_;
}

/// The longest that the plan can take, doubled.
unsigned longestSeconds(const LoadPlan& plan)
{
    Seconds all = firstSeconds + Seconds(5) + plan.before + plan.watch;
    for (const double rate : plan.rates)
        all +=
            (1 + rungPatience) *
                std::max(plan.rungSeconds, Seconds(static_cast<double>(plan.rungRequests) / rate)) +
            leastRungPatience;
    return static_cast<unsigned>(2 * all.count()) + 30;
}

} // namespace

int runLoadProcess(int orders, int words)
{
    const auto tell = [&](const Json& json) { return writeAll(words, toLine(json) + '\n'); };
    const auto refuse = [&](const std::string& why) {
        static_cast<void>(tell({{"error", why}}));
        return 1;
    };
    const auto asked = parseJson(firstLine(orders));
    if (!asked) return refuse(asked.error().message);
    const auto url = loopbackUrl(fieldOr(*asked, "url", std::string()));
    if (!url) return refuse(url.error().message);
    auto plan = loadPlanFromJson(fieldOr(*asked, "plan", Json::object()));
    if (!plan) return refuse(plan.error().message);
    ::alarm(longestSeconds(*plan)); // whose default ends the process
    LoadSteps steps(*url, std::move(*plan),
                    fieldOr(*asked, "replicas", std::vector<std::int64_t>()), orders, words);
    return tell({{"report", toJson(steps.run())}}) ? 0 : 3;
}

} // namespace spillway
