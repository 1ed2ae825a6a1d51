#include "host/engine_manifest.h"

#include "workloads/workload_type.h"

#include <fmt/format.h>

#include <algorithm>

namespace spillway {
namespace {

/// "Group-by mean: …", a line for each kind that says something of its own.
std::string helpOfAll(const EngineManifest& manifest, const EngineProfile& profile)
{
    std::string lines;
    bool same = true;
    for (const auto& [id, kind] : manifest.kinds) {
        const auto* found = kind.findProfile(profile.id);
        same = same && found && found->help == profile.help;
        const auto* type = findWorkloadType(id);
        if (found && type && !found->help.empty())
            lines += fmt::format("{}{}: {}", lines.empty() ? "" : "\n", capitalised(type->title),
                                 found->help);
    }
    return same ? profile.help : lines;
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

const EngineProfile* EngineKind::findProfile(std::string_view profile) const
{
    const auto found = std::ranges::find(profiles, profile, &EngineProfile::id);
    return found == profiles.end() ? nullptr : &*found;
}

bool EngineKind::reads(FileFormat format) const
{
    return std::ranges::find(formats, format) != formats.end();
}

const EngineKind* EngineManifest::findKind(std::string_view kind) const
{
    const auto found = kinds.find(kind);
    return found == kinds.end() ? nullptr : &found->second;
}

std::vector<std::string> EngineManifest::workloads() const
{
    std::vector<std::string> ids;
    for (const auto& [name, kind] : kinds)
        ids.push_back(name);
    return ids;
}

std::vector<EngineProfile> EngineManifest::profiles() const
{
    std::vector<EngineProfile> all;
    for (const auto& [name, kind] : kinds)
        for (const auto& profile : kind.profiles)
            if (std::ranges::find(all, profile.id, &EngineProfile::id) == all.end())
                all.push_back({profile.id, profile.title, helpOfAll(*this, profile)});
    return all;
}

bool EngineManifest::knowsDialect(std::string_view field) const
{
    return std::ranges::find(dialect, field) != dialect.end();
}

} // namespace spillway
