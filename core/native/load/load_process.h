#pragma once

namespace spillway {

/// `spillway-worker load`: puts one server on loopback under load. The first line of `orders` is
/// {"url", "replicas", "plan"} (workloads/load.h). Tells each rung as {"rung": …}; asks for the end
/// of a replica with {"kill": pid}, which is answered by {"killed": true} or {"killed": false,
/// "why"}; ends with {"report": …} or {"error": text}. The end of `orders`, or twice the time that
/// the plan takes, ends it. Returns the exit code.
int runLoadProcess(int orders, int words);

} // namespace spillway
