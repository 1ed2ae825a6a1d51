#include "work/session_content.h"

#include "base/json.h"
#include "experiment/dataset_identity.h"

#include <optional>

namespace spillway {
namespace {

/// The answer of a read, or nothing with the first error in `error`.
template <class T>
T valueOf(Result<T> result, std::optional<Error>& error)
{
    if (result) return std::move(*result);
    if (!error) error = result.error();
    return {};
}

void readAfterPlan(SessionStore& store, SessionContent& content, std::optional<Error>& error)
{
    content.plans = valueOf(store.plans(), error);
    content.environments = valueOf(store.environments(), error);
    content.datasets = valueOf(store.datasets(), error);
    std::erase_if(content.datasets, isNoData); // nobody has added it
    for (const Dataset& dataset : content.datasets)
        keepManifest(content, dataset.fingerprint,
                     valueOf(store.datasetFacts(dataset.fingerprint), error));
}

} // namespace

Result<SessionContent> readContent(SessionStore& store)
{
    std::optional<Error> error;
    SessionContent content;
    content.records = valueOf(store.runs(), error);
    content.notes = valueOf(store.notes(), error);
    content.name = valueOf(store.name(), error);
    content.tags = valueOf(store.tags(), error);
    readAfterPlan(store, content, error);
    if (error) return *error;
    return content;
}

Result<SessionContent> readAfterPlan(SessionStore& store)
{
    std::optional<Error> error;
    SessionContent content;
    readAfterPlan(store, content, error);
    if (error) return *error;
    return content;
}

void keepManifest(SessionContent& content, const std::string& fingerprint, const Json& facts)
{
    content.manifests.erase(fingerprint);
    content.unproven.erase(fingerprint);
    if (const auto manifest = datasetManifestFromJson(facts)) {
        content.manifests.emplace(fingerprint, *manifest);
        if (!manifestHolds(facts)) content.unproven.insert(fingerprint);
    }
}

} // namespace spillway
