#pragma once

#include "base/units.h"

#include <optional>
#include <string>

namespace spillway {

/// The limits of a process's control groups, version 1 or 2: the tightest of all its ancestors.
struct CgroupLimits {
    std::optional<double> cpus;      ///< CPU seconds per second; none: no quota
    std::optional<Bytes> memory;     ///< the limit, regardless of use
    std::optional<Bytes> memoryLeft; ///< limit − what is in use and cannot be reclaimed
};

/// The limits of this process. `root` is put before /proc/self and every mount point ("" normally;
/// a folder that imitates a machine in tests). Groups that are not visible count as unlimited.
CgroupLimits cgroupLimits(const std::string& root = {});

} // namespace spillway
