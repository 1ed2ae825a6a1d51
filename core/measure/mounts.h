#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// One line of mountinfo (proc(5)).
struct Mount {
    dev_t device = 0;
    std::string root;         ///< the part of the file system that is mounted
    std::string point;        ///< where
    std::string type;         ///< "ext4"
    std::string source;       ///< "/dev/vda"
    std::string superOptions; ///< "rw,memory"
};

/// The mounts in mount order; empty when the file cannot be read.
std::vector<Mount> readMounts(const std::string& mountinfo = "/proc/self/mountinfo");
/// The mount that an absolute, canonical path is on: the one with the longest mount point that is a
/// prefix of the path; of stacked mounts, the last.
std::optional<Mount> mountOf(const std::filesystem::path& path);

} // namespace spillway
