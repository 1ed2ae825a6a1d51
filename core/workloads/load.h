#pragma once

#include "base/error.h"
#include "base/json_fwd.h"
#include "base/units.h"
#include "workloads/run_result.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Load on engines that serve: what is sent to a server, and what was measured of its answers. The
/// host gives the plan to the load generator (native/load), which sends the report back.
namespace spillway {

/// The body of a request, and the numbers that its answer, a JSON object, must hold by name.
struct Exchange {
    std::string body;
    std::map<std::string, double> expected;
};

/// Requests come in as from many users who do not wait for each other (an open loop): at times of a
/// Poisson process, and a latency counts from that time, also when no connection was free.
struct LoadPlan {
    std::vector<double> rates; ///< requests a second of the rungs, ascending
    Seconds rungSeconds{3};    ///< of a rung at least
    int rungRequests = 300;    ///< of a rung at least, on average
    int connections = 32;      ///< kept alive
    /// The last rung is the first one of which less than this share of the rate was achieved.
    double sustained = 0.9;
    Seconds limit{0.05};  ///< of the 99th percentile, and of the median after a replica was killed
    Seconds before{2};    ///< at half the best rate, before a replica is killed
    Seconds watch{20};    ///< and after that
    double tolerance = 0; ///< of the expected numbers
    std::uint64_t seed = 1;
    std::vector<Exchange> exchanges;
};

/// Requests by what became of them.
struct LoadCounts {
    std::int64_t right = 0;
    std::int64_t wrong = 0;      ///< an answer, but not the one that is right
    std::int64_t failed = 0;     ///< refused, broken off, or 503
    std::int64_t unfinished = 0; ///< given up at the end

    std::int64_t all() const { return right + wrong + failed + unfinished; }
    bool operator==(const LoadCounts&) const = default;
};

struct LoadRung {
    double rate = 0;     ///< requests a second that were sent
    double achieved = 0; ///< right answers a second, until the last one
    LoadCounts counts;
    std::optional<double> p50; ///< ms
    std::optional<double> p99; ///< ms
    /// Right answers by latency: upper bound of a bucket in ms, and how many.
    std::vector<std::pair<double, double>> latencies;

    bool operator==(const LoadRung&) const = default;
};

/// What happened after one replica was killed under load.
struct ReplicaLoss {
    std::int64_t pid = 0;
    std::string notKilled; ///< why; empty when it was
    double rate = 0;
    LoadCounts counts; ///< of requests that came in after that
    /// From the kill until no request fails and the median is within the limit; nothing: not
    /// within the time that was watched.
    std::optional<double> recovery;    ///< seconds
    std::optional<double> replacement; ///< seconds until a new replica answered
    std::optional<double> p99;         ///< ms

    bool operator==(const ReplicaLoss&) const = default;
};

struct LoadReport {
    std::vector<LoadRung> rungs;
    std::map<std::int64_t, std::int64_t> replicas; ///< answers of the rungs by process
    std::optional<ReplicaLoss> loss;
    std::string firstWrong;  ///< what was wrong with the first wrong answer
    std::string firstFailed; ///< and why the first request failed
    double cpuSeconds = 0;   ///< of the load generator, as the host saw when it had ended

    bool operator==(const LoadReport&) const = default;
};

Json toJson(const LoadPlan& plan);
Result<LoadPlan> loadPlanFromJson(const Json& json);
Json toJson(const LoadRung& rung);
Json toJson(const LoadReport& report);
Result<LoadReport> loadReportFromJson(const Json& json);

/// Where a server listens: "http://127.0.0.1:8000/predict".
struct LoopbackUrl {
    std::string address; ///< of IPv4, below 127
    std::uint16_t port = 0;
    std::string path;
};
/// InvalidArgument for any other address: load is never sent to another machine.
Result<LoopbackUrl> loopbackUrl(const std::string& text);

/// Of a kind of work whose engines serve: the host puts them under load after `serving`.
class LoadDesign {
public:
    virtual ~LoadDesign() = default;

    virtual LoadPlan plan(const Workload& workload, std::uint64_t seed) const = 0;
    /// Adds to an engine's result what the load generator has measured.
    virtual void add(const LoadReport& report, RunResult& result) const = 0;
};

} // namespace spillway
