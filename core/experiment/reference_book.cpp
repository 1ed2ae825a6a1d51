#include "experiment/reference_book.h"

#include "base/json.h"
#include "experiment/dataset_identity.h"

#include <algorithm>
#include <limits>

namespace spillway {
namespace {

constexpr const char* referencesField = "references";

bool covers(const std::string& groupBy, const std::vector<std::string>& values,
            const EtlWorkload& workload)
{
    return groupBy == workload.groupBy &&
           std::ranges::all_of(workload.values, [&](const std::string& value) {
               return std::ranges::find(values, value) != values.end();
           });
}

Json groupsJson(const std::vector<GroupMean>& groups)
{
    Json rows = Json::array();
    for (const auto& group : groups)
        rows.push_back({group.key, group.count, group.means, group.magnitudes});
    return rows;
}

std::vector<double> numbersOf(const Json& list)
{
    std::vector<double> numbers;
    for (const auto& number : list)
        numbers.push_back(number.is_number() ? number.get<double>()
                                             : std::numeric_limits<double>::quiet_NaN());
    return numbers;
}

std::optional<GroupMean> groupOf(const Json& row)
{
    if (!row.is_array() || row.size() != 4 || !row[0].is_string() || !row[1].is_number_integer() ||
        !row[2].is_array() || !row[3].is_array())
        return std::nullopt;
    return GroupMean{row[0].get<std::string>(), row[1].get<std::int64_t>(), numbersOf(row[2]),
                     numbersOf(row[3])};
}

/// Nothing when the entry is for other columns, or not what keep() writes: then a new pass is made.
std::optional<EtlResult> referenceOf(const Json& entry, const EtlWorkload& workload)
{
    EtlResult etl;
    etl.values = fieldOr(entry, "values", std::vector<std::string>());
    const auto groups = field<Json>(entry, "groups");
    if (!groups || !groups->is_array() ||
        !covers(fieldOr(entry, "group_by", std::string()), etl.values, workload))
        return std::nullopt;
    for (const auto& row : *groups) {
        auto group = groupOf(row);
        if (!group || group->means.size() != etl.values.size() ||
            group->magnitudes.size() != etl.values.size())
            return std::nullopt;
        etl.groups.push_back(std::move(*group));
    }
    etl.groupsCount = static_cast<std::int64_t>(etl.groups.size());
    etl.groupsHash = groupsHash(etl.groups);
    etl.rows = fieldOr<std::int64_t>(entry, "rows", 0);
    etl.missing = fieldOr(entry, "missing", std::vector<std::int64_t>());
    if (etl.missing.size() != etl.values.size()) return std::nullopt;
    return etl;
}

/// Keys, counts and means of all passes in `references`.
std::size_t figuresIn(const Json& references)
{
    std::size_t figures = 0;
    for (const auto& entry : references)
        if (entry.contains("groups") && entry.contains("values"))
            figures += entry["groups"].size() * (2 + 2 * entry["values"].size());
    return figures;
}

/// A manifest that applies to the dataset, see DatasetWatch.
std::optional<DatasetManifest> manifestIn(const Json& facts)
{
    if (!manifestHolds(facts)) return std::nullopt;
    auto manifest = datasetManifestFromJson(facts);
    return manifest ? std::optional(std::move(*manifest)) : std::nullopt;
}

std::optional<Reference> inFacts(const Json& facts, const EtlWorkload& workload)
{
    const auto references = field<Json>(facts, referencesField);
    if (references && references->is_array())
        for (const auto& entry : *references)
            if (auto etl = referenceOf(entry, workload)) return Reference{"native pass", *etl};
    const auto manifest = manifestIn(facts);
    if (!manifest) return std::nullopt;
    return referenceFromManifest(*manifest, workload);
}

} // namespace

std::optional<Reference> ReferenceBook::inMemory(const Dataset& dataset,
                                                 const EtlWorkload& workload) const
{
    for (const auto& entry : entries_)
        if (entry.dataset == dataset.fingerprint && covers(entry.groupBy, entry.values, workload))
            return entry.reference;
    return std::nullopt;
}

std::optional<Reference> ReferenceBook::onDisk(const Dataset& dataset, const EtlWorkload& workload)
{
    const auto facts = store_.datasetFacts(dataset.fingerprint);
    return facts ? inFacts(*facts, workload) : std::nullopt;
}

std::optional<Reference> ReferenceBook::find(const Dataset& dataset, const EtlWorkload& workload)
{
    if (auto known = inMemory(dataset, workload)) return known;
    auto known = onDisk(dataset, workload);
    if (known)
        entries_.push_back({.dataset = dataset.fingerprint,
                            .groupBy = workload.groupBy,
                            .values = EtlResult::of(known->result).values,
                            .reference = *known});
    return known;
}

std::optional<DatasetManifest> ReferenceBook::manifest(const Dataset& dataset)
{
    const auto [known, isNew] = manifests_.try_emplace(dataset.fingerprint);
    if (!isNew) return known->second;
    const auto facts = store_.datasetFacts(dataset.fingerprint);
    if (!facts) return std::nullopt;
    known->second = manifestIn(*facts);
    return known->second;
}

Result<void> ReferenceBook::keep(const Dataset& dataset, const EtlWorkload& workload,
                                 RunResult result)
{
    if (result.table.rows() <= keptGroups) {
        auto facts = store_.datasetFacts(dataset.fingerprint);
        if (!facts) return facts.error();
        const auto etl = EtlResult::of(result);
        Json& references = (*facts)[referencesField];
        references.push_back({{"group_by", workload.groupBy},
                              {"values", etl.values},
                              {"rows", etl.rows},
                              {"missing", etl.missing},
                              {"groups", groupsJson(etl.groups)}});
        while (references.size() > 1 && figuresIn(references) > keptFigures)
            references.erase(0);
        if (auto kept = store_.setDatasetFacts(dataset.fingerprint, *facts); !kept) return kept;
    }
    entries_.push_back({.dataset = dataset.fingerprint,
                        .groupBy = workload.groupBy,
                        .values = workload.values,
                        .reference = {"native pass", std::move(result)}});
    return {};
}

Json manifestFacts(const Dataset& dataset)
{
    if (dataset.paths.size() != 1) return Json::object();
    const auto manifest = readDatasetManifest(dataset.paths.front());
    return manifest ? toJson(*manifest) : Json::object();
}

} // namespace spillway
