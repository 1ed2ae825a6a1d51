#include "measure/cgroup.h"

#include "measure/mounts.h"
#include "measure/proc_text.h"

#include <algorithm>
#include <filesystem>
#include <vector>

namespace spillway {
namespace {

template <class T>
void tighten(std::optional<T>& limit, std::optional<T> other)
{
    if (other && (!limit || *other < *limit)) limit = other;
}

/// The group's folder and those of its ancestors up to the mount point. A container may see only a
/// part of the tree: `mount.root` is then the path of what is mounted. A group outside of what is
/// visible is written with "..".
std::vector<std::string> groupFolders(const Mount& mount, const std::string& path)
{
    std::vector<std::string> folders{mount.point};
    const auto inside = std::filesystem::path(path).lexically_relative(mount.root);
    if (!path.starts_with('/') || inside.empty()) return folders;
    std::string folder = mount.point;
    std::error_code ignored; // a group that cannot be looked at sets no limit that we could read
    for (const auto& part : inside) {
        if (part == ".." || part == ".") break;
        folder += "/" + part.string();
        if (std::filesystem::is_directory(folder, ignored)) folders.push_back(folder);
    }
    return folders;
}

std::optional<Bytes> fileNumber(const std::string& path)
{
    return leadingNumber(readText(path));
}

/// Version 2: cpu.max holds "max 100000" or "50000 100000", memory.max "max" or bytes.
void applyUnified(const std::string& folder, CgroupLimits& limits)
{
    const auto cpu = readLine(folder + "/cpu.max");
    if (const auto parts = words(cpu); parts.size() == 2 && parts[0] != "max") {
        const auto quota = leadingNumber<double>(parts[0]);
        const auto period = leadingNumber<double>(parts[1]);
        if (quota && period && *period > 0) tighten<double>(limits.cpus, *quota / *period);
    }
    const auto limit = fileNumber(folder + "/memory.max");
    if (limit) tighten<Bytes>(limits.memory, *limit);
    const auto used = fileNumber(folder + "/memory.current");
    if (limit && used) {
        const auto reclaimable = number(readText(folder + "/memory.stat"), "inactive_file ");
        tighten<Bytes>(limits.memoryLeft, std::max<Bytes>(0, *limit - *used + reclaimable));
    }
}

void applyLegacyCpu(const std::string& folder, CgroupLimits& limits)
{
    const auto quota = fileNumber(folder + "/cpu.cfs_quota_us");
    const auto period = fileNumber(folder + "/cpu.cfs_period_us");
    if (quota && period && *quota > 0 && *period > 0)
        tighten<double>(limits.cpus, static_cast<double>(*quota) / static_cast<double>(*period));
}

void applyLegacyMemory(const std::string& folder, CgroupLimits& limits)
{
    constexpr Bytes kUnlimited = Bytes(1) << 60; // no limit reads as LONG_MAX rounded to pages
    const auto limit = fileNumber(folder + "/memory.limit_in_bytes");
    const auto used = fileNumber(folder + "/memory.usage_in_bytes");
    if (!limit || *limit >= kUnlimited) return;
    tighten<Bytes>(limits.memory, *limit);
    if (!used) return;
    const auto reclaimable = number(readText(folder + "/memory.stat"), "total_inactive_file ");
    tighten<Bytes>(limits.memoryLeft, std::max<Bytes>(0, *limit - *used + reclaimable));
}

bool hasOption(const Mount& mount, std::string_view option)
{
    const std::string list = "," + mount.superOptions + ",";
    return list.find("," + std::string(option) + ",") != std::string::npos;
}

/// The path of `controller` ("" for version 2) in /proc/self/cgroup, whose lines are
/// "id:names:path".
std::optional<std::string> groupPath(std::string_view groups, std::string_view controller)
{
    for (const auto line : lines(groups)) {
        const auto first = line.find(':');
        const auto second = line.find(':', first + 1);
        if (first == std::string_view::npos || second == std::string_view::npos) continue;
        const std::string names =
            "," + std::string(line.substr(first + 1, second - first - 1)) + ",";
        if (names.find("," + std::string(controller) + ",") != std::string::npos)
            return std::string(line.substr(second + 1));
    }
    return std::nullopt;
}

} // namespace

CgroupLimits cgroupLimits(const std::string& root)
{
    CgroupLimits limits;
    const auto groups = readText(root + "/proc/self/cgroup");
    for (auto mount : readMounts(root + "/proc/self/mountinfo")) {
        mount.point = root + mount.point;
        const auto apply = [&](std::string_view controller, auto&& function) {
            const auto path = groupPath(groups, controller);
            if (!path) return;
            for (const auto& folder : groupFolders(mount, *path))
                function(folder, limits);
        };
        if (mount.type == "cgroup2") apply("", applyUnified);
        if (mount.type == "cgroup" && hasOption(mount, "cpu")) apply("cpu", applyLegacyCpu);
        if (mount.type == "cgroup" && hasOption(mount, "memory"))
            apply("memory", applyLegacyMemory);
    }
    return limits;
}

} // namespace spillway
