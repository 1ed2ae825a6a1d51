#pragma once

#include "base/json_fwd.h"
#include "session/session_store.h"

#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// What tells data apart that the samples of a fingerprint do not: kept with the dataset's facts in
/// a session, in the field "identity", as {"sampled", "full", "content", "stamps": […]}.
struct DatasetIdentity {
    /// The dataset's name in the session: the sampled fingerprint, or the full one of data whose
    /// samples another dataset has, too; and the mark of a reading that is not the guessed one.
    std::string fingerprint;
    std::string sampled; ///< sampledFingerprint() of its files
    std::string full;    ///< fullFingerprint() of its files
    std::string content; ///< the same without sizes; empty in sessions of older versions
    std::vector<std::string> stamps; ///< stampFingerprint()s under which it was seen, oldest first

    /// Files are copied, moved and touched; so many of their stamps are remembered.
    static constexpr std::size_t keptStamps = 16;

    bool has(const std::string& stamp) const;
    void add(const std::string& stamp);
};

/// What `facts` say of the dataset `fingerprint`; nothing when they do not, or not in this form.
std::optional<DatasetIdentity> identityIn(const Json& facts, const std::string& fingerprint);
/// The sampled fingerprint that the files of a dataset have to have.
std::string sampledFingerprintOf(const Json& facts, const std::string& fingerprint);

/// In the facts of a dataset with a manifest: whether what that says is true of its bytes. A
/// session of an older version has no such field, and held all that had the samples.
inline constexpr const char* manifestHoldsField = "manifest_holds";
bool manifestHolds(const Json& facts);

/// What data/open_dataset.h adds to a fingerprint for a reading that is not the guessed one: from
/// "-" on, or "".
std::string readingMarkOf(const std::string& fingerprint);

/// Identities of all datasets of a session whose samples are `sampled`, read with this mark.
Result<std::vector<DatasetIdentity>>
identitiesOf(const SessionStore& store, const std::string& sampled, const std::string& mark);
/// Keeps it with the dataset, which is in the session already.
Result<void> keepIdentity(SessionStore& store, const DatasetIdentity& identity);

} // namespace spillway
