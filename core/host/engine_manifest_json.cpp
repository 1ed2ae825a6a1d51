#include "host/engine_manifest.h"

#include "base/json.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <functional>
#include <set>
#include <utility>

namespace spillway {
namespace {

constexpr std::size_t maxText = 4096;
constexpr std::size_t maxEntries = 64;
constexpr std::size_t maxName = 80;
/// Of the manifests that this Spillway writes.
constexpr int manifestVersion = 2;
constexpr std::array<std::string_view, 4> roleNames{"driver", "worker", "store", "other"};
constexpr std::array<std::string_view, 5> dialectNames{"comment", "skip_rows", "decimal",
                                                       "encoding", "missing"};

template <std::size_t N>
bool oneOf(std::string_view text, const std::array<std::string_view, N>& allowed)
{
    return std::ranges::find(allowed, text) != allowed.end();
}

/// Lower-case letters, digits and dashes: safe as a file name, in a cell key and on a terminal.
bool isId(std::string_view text)
{
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    };
    return !text.empty() && text.size() <= 40 && std::ranges::all_of(text, fits);
}

/// "#2b8bfd"
bool isColour(std::string_view text)
{
    const auto isDigit = [](unsigned char c) { return std::isxdigit(c) != 0; };
    return text.size() == 7 && text.front() == '#' && std::ranges::all_of(text.substr(1), isDigit);
}

/// Of a name that may be anything.
std::string shortened(const std::string& name)
{
    return name.substr(0, maxName);
}

/// Reads the fields of one object, remembering the first thing that is wrong.
class Fields {
public:
    Fields(const Json& json, std::string where) : json_(json), where_(std::move(where)) {}

    std::string text(const char* name, bool required)
    {
        known_.insert(name);
        const auto value = optionalField<std::string>(json_, name);
        if (!value) return fail(name, "text"), std::string();
        if (!value->has_value()) {
            if (required) fail(name, "text");
            return {};
        }
        const auto& content = **value;
        if (content.size() > maxText || content.find('\0') != std::string::npos)
            fail(name, fmt::format("at most {} bytes of text", maxText));
        return content;
    }

    template <class T>
    std::optional<T> optional(const char* name, std::string_view expected)
    {
        known_.insert(name);
        auto value = optionalField<T>(json_, name);
        if (value) return *value;
        fail(name, expected);
        return std::nullopt;
    }

    std::vector<std::string> texts(const char* name)
    {
        std::vector<std::string> values;
        for (const auto& entry : array(name)) {
            if (!entry.is_string() || entry.get_ref<const std::string&>().size() > maxText ||
                entry.get_ref<const std::string&>().find('\0') != std::string::npos)
                fail(name, "an array of short texts");
            else
                values.push_back(entry.get<std::string>());
        }
        return values;
    }

    /// The entries of an array field; empty when it is absent or wrong.
    Json array(const char* name)
    {
        known_.insert(name);
        if (!json_.is_object()) return fail(name, "an object around it"), Json::array();
        const auto found = json_.find(name);
        if (found == json_.end() || found->is_null()) return Json::array();
        if (found->is_array() && found->size() <= maxEntries) return *found;
        return fail(name, fmt::format("an array of at most {} entries", maxEntries)), Json::array();
    }

    /// A field that holds objects by name; empty when it is absent or wrong.
    Json object(const char* name)
    {
        known_.insert(name);
        const auto found = json_.is_object() ? json_.find(name) : json_.end();
        if (found == json_.end() || found->is_null()) return Json::object();
        if (found->is_object() && found->size() <= maxEntries) return *found;
        return fail(name, fmt::format("an object of at most {} entries", maxEntries)),
               Json::object();
    }

    /// Whatever was not asked for is wrong: a misspelt field would silently not hold.
    void noOthers()
    {
        if (!json_.is_object()) return;
        for (const auto& [name, value] : json_.items())
            if (!known_.contains(name)) fail(shortened(name), "nothing: there is no such field");
    }

