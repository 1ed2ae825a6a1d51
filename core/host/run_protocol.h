#pragma once

#include "protocol/event.h"

#include <optional>
#include <string>

namespace spillway {

/// Checks that a run's events arrive in the order that docs/protocol.md requires. Knows nothing
/// about time or processes.
class RunProtocol {
public:
    /// Accepts the next event; Protocol error when it is out of order.
    Result<void> accept(const Event& event);
    /// Must be told when the host has sent go.
    void sentGo() { go_ = true; }
    /// And when it has told a server to stop.
    void sentStopServing() { stopped_ = true; }

    bool ready() const { return ready_; }
    bool served() const { return stopped_; }
    bool done() const { return done_; }
    bool hasResult() const { return result_; }
    bool saidBye() const { return bye_; }

private:
    Result<void> acceptOnce(bool& seen, bool allowed, std::string_view what);

    bool hello_ = false;
    bool ready_ = false;
    bool go_ = false;
    bool serving_ = false;
    bool stopped_ = false;
    bool done_ = false;
    bool result_ = false;
    bool error_ = false;
    bool bye_ = false;
};

} // namespace spillway
