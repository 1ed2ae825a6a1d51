#include "measure/disk.h"

#include "measure/cpu.h"
#include "measure/machine.h"
#include "measure/mounts.h"
#include "measure/proc_text.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace spillway {
namespace {

namespace fs = std::filesystem;

/// The sysfs folder of a block device, of the whole disk when it is a partition, of the first part
/// when it is a device-mapper or RAID volume.
std::optional<fs::path> diskFolder(dev_t device)
{
    std::error_code error;
    auto folder =
        fs::canonical(fmt::format("/sys/dev/block/{}:{}", major(device), minor(device)), error);
    if (error) return std::nullopt;
    if (fs::exists(folder / "partition", error)) folder = folder.parent_path();
    for (int depth = 0; depth < 8; ++depth) {
        const fs::directory_iterator parts(folder / "slaves", error);
        if (error || parts == fs::directory_iterator()) break;
        folder = fs::canonical(parts->path(), error);
        if (fs::exists(folder / "partition", error)) folder = folder.parent_path();
    }
    return folder;
}

/// File systems of many devices or none of their own (btrfs, overlay) have an anonymous device
/// number; the mount's source may still name the disk.
std::optional<dev_t> blockDevice(const fs::path& path)
{
    struct stat facts {};
    if (::stat(path.c_str(), &facts) == 0 && major(facts.st_dev) != 0) return facts.st_dev;
    const auto mount = mountOf(path);
    if (mount && mount->source.starts_with("/dev/") && ::stat(mount->source.c_str(), &facts) == 0 &&
        S_ISBLK(facts.st_mode))
        return facts.st_rdev;
    return std::nullopt;
}

bool isNetwork(std::string_view type)
{
    constexpr std::array<std::string_view, 8> kTypes{"nfs",  "nfs4", "cifs",     "smb3",
                                                     "ceph", "9p",   "virtiofs", "fuse.sshfs"};
    return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

} // namespace

fs::path nearestExisting(const fs::path& path)
{
    std::error_code error;
    auto folder = fs::absolute(path, error);
    while (!fs::exists(folder, error) && folder.has_relative_path())
        folder = folder.parent_path();
    return fs::canonical(folder, error);
}

std::string diskKind(const fs::path& directory)
{
    const auto path = nearestExisting(directory);
    if (isMemoryFileSystem(path)) return "memory";
    if (isNetwork(fileSystemName(path))) return "network";
    const auto device = blockDevice(path);
    const auto folder = device ? diskFolder(*device) : std::nullopt;
    if (!folder) return "unknown";
    const auto name = folder->filename().string();
    if (name.starts_with("vd") || name.starts_with("xvd")) return "virtual";
    if (name.starts_with("nvme")) return "nvme";
    const auto machine = virtualisation();
    if (machine != "none" && machine != "container") return "virtual";
    const auto rotational = readLine(*folder / "queue/rotational");
    if (rotational.empty()) return "unknown";
    return rotational == "1" ? "hdd" : "ssd";
}

} // namespace spillway
