#pragma once

#include "data/open_dataset.h"
#include "session/session_store.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace spillway {

/// What the open session held when it was last read, kept up to date as runs end.
struct SessionContent {
    std::vector<Dataset> datasets;                    ///< those that somebody has added
    std::map<std::string, DatasetManifest> manifests; ///< by fingerprint; of generated data only
    std::set<std::string>
        unproven; ///< fingerprints of datasets whose manifest is not known to match
    std::vector<RunRecord> records; ///< oldest first
    std::vector<StoredPlan> plans;
    std::vector<Environment> environments;
    std::string notes;
    std::string name; ///< the user's own; empty: none
    std::string tags;
};

/// All of it; the first error of the store.
Result<SessionContent> readContent(SessionStore& store);
/// What a plan changes besides the runs that it announces: plans, environments, datasets and their
/// manifests. The rest is empty.
Result<SessionContent> readAfterPlan(SessionStore& store);

/// Reads the manifest out of `facts`, what is stored beside a dataset, in place of what was known.
void keepManifest(SessionContent& content, const std::string& fingerprint, const Json& facts);

} // namespace spillway