    void require(bool fits, const char* name, std::string_view expected)
    {
        if (!fits) fail(name, expected);
    }
    void take(const std::optional<Error>& error)
    {
        if (!error_) error_ = error;
    }
    const std::optional<Error>& error() const { return error_; }
    const std::string& where() const { return where_; }

private:
    void fail(std::string_view name, std::string_view expected)
    {
        if (!error_) error_ = badField(where_ + std::string(name), expected);
    }

    const Json& json_;
    std::string where_;
    std::set<std::string, std::less<>> known_;
    std::optional<Error> error_;
};

/// What holds for one manifest.
struct Reading {
    bool strict = true; ///< version 1 took no notice of fields that it did not know
};

void close(Fields& fields, Fields& parent, Reading reading)
{
    if (reading.strict) fields.noOthers();
    parent.take(fields.error());
}

Result<EngineFamily> familyFromName(std::string_view text)
{
    for (const auto family : {EngineFamily::Native, EngineFamily::Python, EngineFamily::Script})
        if (name(family) == text) return family;
    return badField("family", "\"native\", \"python\" or \"script\"");
}

std::vector<EngineProfile> readProfiles(Fields& parent, Reading reading)
{
    std::vector<EngineProfile> profiles;
    for (const auto& entry : parent.array("profiles")) {
        Fields fields(entry, parent.where() + "profiles.");
        EngineProfile profile{fields.text("id", true), fields.text("title", false),
                              fields.text("help", false)};
        fields.require(isId(profile.id), "id", "lower-case letters, digits and dashes");
        close(fields, parent, reading);
        profiles.push_back(std::move(profile));
    }
    return profiles;
}

EngineParameter readParameter(const Json& json, const WorkloadType& type, const EngineKind& kind,
                              Fields& parent)
{
    Fields fields(json, parent.where() + "parameters.");
    EngineParameter parameter{fields.text("name", true), fields.texts("choices"),
                              fields.texts("profiles"), fields.text("help", false)};
    const auto* known = type.findParameter(parameter.name);
    fields.require(known != nullptr, "name",
                   fmt::format("a parameter of {} ({})", type.id, parameterNames(type)));
    const auto offered = [&](const auto& choice) {
        return known && std::ranges::find(known->choices, choice) != known->choices.end();
    };
    fields.require(std::ranges::all_of(parameter.choices, offered), "choices",
                   known && !known->choices.empty() ? formOf(*known) : "nothing");
    const auto there = [&](const auto& profile) { return kind.findProfile(profile) != nullptr; };
    fields.require(std::ranges::all_of(parameter.profiles, there), "profiles",
                   "ids of profiles of this kind of work");
    close(fields, parent, {});
    return parameter;
}

/// CSV where none are said.
void readFormats(Fields& fields, EngineKind& kind)
{
    const auto names = fields.texts("formats");
    if (names.empty()) return;
    kind.formats.clear();
    for (const auto format : {FileFormat::Csv, FileFormat::Parquet})
        if (std::ranges::find(names, name(format)) != names.end()) kind.formats.push_back(format);
    fields.require(kind.formats.size() == names.size(), "formats", "\"csv\", \"parquet\" or both");
}

EngineKind readKind(const Json& json, const WorkloadType& type, const std::string& title,
                    Fields& parent)
{
    Fields fields(json, fmt::format("kinds.{}.", type.id));
    EngineKind kind{.profiles = readProfiles(fields, {}), .parameters = {}};
    readFormats(fields, kind);
    if (kind.profiles.empty()) kind.profiles.push_back({"default", title, ""});
    for (const auto& entry : fields.array("parameters"))
        kind.parameters.push_back(readParameter(entry, type, kind, fields));
    close(fields, parent, {});
    return kind;
}

/// Version 1 has one list of profiles for all its kinds; its list of parameters was never of any
/// effect.
void readKindsOfVersion1(EngineManifest& manifest, Fields& fields, Reading reading)
{
    EngineKind same{.profiles = readProfiles(fields, reading), .parameters = {}};
    if (same.profiles.empty()) same.profiles.push_back({"default", manifest.title, ""});
    const auto workloads = fields.texts("workloads");
    const auto known = [](const auto& workload) { return findWorkloadType(workload) != nullptr; };
    fields.require(!workloads.empty() && std::ranges::all_of(workloads, known), "workloads",
                   fmt::format("kinds of work ({})", workloadNames()));
    for (const auto& workload : workloads)
        manifest.kinds[workload] = same;
}

void readKinds(EngineManifest& manifest, Fields& fields)
{
    const Json kinds = fields.object("kinds");
    fields.require(!kinds.empty(), "kinds", fmt::format("kinds of work ({})", workloadNames()));
    for (const auto& [id, entry] : kinds.items()) {
        const auto* type = findWorkloadType(id);
        fields.require(type != nullptr, ("kinds." + shortened(id)).c_str(),
                       fmt::format("a kind of work ({}) as its name", workloadNames()));
        if (type) manifest.kinds[id] = readKind(entry, *type, manifest.title, fields);
    }
}

RoleRule readRole(const Json& json, Fields& parent, Reading reading)
{
    Fields fields(json, "roles.");
    RoleRule rule{fields.text("role", true), fields.text("pattern", true)};
    fields.require(oneOf(rule.role, roleNames), "role",
                   "\"driver\", \"worker\", \"store\" or \"other\"");
    fields.require(rule.pattern.size() <= 200, "pattern", "at most 200 characters");
    close(fields, parent, reading);
    return rule;
}

NeededProgram readNeed(const Json& json, Fields& parent, Reading reading)
{
    Fields fields(json, "needs.");
    NeededProgram need{fields.text("program", true), fields.text("package", true)};
    fields.require(isId(need.program), "program", "the name of a program on the search path");
    close(fields, parent, reading);
    return need;
}

void checkWhole(const EngineManifest& manifest, Fields& fields)
{
    fields.require(isId(manifest.id), "id", "lower-case letters, digits and dashes");
    fields.require(!manifest.title.empty(), "title", "a name to show");
    fields.require(manifest.colour.empty() || isColour(manifest.colour), "colour",
                   "\"#rrggbb\", or nothing");
    const bool python = manifest.program == "@python";
    fields.require(manifest.program == "@worker" || python || manifest.program.starts_with('/'),
                   "program", "an absolute path, \"@worker\" or \"@python\"");
    fields.require(manifest.requirements.empty() ? !python : isId(manifest.requirements),
                   "requirements", "the name of an environment (lower-case letters and dashes)");
    fields.require(manifest.protocol >= firstProtocolVersion &&
                       manifest.protocol <= protocolVersion,
                   "protocol", "1 or 2");
    fields.require(manifest.script.empty() || manifest.script.starts_with('/'), "script",
                   "an absolute path");
    fields.require(!manifest.maxWorkers || *manifest.maxWorkers >= 1, "max_workers", "at least 1");
    fields.require(!manifest.diskBytes || *manifest.diskBytes >= 0, "disk_bytes",
                   "bytes, or nothing");
    const auto dialect = [](const auto& field) { return oneOf(field, dialectNames); };
    fields.require(std::ranges::all_of(manifest.dialect, dialect), "dialect",
                   "of \"comment\", \"skip_rows\", \"decimal\", \"encoding\" and \"missing\"");
    fields.require(!manifest.memoryFloor || *manifest.memoryFloor >= 0, "memory_floor",
                   "bytes, or nothing");
}

Json toJson(const EngineKind& kind)
{
    Json json{
        {"profiles", Json::array()}, {"parameters", Json::array()}, {"formats", Json::array()}};
    for (const auto& profile : kind.profiles)
        json["profiles"].push_back(
            {{"id", profile.id}, {"title", profile.title}, {"help", profile.help}});
    for (const auto& parameter : kind.parameters) {
        Json entry{{"name", parameter.name}, {"help", parameter.help}};
        if (!parameter.choices.empty()) entry["choices"] = parameter.choices;
        if (!parameter.profiles.empty()) entry["profiles"] = parameter.profiles;
        json["parameters"].push_back(std::move(entry));
    }
    for (const auto format : kind.formats)
        json["formats"].push_back(name(format));
    return json;
}

} // namespace

