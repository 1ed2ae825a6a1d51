#pragma once

#include "experiment/result_check.h"
#include "session/session_store.h"

#include <optional>
#include <vector>

namespace spillway {

/// Finds what ETL results have to be, and keeps what a native pass found. A dataset's facts in a
/// session are its manifest (when it was generated) plus, in the field "references", the results of
/// native passes: [{"group_by", "values", "rows", "groups": [[key, count, [mean, …]], …]}, …].
class ReferenceBook {
public:
    /// Above this many groups a result is kept for the plan in hand only.
    static constexpr std::size_t keptGroups = 100'000;

    explicit ReferenceBook(SessionStore& store) : store_(store) {}

    /// From this plan's passes, the session, or the manifest beside the file, in this order.
    std::optional<ReferenceResult> find(const Dataset& dataset, const EtlWorkload& workload);
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
};

/// What a session keeps of a dataset beside its schema: the manifest that lies beside a generated
/// file and belongs to it, else an empty object.
Json manifestFacts(const Dataset& dataset);

} // namespace spillway
