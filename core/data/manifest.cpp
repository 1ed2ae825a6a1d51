#include "data/manifest.h"

#include "base/files.h"
#include "data/write_journal.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <system_error>

namespace spillway {
namespace {

constexpr int manifestVersion = 1;
/// 2,000,000 numbers of at most 25 bytes, and 100,000 keys: with room to spare.
constexpr Bytes maxManifestBytes = Bytes(256) << 20;

Json optionalJson(const auto& value)
{
    return value ? Json(*value) : Json(nullptr);
}

Json specToJson(const GeneratorSpec& spec)
{
    return {{"rows", optionalJson(spec.rows)},
            {"bytes", optionalJson(spec.bytes)},
            {"ram_factor", optionalJson(spec.ramFactor)},
            {"seed", spec.seed},
            {"categories", spec.categories},
            {"features", spec.features},
            {"signal", spec.signal},
            {"split", spec.split}};
}

/// Fields of one object, read one after the other; the first that is wrong is the error.
class FieldReader {
public:
    explicit FieldReader(const Json& object) : object_(object) {}

    template <class T>
    void read(const char* name, T& value)
    {
        if (error_) return;
        auto read = field<T>(object_, name);
        if (read)
            value = std::move(*read);
        else
            error_ = read.error();
    }
    template <class T>
    void read(const char* name, std::optional<T>& value)
    {
        if (error_) return;
        auto read = optionalField<T>(object_, name);
        if (read)
            value = std::move(*read);
        else
            error_ = read.error();
    }
    const std::optional<Error>& error() const { return error_; }

private:
    const Json& object_;
    std::optional<Error> error_;
};

Result<GeneratorSpec> specFromJson(const Json& json)
{
    GeneratorSpec spec;
    FieldReader fields(json);
    fields.read("rows", spec.rows);
    fields.read("bytes", spec.bytes);
    fields.read("ram_factor", spec.ramFactor);
    fields.read("seed", spec.seed);
    fields.read("categories", spec.categories);
    fields.read("features", spec.features);
    fields.read("signal", spec.signal);
    fields.read("split", spec.split);
    if (fields.error()) return *fields.error();
    if (auto valid = spec.validate(); !valid) return valid.error();
    return spec;
}

Result<std::vector<GroupTruth>> groupsFromJson(const Json& json)
{
    if (!json.is_array()) return badField("groups", "a list");
    std::vector<GroupTruth> groups;
    for (const Json& entry : json) {
        GroupTruth group;
        FieldReader fields(entry);
        fields.read("key", group.key);
        fields.read("count", group.count);
        fields.read("sums", group.sums);
        if (fields.error()) return *fields.error();
        groups.push_back(std::move(group));
    }
    return groups;
}

/// What the numbers of a manifest must have to do with each other.
Result<void> checkShape(const DatasetManifest& manifest)
{
    const auto features = static_cast<std::size_t>(manifest.spec.features);
    if (manifest.features.size() != features) return badField("features", "one name a feature");
    if (manifest.rows < 1) return badField("rows", "a positive number");
    for (const GroupTruth& group : manifest.groups)
        if (group.count < 1 || group.sums.size() != features)
            return badField("groups", "a count and one sum a feature in each group");
    const auto counted = std::accumulate(
        manifest.groups.begin(), manifest.groups.end(), std::int64_t{0},
        [](std::int64_t sum, const GroupTruth& group) { return sum + group.count; });
    if (!manifest.groups.empty() && counted != manifest.rows)
        return badField("groups", "as many rows as the file");
    const bool weighted = manifest.spec.signal > 0;
    const auto categories = static_cast<std::size_t>(manifest.spec.categories);
    if (manifest.trueWeights.size() != (weighted ? categories : 0) ||
        std::ranges::any_of(manifest.trueWeights,
                            [&](const auto& row) { return row.size() != features; }))
        return badField("true_weights", "one row a category");
    for (const std::string& part : manifest.parts)
        if (part.empty() || std::filesystem::path(part).filename() != part)
            return badField("parts", "names of files beside this one");
    return {};
}

Error corrupt(const std::filesystem::path& manifest, const std::string& reason)
{
    return {.code = ErrorCode::Corrupt,
            .message = fmt::format("The manifest {} cannot be used: {}", manifest.string(), reason),
            .phase = {},
            .remedy = "Delete it, or generate the file again."};
}

} // namespace

Json toJson(const DatasetManifest& manifest)
{
    Json groups = Json::array();
    for (const GroupTruth& group : manifest.groups)
        groups.push_back({{"key", group.key}, {"count", group.count}, {"sums", group.sums}});
    return {{"version", manifest.version},
            {"generator", manifest.generator},
            {"spec", specToJson(manifest.spec)},
            {"rows", manifest.rows},
            {"bytes", manifest.bytes},
            {"fingerprint", manifest.fingerprint},
            {"features", manifest.features},
            {"label", manifest.label},
            {"groups", std::move(groups)},
            {"true_weights", manifest.trueWeights},
            {"true_accuracy", optionalJson(manifest.trueAccuracy)},
            {"parts", manifest.parts}};
}

Result<DatasetManifest> manifestFromJson(const Json& json)
{
    DatasetManifest manifest;
    Json spec;
    Json groups;
    FieldReader fields(json);
    fields.read("version", manifest.version);
    if (!fields.error() && manifest.version != manifestVersion)
        return badField("version", fmt::format("{}", manifestVersion));
    fields.read("generator", manifest.generator);
    fields.read("spec", spec);
    fields.read("rows", manifest.rows);
    fields.read("bytes", manifest.bytes);
    fields.read("fingerprint", manifest.fingerprint);
    fields.read("features", manifest.features);
    fields.read("label", manifest.label);
    fields.read("groups", groups);
    fields.read("true_weights", manifest.trueWeights);
    fields.read("true_accuracy", manifest.trueAccuracy);
    fields.read("parts", manifest.parts);
    if (fields.error()) return *fields.error();
    auto readSpec = specFromJson(spec);
    if (!readSpec) return readSpec.error();
    manifest.spec = *readSpec;
    auto readGroups = groupsFromJson(groups);
    if (!readGroups) return readGroups.error();
    manifest.groups = std::move(*readGroups);
    if (auto shape = checkShape(manifest); !shape) return shape.error();
    return manifest;
}

std::filesystem::path manifestPath(const std::filesystem::path& csv)
{
    return csv.string() + ".json";
}

std::filesystem::path partPath(const std::filesystem::path& csv, int part, int parts)
{
    return csv.parent_path() / fmt::format("{}.part{}of{}{}", csv.stem().string(), part, parts,
                                           csv.extension().string());
}

Result<DatasetManifest> readManifest(const std::filesystem::path& csv)
{
    const auto path = manifestPath(csv);
    if (auto settled = settleWrites(csv); !settled) return corrupt(path, settled.error().message);
    const auto text = readFile(path, maxManifestBytes);
    if (!text) {
        if (text.error().code == ErrorCode::NotFound) return text.error();
        return corrupt(path, text.error().message);
    }
    const auto json = parseJson(*text);
    if (!json) return corrupt(path, json.error().message);
    auto manifest = manifestFromJson(*json);
    if (!manifest) return corrupt(path, manifest.error().message);
    std::error_code error;
    const auto size = std::filesystem::file_size(csv, error);
    if (error) return corrupt(path, fmt::format("{} cannot be read.", csv.string()));
    if (static_cast<Bytes>(size) != manifest->bytes)
        return corrupt(path, fmt::format("{} has {} bytes, the manifest says {}.", csv.string(),
                                         size, manifest->bytes));
    return manifest;
}

} // namespace spillway
