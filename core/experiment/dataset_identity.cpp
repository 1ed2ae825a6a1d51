#include "experiment/dataset_identity.h"

#include "base/json.h"

#include <algorithm>

namespace spillway {
namespace {

constexpr const char* identityField = "identity";

} // namespace

bool DatasetIdentity::has(const std::string& stamp) const
{
    return std::ranges::find(stamps, stamp) != stamps.end();
}

void DatasetIdentity::add(const std::string& stamp)
{
    if (has(stamp)) return;
    if (stamps.size() >= keptStamps) stamps.erase(stamps.begin());
    stamps.push_back(stamp);
}

std::optional<DatasetIdentity> identityIn(const Json& facts, const std::string& fingerprint)
{
    const auto json = field<Json>(facts, identityField);
    if (!json || !json->is_object()) return std::nullopt;
    DatasetIdentity identity{fingerprint, fieldOr(*json, "sampled", std::string()),
                             fieldOr(*json, "full", std::string()),
                             fieldOr(*json, "content", std::string()),
                             fieldOr(*json, "stamps", std::vector<std::string>())};
    if (identity.sampled.empty() || identity.full.empty()) return std::nullopt;
    return identity;
}

std::string sampledFingerprintOf(const Json& facts, const std::string& fingerprint)
{
    const auto identity = identityIn(facts, fingerprint);
    return identity ? identity->sampled : fingerprint.substr(0, fingerprint.find('-'));
}

bool manifestHolds(const Json& facts)
{
    return fieldOr(facts, manifestHoldsField, true);
}

std::string readingMarkOf(const std::string& fingerprint)
{
    const auto mark = fingerprint.find('-');
    return mark == std::string::npos ? std::string() : fingerprint.substr(mark);
}

Result<std::vector<DatasetIdentity>>
identitiesOf(const SessionStore& store, const std::string& sampled, const std::string& mark)
{
    const auto datasets = store.datasets();
    if (!datasets) return datasets.error();
    std::vector<DatasetIdentity> identities;
    for (const auto& dataset : *datasets) {
        const auto facts = store.datasetFacts(dataset.fingerprint);
        if (!facts) return facts.error();
        auto identity = identityIn(*facts, dataset.fingerprint);
        if (identity && identity->sampled == sampled && readingMarkOf(dataset.fingerprint) == mark)
            identities.push_back(std::move(*identity));
    }
    return identities;
}

Result<void> keepIdentity(SessionStore& store, const DatasetIdentity& identity)
{
    auto facts = store.datasetFacts(identity.fingerprint);
    if (!facts) return facts.error();
    (*facts)[identityField] = {{"sampled", identity.sampled},
                               {"full", identity.full},
                               {"content", identity.content},
                               {"stamps", identity.stamps}};
    return store.setDatasetFacts(identity.fingerprint, *facts);
}

} // namespace spillway
