#pragma once

#include "base/units.h"

#include <cstdint>
#include <map>
#include <string>

namespace spillway {

/// One reading of a run's whole process tree, from outside. docs/measurement.md defines each
/// figure.
struct Sample {
    Seconds t{};                             ///< CLOCK_MONOTONIC
    Bytes shared = 0;                        ///< distinct tmpfs and memfd pages, each once
    Bytes anon = 0;                          ///< private memory, all processes
    Bytes file = 0;                          ///< mapped page cache; shown separately, never added
    std::map<std::string, Bytes> anonByRole; ///< role ("driver", "worker", "store", "other") → anon
    Bytes hwmSum = 0;                        ///< Σ VmHWM of the processes alive now
    Bytes diskRead = 0;                      ///< cumulative over the tree, storage reads
    Bytes diskWritten = 0;                   ///< cumulative
    double userSeconds = 0;                  ///< cumulative CPU time of the tree
    double systemSeconds = 0;                ///< cumulative
    std::int64_t contextSwitches = 0;        ///< cumulative, voluntary and not
    int processes = 0;
    int threads = 0;

    Bytes total() const { return anon + shared; }
    bool operator==(const Sample&) const = default;
};

} // namespace spillway
