#include "data/dataset_manifest.h"

#include "base/files.h"
#include "base/json.h"
#include "base/write_journal.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

namespace spillway {
namespace {

constexpr int manifestVersion = 1;
/// 2,000,000 numbers of at most 25 bytes and 100,000 groups of 40 more: with room to spare.
constexpr Bytes maxManifestBytes = Bytes(64) << 20;
/// What the head of a manifest says before its long lists begin (fields are in alphabetical order:
/// at most 1,000 names of features come before). Any other file is not read further.
constexpr std::string_view magicField = "\"generator\"";
constexpr std::string_view magicValue = "\"spillway ";
constexpr std::size_t headBytes = std::size_t(64) << 10;

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
    std::int64_t left = manifest.rows; // counted down: a sum of foreign counts could overflow
    for (const GroupTruth& group : manifest.groups) {
        if (group.count < 1 || group.sums.size() != features)
            return badField("groups", "a count and one sum a feature in each group");
        if (group.count > left) return badField("groups", "as many rows as the file");
        left -= group.count;
    }
    if (!manifest.groups.empty() && left != 0)
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
    return makeError(ErrorCode::Corrupt,
                     fmt::format("The manifest {} cannot be used: {}", manifest.string(), reason),
                     "Delete it, or generate the file again.");
}

/// Whether `head`, the first bytes of a file, is that of a manifest.
bool beginsAsManifest(std::string_view head)
{
    constexpr std::string_view blanks = " \t\r\n";
    const auto begin = head.find_first_not_of(blanks);
    if (begin == std::string_view::npos || head[begin] != '{') return false;
    const auto field = head.find(magicField);
    if (field == std::string_view::npos) return false;
    const auto colon = head.find_first_not_of(blanks, field + magicField.size());
    if (colon == std::string_view::npos || head[colon] != ':') return false;
    const auto value = head.find_first_not_of(blanks, colon + 1);
    return value != std::string_view::npos && head.substr(value).starts_with(magicValue);
}

/// NotFound also for a file that is no manifest: any file may be called so.
Result<std::string> manifestText(const std::filesystem::path& path)
{
    const auto fd = openRegularFile(path);
    if (!fd) return fd.error();
    std::string head(headBytes, '\0');
    const auto count = readAt(fd->get(), head, 0);
    if (!count) return count.error();
    if (!beginsAsManifest(std::string_view(head).substr(0, *count)))
        return makeError(ErrorCode::NotFound, fmt::format("{} is not a manifest.", path.string()));
    return readFile(path, maxManifestBytes);
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
            {"content_hash", manifest.contentHash},
            {"modified_ns", manifest.modifiedNanoseconds},
            {"features", manifest.features},
            {"label", manifest.label},
            {"groups", std::move(groups)},
            {"true_weights", manifest.trueWeights},
            {"true_accuracy", optionalJson(manifest.trueAccuracy)},
            {"parts", manifest.parts}};
}

Result<DatasetManifest> datasetManifestFromJson(const Json& json)
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
    std::optional<std::string> contentHash;
    std::optional<std::int64_t> modified;
    fields.read("content_hash", contentHash);
    fields.read("modified_ns", modified);
    manifest.contentHash = contentHash.value_or(std::string());
    manifest.modifiedNanoseconds = modified.value_or(0);
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

std::filesystem::path datasetManifestPath(const std::filesystem::path& csv)
{
    return csv.string() + ".json";
}

std::filesystem::path partPath(const std::filesystem::path& csv, int part, int parts)
{
    return csv.parent_path() / fmt::format("{}.part{}of{}{}", csv.stem().string(), part, parts,
                                           csv.extension().string());
}

std::optional<std::filesystem::path> wholeOfPart(const std::filesystem::path& part)
{
    constexpr std::string_view mark = ".part";
    const std::string name = part.filename().string();
    const auto begin = name.rfind(mark);
    if (begin == std::string::npos) return {};
    std::string_view rest = std::string_view(name).substr(begin + mark.size());
    const auto skipDigits = [&rest] {
        const auto count = std::min(rest.find_first_not_of("0123456789"), rest.size());
        rest.remove_prefix(count);
        return count > 0;
    };
    if (!skipDigits() || !rest.starts_with("of")) return {};
    rest.remove_prefix(2);
    if (!skipDigits() || (!rest.empty() && rest.front() != '.')) return {};
    return part.parent_path() / (name.substr(0, begin) + std::string(rest));
}

Result<DatasetManifest> readDatasetManifest(const std::filesystem::path& csv)
{
    const auto path = datasetManifestPath(csv);
    if (auto settled = settleWrites(csv); !settled) return corrupt(path, settled.error().message);
    const auto text = manifestText(path);
    if (!text) {
        if (text.error().code == ErrorCode::NotFound) return text.error();
        return corrupt(path, text.error().message);
    }
    const auto json = parseJson(*text);
    if (!json) return corrupt(path, json.error().message);
    auto manifest = datasetManifestFromJson(*json);
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
