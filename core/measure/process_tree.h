#pragma once

#include "base/error.h"
#include "protocol/sample.h"

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

namespace spillway {

/// Which processes of a run play which role; the first rule that fits a command line wins.
struct RoleRule {
    std::string role; ///< "driver", "worker", "store", "other"
    std::string
        pattern; ///< ECMAScript regular expression, searched in the NUL-joined-by-space cmdline
};

/// Reads a process tree from outside, the same way for every engine. Not thread-safe.
///
/// Memory as docs/measurement.md says: shared = Σ st_blocks·512 over the distinct (device, inode)
/// of tmpfs and memfd descriptors (or mappings) open in the tree, else Σ Pss_Shmem; anon = Σ
/// RssAnon and private huge pages, or Σ Pss_Anon once a process has forked without exec, plus what
/// has been copied since the last reading (PrivateMemory). CPU time and storage traffic are
/// complete, including processes that no sample saw (TreeUsage).
class ProcessTreeSampler {
public:
    /// Watches every descendant of `root`; `root` itself (the guard) is not counted. The first
    /// descendant that appears is the driver unless a rule says otherwise.
    ProcessTreeSampler(pid_t root, const std::vector<RoleRule>& roles);
    ~ProcessTreeSampler();
    ProcessTreeSampler(const ProcessTreeSampler&) = delete;
    ProcessTreeSampler& operator=(const ProcessTreeSampler&) = delete;

    enum class Reading {
        Affordable, ///< expensive values are read now and then, and estimated in between
        Exact       ///< all private memory is read, whatever it costs
    };
    /// One reading, now. A process that vanishes while it is read is left out.
    Sample sample(Reading reading = Reading::Affordable);
    /// Whether private memory of the last sample was estimated from faults.
    bool estimated() const;
    /// VmRSS of the driver now (the paper's own figure is the difference of two); 0 when it is
    /// gone.
    Bytes driverResident() const;
    /// Σ over all processes ever seen of their largest VmHWM.
    Bytes hwmSum() const;
    /// Descendants alive at the last sample.
    std::vector<pid_t> processes() const;

private:
    struct Private;
    std::unique_ptr<Private> d_;
};

/// Every living descendant of `root`, from one pass over /proc; `root` not included.
std::vector<pid_t> descendants(pid_t root);

} // namespace spillway
