#include "work/dataset_state.h"

#include "base/json.h"
#include "data/fingerprint.h"
#include "experiment/dataset_identity.h"

namespace spillway {

Json factsToKeep(const OpenedDataset& opened)
{
    if (!opened.manifest) return Json::object();
    Json facts = toJson(*opened.manifest);
    facts[manifestHoldsField] = opened.standing == ManifestStanding::Holds;
    return facts;
}

DatasetState stateOf(const OpenedDataset& opened)
{
    return opened.standing == ManifestStanding::Unproven ? DatasetState::Touched
                                                         : DatasetState::Unchanged;
}

DatasetState stateNow(const Dataset& dataset, const Json& facts)
{
    const auto samples = sampledFingerprint(dataset.paths);
    if (!samples) return DatasetState::Missing;
    if (*samples != sampledFingerprintOf(facts, dataset.fingerprint)) return DatasetState::Changed;
    if (const auto identity = identityIn(facts, dataset.fingerprint)) {
        const auto stamp = stampsFingerprint(dataset.paths);
        return stamp && identity->has(*stamp) ? DatasetState::Unchanged : DatasetState::Touched;
    }
    const auto manifest = datasetManifestFromJson(facts);
    if (!manifest || dataset.paths.size() != 1) return DatasetState::Unchanged;
    const auto standing = manifestStanding(*manifest, dataset.paths.front(), *samples);
    return standing == ManifestStanding::Unproven ? DatasetState::Touched : DatasetState::Unchanged;
}

} // namespace spillway
