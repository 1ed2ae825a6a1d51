#pragma once

#include "experiment/result_check.h"
#include "session/session_store.h"
#include "workloads/etl/etl.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// Looks up expected ETL results, and stores those of native passes. A dataset's facts in a session
/// are its manifest (when it was generated) plus, in the field "references", the results of native
/// passes: [{"group_by", "values", "rows", "missing", "groups": [[key, count, [mean, …], [mean of
/// |x|, …]], …]}, …].
class ReferenceBook {
public:
    /// Above this many groups a result is kept only for the current plan.
    static constexpr std::size_t keptGroups = 100'000;
    /// The stored passes of a dataset have at most this many figures; the oldest are dropped.
    static constexpr std::size_t keptFigures = 1'000'000;

    explicit ReferenceBook(SessionStore& store) : store_(store) {}

    /// From this plan's passes or from the session, which has the manifests of datasets taken by
    /// DatasetWatch.
    std::optional<ReferenceResult> find(const Dataset& dataset, const EtlWorkload& workload);
    /// The session's manifest of a generated dataset, if it applies.
    std::optional<DatasetManifest> manifest(const Dataset& dataset);
    /// Stores the result of a native pass; `groups` are its rows. The only error is a session that
    /// cannot be written.
    Result<void> keep(const Dataset& dataset, const EtlWorkload& workload, EtlResult etl,
                      std::vector<GroupMean> groups);

private:
    struct Entry {
        std::string dataset;
        std::string groupBy;
        ReferenceResult reference;
    };
    std::optional<ReferenceResult> inMemory(const Dataset& dataset,
                                            const EtlWorkload& workload) const;
    std::optional<ReferenceResult> onDisk(const Dataset& dataset, const EtlWorkload& workload);

    SessionStore& store_;
    std::vector<Entry> entries_;
    std::map<std::string, std::optional<DatasetManifest>> manifests_; ///< by fingerprint
};

/// The manifest beside a file, unchanged, else an empty object.
Json manifestFacts(const Dataset& dataset);

} // namespace spillway
