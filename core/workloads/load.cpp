#include "workloads/load.h"

#include "base/json.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <string_view>

namespace spillway {
namespace {

Json countsJson(const LoadCounts& counts)
{
    return {{"right", counts.right},
            {"wrong", counts.wrong},
            {"failed", counts.failed},
            {"unfinished", counts.unfinished}};
}

LoadCounts countsOf(const Json& json)
{
    const Json counts = fieldOr(json, "counts", Json::object());
    const auto number = [&](const char* name) { return fieldOr<std::int64_t>(counts, name, 0); };
    return {.right = number("right"),
            .wrong = number("wrong"),
            .failed = number("failed"),
            .unfinished = number("unfinished")};
}

std::optional<double> numberIn(const Json& json, const char* name)
{
    const auto found = optionalField<double>(json, name);
    return found ? *found : std::nullopt;
}

Result<LoadRung> rungFromJson(const Json& json)
{
    const auto rate = field<double>(json, "rate");
    if (!rate) return rate.error();
    const auto achieved = field<double>(json, "achieved");
    if (!achieved) return achieved.error();
    const auto latencies = field<std::vector<std::pair<double, double>>>(json, "latencies");
    if (!latencies) return latencies.error();
    return LoadRung{.rate = *rate,
                    .achieved = *achieved,
                    .counts = countsOf(json),
                    .p50 = numberIn(json, "p50_ms"),
                    .p99 = numberIn(json, "p99_ms"),
                    .latencies = *latencies};
}

Json lossJson(const ReplicaLoss& loss)
{
    return {{"pid", loss.pid},
            {"not_killed", loss.notKilled},
            {"rate", loss.rate},
            {"counts", countsJson(loss.counts)},
            {"recovery_s", orNull(loss.recovery)},
            {"replacement_s", orNull(loss.replacement)},
            {"p99_ms", orNull(loss.p99)}};
}

ReplicaLoss lossOf(const Json& json)
{
    return {.pid = fieldOr<std::int64_t>(json, "pid", 0),
            .notKilled = fieldOr(json, "not_killed", std::string()),
            .rate = fieldOr(json, "rate", 0.0),
            .counts = countsOf(json),
            .recovery = numberIn(json, "recovery_s"),
            .replacement = numberIn(json, "replacement_s"),
            .p99 = numberIn(json, "p99_ms")};
}

Error notLoopback()
{
    return invalidArgument("A server's address must be http://127.0.0.1:PORT/, on this machine "
                           "alone.");
}

} // namespace

Json toJson(const LoadPlan& plan)
{
    Json exchanges = Json::array();
    for (const Exchange& each : plan.exchanges)
        exchanges.push_back({{"body", each.body}, {"expected", each.expected}});
    return {{"rates", plan.rates},
            {"rung_seconds", plan.rungSeconds.count()},
            {"rung_requests", plan.rungRequests},
            {"connections", plan.connections},
            {"sustained", plan.sustained},
            {"limit", plan.limit.count()},
            {"before", plan.before.count()},
            {"watch", plan.watch.count()},
            {"tolerance", plan.tolerance},
            {"seed", plan.seed},
            {"exchanges", std::move(exchanges)}};
}

Result<LoadPlan> loadPlanFromJson(const Json& json)
{
    LoadPlan plan;
    auto rates = field<std::vector<double>>(json, "rates");
    if (!rates) return rates.error();
    plan.rates = std::move(*rates);
    const auto seconds = [&](const char* name, Seconds otherwise) {
        return Seconds(fieldOr(json, name, otherwise.count()));
    };
    plan.rungSeconds = seconds("rung_seconds", plan.rungSeconds);
    plan.rungRequests = fieldOr(json, "rung_requests", plan.rungRequests);
    plan.connections = fieldOr(json, "connections", plan.connections);
    plan.sustained = fieldOr(json, "sustained", plan.sustained);
    plan.limit = seconds("limit", plan.limit);
    plan.before = seconds("before", plan.before);
    plan.watch = seconds("watch", plan.watch);
    plan.tolerance = fieldOr(json, "tolerance", plan.tolerance);
    plan.seed = fieldOr(json, "seed", plan.seed);
    for (const Json& each : fieldOr(json, "exchanges", Json::array())) {
        auto expected = field<std::map<std::string, double>>(each, "expected");
        if (!expected) return expected.error();
        plan.exchanges.push_back({fieldOr(each, "body", std::string()), std::move(*expected)});
    }
    if (plan.exchanges.empty()) return badField("exchanges", "at least one request");
    if (plan.connections < 1) return badField("connections", "at least 1");
    return plan;
}

Json toJson(const LoadRung& rung)
{
    return {{"rate", rung.rate},
            {"achieved", rung.achieved},
            {"counts", countsJson(rung.counts)},
            {"p50_ms", orNull(rung.p50)},
            {"p99_ms", orNull(rung.p99)},
            {"latencies", rung.latencies}};
}

Json toJson(const LoadReport& report)
{
    Json rungs = Json::array();
    for (const LoadRung& rung : report.rungs)
        rungs.push_back(toJson(rung));
    Json replicas = Json::array();
    for (const auto& [pid, answers] : report.replicas)
        replicas.push_back({pid, answers});
    return {{"rungs", std::move(rungs)},
            {"replicas", std::move(replicas)},
            {"loss", report.loss ? lossJson(*report.loss) : Json()},
            {"first_wrong", report.firstWrong},
            {"first_failed", report.firstFailed}};
}

Result<LoadReport> loadReportFromJson(const Json& json)
{
    LoadReport report;
    const auto rungs = field<Json>(json, "rungs");
    if (!rungs) return rungs.error();
    for (const Json& each : *rungs) {
        auto rung = rungFromJson(each);
        if (!rung) return rung.error();
        report.rungs.push_back(std::move(*rung));
    }
    const auto replicas =
        field<std::vector<std::pair<std::int64_t, std::int64_t>>>(json, "replicas");
    if (!replicas) return replicas.error();
    report.replicas = {replicas->begin(), replicas->end()};
    if (const auto loss = field<Json>(json, "loss")) report.loss = lossOf(*loss);
    report.firstWrong = fieldOr(json, "first_wrong", std::string());
    report.firstFailed = fieldOr(json, "first_failed", std::string());
    return report;
}

Result<LoopbackUrl> loopbackUrl(const std::string& text)
{
    constexpr std::string_view scheme = "http://";
    if (!text.starts_with(scheme)) return notLoopback();
    const auto rest = std::string_view(text).substr(scheme.size());
    const auto slash = std::min(rest.find('/'), rest.size());
    const auto place = rest.substr(0, slash);
    const auto colon = place.rfind(':');
    if (colon == std::string_view::npos) return notLoopback();
    LoopbackUrl url{.address = std::string(place.substr(0, colon)),
                    .path = std::string(rest.substr(slash))};
    in_addr address{};
    if (::inet_pton(AF_INET, url.address.c_str(), &address) != 1 ||
        (ntohl(address.s_addr) >> 24U) != 127)
        return notLoopback();
    const auto port = place.substr(colon + 1);
    const auto [end, reason] = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (reason != std::errc() || end != port.data() + port.size() || url.port == 0)
        return notLoopback();
    for (const char character : url.path)
        if (character <= ' ' || character >= 127) return notLoopback();
    if (url.path.empty()) url.path = "/";
    return url;
}

} // namespace spillway
