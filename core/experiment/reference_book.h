#pragma once

#include "session/session_store.h"
#include "workloads/etl/etl_check.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// Finds what a native pass, which is a group-by mean, has to give, and keeps what it found. A
/// dataset's facts in a session are its manifest (when it was generated) plus, in the field
/// "references", the results of native passes: [{"group_by", "values", "rows", "missing", "groups":
/// [[key, count, [mean, …], [mean of |x|, …]], …]}, …].
class ReferenceBook {
public:
    /// Above this many groups a result is kept only for the current plan.
    static constexpr std::size_t keptGroups = 100'000;
    /// The stored passes of a dataset have at most this many figures; the oldest are dropped.
    static constexpr std::size_t keptFigures = 1'000'000;

    explicit ReferenceBook(SessionStore& store) : store_(store) {}

    /// From this plan's passes or the session, which has the manifest of a dataset that
    /// DatasetWatch has taken.
    std::optional<Reference> find(const Dataset& dataset, const EtlWorkload& workload);
    /// The manifest that the session keeps of a generated dataset, if it holds.
    std::optional<DatasetManifest> manifest(const Dataset& dataset);
    /// Keeps the result of a native pass, with all rows of its table. Only a session that cannot be
    /// written is an error.
    Result<void> keep(const Dataset& dataset, const EtlWorkload& workload, RunResult result);

private:
    struct Entry {
        std::string dataset;
        std::string groupBy;
        std::vector<std::string> values;
        Reference reference;
    };
    std::optional<Reference> inMemory(const Dataset& dataset, const EtlWorkload& workload) const;
    std::optional<Reference> onDisk(const Dataset& dataset, const EtlWorkload& workload);

    SessionStore& store_;
    std::vector<Entry> entries_;
    std::map<std::string, std::optional<DatasetManifest>> manifests_; ///< by fingerprint
};

/// The manifest beside a file, unchanged, else an empty object.
Json manifestFacts(const Dataset& dataset);

} // namespace spillway