Json toJson(const EngineManifest& manifest)
{
    Json json{{"version", manifestVersion},
              {"id", manifest.id},
              {"title", manifest.title},
              {"family", name(manifest.family)},
              {"deployable", manifest.deployable},
              {"program", manifest.program},
              {"arguments", manifest.arguments},
              {"protocol", manifest.protocol},
              {"requirements", manifest.requirements},
              {"kinds", Json::object()},
              {"workers_help", manifest.workersHelp},
              {"unsupported_note", manifest.unsupportedNote},
              {"dialect", manifest.dialect},
              {"clusters", manifest.clusters}};
    for (const auto* list : {"roles", "needs"})
        json[list] = Json::array();
    for (const auto& [id, kind] : manifest.kinds)
        json["kinds"][id] = toJson(kind);
    for (const auto& rule : manifest.roles)
        json["roles"].push_back({{"role", rule.role}, {"pattern", rule.pattern}});
    for (const auto& need : manifest.needs)
        json["needs"].push_back({{"program", need.program}, {"package", need.package}});
    if (manifest.memoryFloor) json["memory_floor"] = *manifest.memoryFloor;
    if (manifest.maxWorkers) json["max_workers"] = *manifest.maxWorkers;
    if (manifest.diskBytes) json["disk_bytes"] = *manifest.diskBytes;
    if (!manifest.colour.empty()) json["colour"] = manifest.colour;
    if (!manifest.script.empty()) json["script"] = manifest.script;
    return json;
}

