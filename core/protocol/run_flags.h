#pragma once

#include <array>
#include <string_view>

namespace spillway {

/// A flag on a run, or on the summary of a cell. docs/measurement.md explains each,
/// ui/compare/run_facts.cpp has the window's texts.
struct RunFlag {
    std::string_view name;
    /// Whether time and peak were properly measured; otherwise the run is excluded from all
    /// statistics.
    bool measured = true;
};

inline constexpr std::array<RunFlag, 36> runFlags{{
    // on a run whose figures do not count
    {"sampling-gap", false},
    {"arrival-gap", false},
    {"suspended", false},
    {"clock-skew", false},
    {"seconds-from-host", false},
    {"setup-from-host", false},
    // on a run: how it started, and what disturbed it
    {"oversubscribed"},
    {"exceeds-cache"},
    {"not-warm"},
    {"not-cold"},
    {"cache-lost"},
    {"residency-unknown"},
    {"noisy"},
    {"oom-kill-meanwhile"},
    {"cluster-memory"},
    {"no-memory-figure"},
    // on a run: how it ended
    {"unchecked"},
    {"another-model"},
    {"re-executed"},
    {"no-bye"},
    {"hung-after-bye"},
    {"processes-left"},
    {"cleaned-without-guard"},
    {"scratch-left"},
    {"tasks-sampled"},
    {"tasks-cut"},
    {"phases-cut"},
    {"events-cut"},
    {"until-decided"}, // decision_looks.h
    // on a cell
    {"few-repeats"},
    {"slow-first"},
    {"outlier"},
    {"mixed-cache"},
    {"cache-differs"},
    {"older-settings-left-out"},
    {"runs-excluded"},
}};

} // namespace spillway
