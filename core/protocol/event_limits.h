#pragma once

#include "protocol/event.h"

#include <set>
#include <string>

namespace spillway {

/// Holds one run's events to the limits of event.h and its figures to their ranges, so that no
/// engine can fill memory or a session with text. Asked by who runs an engine; what is read back
/// from a session has passed here.
class EventLimits {
public:
    /// Cuts texts that only explain (of logs and errors) at a whole character; Protocol error that
    /// names the field for anything else beyond its limit or range.
    Result<void> take(Event& event);

private:
    Result<void> check(HelloEvent& hello);
    Result<void> check(ReadyEvent& ready);
    Result<void> check(PhaseEvent& phase);
    Result<void> check(ProgressEvent& progress);
    Result<void> check(CountersEvent& counters);
    Result<void> check(TasksEvent& tasks);
    Result<void> check(LogEvent& log);
    Result<void> check(ResultEvent& result);
    Result<void> check(ErrorEvent& error);
    Result<void> check(DoneEvent&) { return {}; }
    Result<void> check(ByeEvent&) { return {}; }

    std::set<std::string> phases_;
    std::set<std::string> kinds_;
};

} // namespace spillway