Result<EngineManifest> engineManifestFromJson(const Json& json)
{
    Fields fields(json, "");
    EngineManifest manifest;
    const int version = fields.optional<int>("version", "a whole number").value_or(0);
    fields.require(version == 1 || version == manifestVersion, "version",
                   "1 or 2: this Spillway knows no other");
    const Reading reading{.strict = version != 1};
    manifest.id = fields.text("id", true);
    manifest.title = fields.text("title", true);
    manifest.colour = fields.text("colour", false);
    const auto family = familyFromName(fields.text("family", true));
    if (family)
        manifest.family = *family;
    else
        fields.take(family.error());
    manifest.deployable = fields.optional<bool>("deployable", "true or false").value_or(true);
    manifest.program = fields.text("program", true);
    manifest.arguments = fields.texts("arguments");
    manifest.protocol =
        fields.optional<int>("protocol", "a whole number").value_or(firstProtocolVersion);
    manifest.requirements = fields.text("requirements", false);
    manifest.diskBytes = fields.optional<Bytes>("disk_bytes", "bytes, or nothing");
    manifest.script = fields.text("script", false);
    for (const auto& entry : fields.array("roles"))
        manifest.roles.push_back(readRole(entry, fields, reading));
    for (const auto& entry : fields.array("needs"))
        manifest.needs.push_back(readNeed(entry, fields, reading));
    manifest.workersHelp = fields.text("workers_help", false);
    manifest.memoryFloor = fields.optional<Bytes>("memory_floor", "bytes, or nothing");
    manifest.maxWorkers = fields.optional<int>("max_workers", "a whole number, or nothing");
    manifest.unsupportedNote = fields.text("unsupported_note", false);
    manifest.dialect = fields.texts("dialect");
    manifest.clusters = fields.optional<bool>("clusters", "true or false").value_or(false);
    checkWhole(manifest, fields);
    if (reading.strict)
        readKinds(manifest, fields);
    else
        readKindsOfVersion1(manifest, fields, reading);
    if (reading.strict) fields.noOthers();
    if (fields.error()) return *fields.error();
    return manifest;
}

} // namespace spillway
