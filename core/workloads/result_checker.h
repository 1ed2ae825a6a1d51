#pragma once

#include "data/dataset_manifest.h"
#include "workloads/run_result.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// What the rows of a dataset have to give, with all rows of its table.
struct Reference {
    std::string source; ///< "manifest", "native pass", or the title of the engine that gave it
    RunResult result;
};

/// An engine that answers beside the runs, where Spillway's own cannot: no run of the plan.
struct OracleChoice {
    std::string engine;
    std::string profile;
};

/// Lets Spillway's own engine do `workload` on the data of the run that is checked, with the
/// profile "reference" and, as RunSpec::job, `job`. Answers are kept: the same question is worked
/// out once.
using NativeWork = std::function<Result<RunResult>(const Workload& workload, std::string_view job)>;

/// A finished run, and what is known of its data.
struct CheckInput {
    const Workload& workload;
    const RunResult& result;
    const ResultTable& table;                       ///< of the result, wherever its rows travelled
    const std::optional<Reference>& reference;      ///< of ResultChecker::pass()
    const std::optional<DatasetManifest>& manifest; ///< of data that Spillway generated
    const NativeWork& native;
    std::uint64_t seed = 1; ///< of the run
};

/// A row of a wrong answer beside the expected row that is most like it. One of them may be absent.
struct RowDifference {
    std::optional<std::size_t> found;
    std::optional<std::size_t> expected;

    bool operator==(const RowDifference&) const = default;
};

struct CheckOutcome {
    std::optional<Error> wrong;     ///< what disagrees, in words without a full stop
    std::vector<std::string> flags; ///< of the run: "unchecked", "another-model"
};

/// Whether the results of a kind are right.
class ResultChecker {
public:
    virtual ~ResultChecker() = default;

    /// What the native engine does once with every dataset before the first run: it reads every
    /// column that `workload` reads, and counts. Nothing: another engine gives the reference.
    virtual std::optional<Workload> pass(const Workload& workload) const = 0;
    /// Without a pass: the engine whose answer is the reference. When it is not ready, the first
    /// engine that finishes gives it.
    virtual std::optional<OracleChoice> oracle() const { return std::nullopt; }
    virtual CheckOutcome check(const CheckInput& input) const = 0;
    /// Rows of `found` that are not among those of `expected`, which is the table of `right`, and
    /// the other way round; of the same rows in another order the places that differ. At most
    /// `most` of them. Nothing for tables that have no columns in common, and for a kind that does
    /// not compare rows.
    virtual std::vector<RowDifference> differences(const ResultTable& found,
                                                   const ResultTable& expected,
                                                   const RunResult& right, std::size_t most) const
    {
        (void)found, (void)expected, (void)right, (void)most;
        return {};
    }
};

/// EngineFailed in the phase "check".
Error wrongResult(std::string message);
/// A key as a message shows it: its first 40 bytes.
std::string shownKey(const std::string& key);
/// Nothing when a result was made from `rows` rows. An engine that read other rows than the file
/// has is wrong, whatever it found.
std::optional<Error> rowsDisagreement(const RunResult& result, std::int64_t rows);

} // namespace spillway
