#include "host/engine_manifest.h"

#include "base/json.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <utility>

namespace spillway {
namespace {

constexpr std::size_t maxText = 4096;
constexpr std::size_t maxEntries = 64;
constexpr std::array<std::string_view, 5> parameterTypes{"text", "integer", "real", "boolean",
                                                         "choice"};
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

/// Reads the fields of one object, remembering the first thing that is wrong.
class Fields {
public:
    Fields(const Json& json, std::string where) : json_(json), where_(std::move(where)) {}

    std::string text(const char* name, bool required)
    {
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
        if (!json_.is_object()) return fail(name, "an object around it"), Json::array();
        const auto found = json_.find(name);
        if (found == json_.end() || found->is_null()) return Json::array();
        if (found->is_array() && found->size() <= maxEntries) return *found;
        return fail(name, fmt::format("an array of at most {} entries", maxEntries)), Json::array();
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

private:
    void fail(const char* name, std::string_view expected)
    {
        if (!error_) error_ = badField(where_ + name, expected);
    }

    const Json& json_;
    std::string where_;
    std::optional<Error> error_;
};

Result<EngineFamily> familyFromName(std::string_view text)
{
    for (const auto family : {EngineFamily::Native, EngineFamily::Python, EngineFamily::Script})
        if (name(family) == text) return family;
    return badField("family", "\"native\", \"python\" or \"script\"");
}

EngineProfile readProfile(const Json& json, Fields& parent)
{
    Fields fields(json, "profiles.");
    EngineProfile profile{fields.text("id", true), fields.text("title", false),
                          fields.text("help", false)};
    fields.require(isId(profile.id), "id", "lower-case letters, digits and dashes");
    parent.take(fields.error());
    return profile;
}

ParameterInfo readParameter(const Json& json, Fields& parent)
{
    Fields fields(json, "parameters.");
    ParameterInfo info;
    info.name = fields.text("name", true);
    info.type = fields.text("type", true);
    info.defaultValue = fields.text("default", false);
    info.choices = fields.texts("choices");
    info.minimum = fields.optional<double>("minimum", "a number");
    info.maximum = fields.optional<double>("maximum", "a number");
    info.help = fields.text("help", false);
    fields.require(isId(info.name), "name", "lower-case letters, digits and dashes");
    fields.require(oneOf(info.type, parameterTypes), "type",
                   "\"text\", \"integer\", \"real\", \"boolean\" or \"choice\"");
    fields.require(info.type != "choice" || !info.choices.empty(), "choices", "the choices");
    fields.require(!info.minimum || !info.maximum || *info.minimum <= *info.maximum, "maximum",
                   "at least the minimum");
    parent.take(fields.error());
    return info;
}

RoleRule readRole(const Json& json, Fields& parent)
{
    Fields fields(json, "roles.");
    RoleRule rule{fields.text("role", true), fields.text("pattern", true)};
    fields.require(oneOf(rule.role, roleNames), "role",
                   "\"driver\", \"worker\", \"store\" or \"other\"");
    fields.require(rule.pattern.size() <= 200, "pattern", "at most 200 characters");
    parent.take(fields.error());
    return rule;
}

NeededProgram readNeed(const Json& json, Fields& parent)
{
    Fields fields(json, "needs.");
    NeededProgram need{fields.text("program", true), fields.text("package", true)};
    fields.require(isId(need.program), "program", "the name of a program on the search path");
    parent.take(fields.error());
    return need;
}

void checkWhole(const EngineManifest& manifest, Fields& fields)
{
    fields.require(manifest.version == 1, "version", "1: this Spillway knows no other");
    fields.require(isId(manifest.id), "id", "lower-case letters, digits and dashes");
    fields.require(!manifest.title.empty(), "title", "a name to show");
    fields.require(manifest.colour.empty() || isColour(manifest.colour), "colour",
                   "\"#rrggbb\", or nothing");
    const bool python = manifest.program == "@python";
    fields.require(manifest.program == "@worker" || python || manifest.program.starts_with('/'),
                   "program", "an absolute path, \"@worker\" or \"@python\"");
    fields.require(manifest.requirements.empty() ? !python : isId(manifest.requirements),
                   "requirements", "the name of an environment (lower-case letters and dashes)");
    fields.require(manifest.script.empty() || manifest.script.starts_with('/'), "script",
                   "an absolute path");
    fields.require(!manifest.maxWorkers || *manifest.maxWorkers >= 1, "max_workers", "at least 1");
    fields.require(!manifest.diskBytes || *manifest.diskBytes >= 0, "disk_bytes",
                   "bytes, or nothing");
    const auto known = [](const auto& workload) { return findWorkloadType(workload) != nullptr; };
    fields.require(!manifest.workloads.empty() && std::ranges::all_of(manifest.workloads, known),
                   "workloads", fmt::format("kinds of work ({})", workloadNames()));
    const auto dialect = [](const auto& field) { return oneOf(field, dialectNames); };
    fields.require(std::ranges::all_of(manifest.dialect, dialect), "dialect",
                   "of \"comment\", \"skip_rows\", \"decimal\", \"encoding\" and \"missing\"");
    fields.require(!manifest.memoryFloor || *manifest.memoryFloor >= 0, "memory_floor",
                   "bytes, or nothing");
}

Json toJson(const ParameterInfo& info)
{
    Json json{{"name", info.name}, {"type", info.type}, {"default", info.defaultValue}};
    if (!info.choices.empty()) json["choices"] = info.choices;
    if (info.minimum) json["minimum"] = *info.minimum;
    if (info.maximum) json["maximum"] = *info.maximum;
    json["help"] = info.help;
    return json;
}

} // namespace

std::string_view name(EngineFamily family)
{
    switch (family) {
    case EngineFamily::Native:
        return "native";
    case EngineFamily::Python:
        return "python";
    case EngineFamily::Script:
        return "script";
    }
    return "native";
}

bool EngineManifest::supports(std::string_view workload) const
{
    return std::ranges::find(workloads, workload) != workloads.end();
}

bool EngineManifest::knowsDialect(std::string_view field) const
{
    return std::ranges::find(dialect, field) != dialect.end();
}

const EngineProfile* EngineManifest::findProfile(std::string_view profile) const
{
    const auto found = std::ranges::find(profiles, profile, &EngineProfile::id);
    return found == profiles.end() ? nullptr : &*found;
}

Json toJson(const EngineManifest& manifest)
{
    Json json{{"version", manifest.version},
              {"id", manifest.id},
              {"title", manifest.title},
              {"family", name(manifest.family)},
              {"deployable", manifest.deployable},
              {"program", manifest.program},
              {"arguments", manifest.arguments},
              {"requirements", manifest.requirements},
              {"workloads", manifest.workloads},
              {"workers_help", manifest.workersHelp},
              {"unsupported_note", manifest.unsupportedNote},
              {"dialect", manifest.dialect},
              {"clusters", manifest.clusters}};
    for (const auto* list : {"profiles", "parameters", "roles", "needs"})
        json[list] = Json::array();
    for (const auto& profile : manifest.profiles)
        json["profiles"].push_back(
            {{"id", profile.id}, {"title", profile.title}, {"help", profile.help}});
    for (const auto& parameter : manifest.parameters)
        json["parameters"].push_back(toJson(parameter));
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
    manifest.version = fields.optional<int>("version", "a whole number").value_or(0);
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
    manifest.requirements = fields.text("requirements", false);
    manifest.diskBytes = fields.optional<Bytes>("disk_bytes", "bytes, or nothing");
    manifest.script = fields.text("script", false);
    manifest.workloads = fields.texts("workloads");
    for (const auto& entry : fields.array("profiles"))
        manifest.profiles.push_back(readProfile(entry, fields));
    for (const auto& entry : fields.array("parameters"))
        manifest.parameters.push_back(readParameter(entry, fields));
    for (const auto& entry : fields.array("roles"))
        manifest.roles.push_back(readRole(entry, fields));
    for (const auto& entry : fields.array("needs"))
        manifest.needs.push_back(readNeed(entry, fields));
    manifest.workersHelp = fields.text("workers_help", false);
    manifest.memoryFloor = fields.optional<Bytes>("memory_floor", "bytes, or nothing");
    manifest.maxWorkers = fields.optional<int>("max_workers", "a whole number, or nothing");
    manifest.unsupportedNote = fields.text("unsupported_note", false);
    manifest.dialect = fields.texts("dialect");
    manifest.clusters = fields.optional<bool>("clusters", "true or false").value_or(false);
    checkWhole(manifest, fields);
    if (fields.error()) return *fields.error();
    if (manifest.profiles.empty()) manifest.profiles.push_back({"default", manifest.title, ""});
    return manifest;
}

} // namespace spillway
