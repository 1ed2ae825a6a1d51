#pragma once

namespace spillway {

/// The program `spillway-worker guard LIFELINE_FD CONTROL_FD -- PROGRAM ARGS…`. Single-threaded,
/// leader of its own process group, subreaper of everything below it. It creates the scratch
/// directory named on CONTROL_FD, starts the child with oom_score_adj 1000, and ends when the child
/// exits, a stop arrives on CONTROL_FD, or LIFELINE_FD reaches its end (the host died). Whichever
/// comes first, it kills every descendant, setsid or not, and removes the scratch directory.
/// Counted from stop: SIGTERM to all after 0.5 s, SIGKILL after 1.5 s, everything gone within 2 s.
/// On CONTROL_FD it reports, one JSON object per line: {"child":pid}, {"exit":code} or
/// {"signal":number}, {"swept":count} when every descendant is gone. It obeys {"kill":…} (end
/// everything at once: the memory limit) and {"remove":…} (the host has read what it needs from the
/// scratch directory, which can be removed now).
int runGuard(int argc, char** argv);

} // namespace spillway
