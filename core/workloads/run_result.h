#pragma once

#include "base/units.h"
#include "workloads/result_table.h"
#include "workloads/workload.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace spillway {

/// A finding in words: {"Training loss", "0.0123"}.
struct Fact {
    std::string name;
    std::string text;

    bool operator==(const Fact&) const = default;
};

/// A figure along another: {"best loss", {{seconds, loss}, …}}.
struct Series {
    std::string name;
    std::vector<std::pair<double, double>> points;

    bool operator==(const Series&) const = default;
};

/// What an engine has checked about its own work.
struct OwnCheck {
    std::string name;
    bool ok = false;
    std::string expected;
    std::string found;
    std::optional<double> tolerance;

    bool operator==(const OwnCheck&) const = default;
};

/// What a run has written.
struct ResultFile {
    std::string path; ///< relative to the directory that the run was told to write to
    std::int64_t rows = 0;
    Bytes bytes = 0;

    bool operator==(const ResultFile&) const = default;
};

/// The result of a run, for every workload kind. Tables and charts know nothing else about it; each
/// kind has its own struct that converts from and to it (workloads/<kind>/).
struct RunResult {
    /// At most this many rows are inline in the result event; more go through a file in scratch.
    static constexpr std::size_t inlineRows = 1000;

    std::string kind;      ///< id of a WorkloadType
    std::int64_t rows = 0; ///< of its input that it has read, those that it left out as well
    /// By name: the measures of its WorkloadType and explanatory ones.
    std::map<std::string, double> measures;
    std::vector<Fact> facts;        ///< for a person, in this order
    std::vector<std::string> notes; ///< what is unusual: rows left out, a constant feature
    std::vector<Series> series;
    std::vector<OwnCheck> checks;
    std::vector<ResultFile> files;

    ResultTable table; ///< without rows when they travel beside it
    /// Number of rows of the table, inline or not; unknownRows until the host has read them.
    std::int64_t tableRows = 0;
    std::string tableHash; ///< of the table; empty: there is none, or it is not known yet
    /// The kind's own: one JSON object on one line, empty for none.
    std::string detail;

    static constexpr std::int64_t unknownRows = -1;
    /// Whether the table has rows that are not inline.
    bool rowsAreApart() const { return table.empty() && tableRows != 0; }
    bool operator==(const RunResult&) const = default;
};

/// As in the result event, records and `run --json`: "kind", and what its kind's ResultForm writes.
Json toJson(const RunResult& result);
/// Protocol error for an unknown kind and for a field that is missing or of another type.
/// checkRanges() checks whether the values are possible.
Result<RunResult> runResultFromJson(const Json& json);
/// Whether `result` is possible for `workload` with any data: its kind, and the checks of its
/// kind's ResultForm. Does not check whether the values are correct.
Result<void> checkRanges(const RunResult& result, const Workload& workload);

} // namespace spillway
