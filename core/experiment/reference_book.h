#pragma once

#include "experiment/result_check.h"
#include "session/session_store.h"
#include "workloads/etl/etl.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// Finds what ETL results have to be, and keeps what a native pass found. A dataset's facts in a
/// session are its manifest (when it was generated) plus, in the field "references", the results of
/// native passes: [{"group_by", "values", "rows", "missing",
/// "groups": [[key, count, [mean, …], [mean of |x|, …]], …]}, …].
class ReferenceBook {
public:
    /// Above this many groups a result is kept for the plan in hand only.
    static constexpr std::size_t keptGroups = 100'000;
    /// All passes that are kept of a dataset have at most this many figures; the oldest give way.
    static constexpr std::size_t keptFigures = 1'000'000;

    explicit ReferenceBook(SessionStore& store) : store_(store) {}

    /// From this plan's passes or the session, which has the manifest of a dataset that
    /// DatasetWatch has taken.
    std::optional<ReferenceResult> find(const Dataset& dataset, const EtlWorkload& workload);
    /// The manifest that the session keeps of a generated dataset, if it holds.
    std::optional<DatasetManifest> manifest(const Dataset& dataset);
    /// Keeps the result of a native pass; `groups` are its rows. Only a session that cannot be
    /// written is an error.
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

/// The manifest that lies beside a file, as it stands there, else an empty object.
Json manifestFacts(const Dataset& dataset);

} // namespace spillway
