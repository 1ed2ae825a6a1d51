#pragma once

#include "data/dataset_manifest.h"
#include "workloads/run_result.h"

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
};

/// EngineFailed in the phase "check".
Error wrongResult(std::string message);
/// A key as a message shows it: its first 40 bytes.
std::string shownKey(const std::string& key);
/// Nothing when a result was made from `rows` rows. An engine that read other rows than the file
/// has is wrong, whatever it found.
std::optional<Error> rowsDisagreement(const RunResult& result, std::int64_t rows);

} // namespace spillway
