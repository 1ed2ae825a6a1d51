#pragma once

#include "base/json_fwd.h"
#include "session/session_store.h"

#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// Distinguishes data that have the same fingerprint samples: stored with the dataset's facts in a
/// session, in the field "identity", as {"sampled", "full", "content", "stamps": […]}.
struct DatasetIdentity {
    /// The dataset's key in the session: the sampled fingerprint, or the full one if another
    /// dataset has the same samples; plus the mark of a reading other than the guessed one.
    std::string fingerprint;
    std::string sampled; ///< sampledFingerprint() of its files
    std::string full;    ///< fullFingerprint() of its files
    std::string content; ///< the same without sizes; empty in sessions of older versions
    std::vector<std::string> stamps; ///< stampFingerprint()s under which it was seen, oldest first

    /// Files are copied, moved and touched: this many of their stamps are remembered.
    static constexpr std::size_t keptStamps = 16;

    bool has(const std::string& stamp) const;
    void add(const std::string& stamp);
};

/// The identity of dataset `fingerprint` in `facts`; nothing when it is missing or has another
/// form.
std::optional<DatasetIdentity> identityIn(const Json& facts, const std::string& fingerprint);
/// The expected sampled fingerprint of a dataset's files.
std::string sampledFingerprintOf(const Json& facts, const std::string& fingerprint);

/// In the facts of a dataset with a manifest: whether the manifest applies to its bytes. Sessions
/// of older versions have no such field and assumed it for all data with the same samples.
inline constexpr const char* manifestHoldsField = "manifest_holds";
bool manifestHolds(const Json& facts);

/// The suffix that data/open_dataset.h adds to a fingerprint for a reading other than the guessed
/// one: from "-" on, or "".
std::string readingMarkOf(const std::string& fingerprint);

/// Identities of all datasets of a session whose samples are `sampled`, read with this mark.
Result<std::vector<DatasetIdentity>>
identitiesOf(const SessionStore& store, const std::string& sampled, const std::string& mark);
/// Stores it with the dataset, which is already in the session.
Result<void> keepIdentity(SessionStore& store, const DatasetIdentity& identity);

} // namespace spillway
