#pragma once

#include <filesystem>
#include <string>

namespace spillway {

/// Kind of storage below the directory (or its nearest existing ancestor): "nvme", "ssd", "hdd",
/// "virtual" (a virtual machine's disk, whose true kind the guest cannot know), "memory", "network"
/// or "unknown". An encrypted or logical volume is classified by its first device.
std::string diskKind(const std::filesystem::path& directory);

/// The directory, or the nearest folder above it that exists, as a canonical path.
std::filesystem::path nearestExisting(const std::filesystem::path& path);

} // namespace spillway
