#pragma once

#include <array>
#include <string_view>

namespace spillway {

/// A doubt that stands with a run, or with the summary of a cell. docs/measurement.md says of each
/// what it means, ui/compare/run_facts.cpp says it in the window.
struct RunFlag {
    std::string_view name;
    /// Whether time and peak were measured as they should be; else the run is in no statistic.
    bool measured = true;
};

inline constexpr std::array<RunFlag, 33> runFlags{{
    // of a run whose figures do not count
    {"sampling-gap", false},
    {"arrival-gap", false},
    {"suspended", false},
    {"clock-skew", false},
    {"seconds-from-host", false},
    {"setup-from-host", false},
    // of a run: how it started, and what disturbed it
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
    // of a run: what became of it
    {"unchecked"},
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
    // of a cell
    {"few-repeats"},
    {"slow-first"},
    {"outlier"},
    {"mixed-cache"},
    {"cache-differs"},
    {"older-settings-left-out"},
}};

} // namespace spillway
