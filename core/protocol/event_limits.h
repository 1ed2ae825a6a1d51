#pragma once

#include "protocol/event.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace spillway {

/// Enforces the limits of event.h and the ranges of values on one run's events, so that no engine
/// can fill memory or a session with text. Used when running an engine; events read back from a
/// session have already passed.
class EventLimits {
public:
    /// Numbers workers that have names; cuts explanatory texts (of logs and errors) at a whole
    /// character; Protocol error that names the field for anything else beyond its limit or range.
    Result<void> take(Event& event);

private:
    Result<void> check(HelloEvent& hello);
    Result<void> check(ReadyEvent& ready);
    Result<void> check(PhaseEvent& phase);
    Result<void> check(ProgressEvent& progress);
    Result<void> check(CountersEvent& counters);
    Result<void> check(TasksEvent& tasks);
    Result<void> check(SeriesEvent& series);
    Result<void> check(LogEvent& log);
    Result<void> check(ServingEvent& serving);
    Result<void> check(ResultEvent& result);
    Result<void> check(ErrorEvent& error);
    Result<void> check(DoneEvent&) { return {}; }
    Result<void> check(ByeEvent&) { return {}; }

    std::set<std::string> phases_;
    std::set<std::string> kinds_;
    std::map<std::string, double> series_;        ///< where each curve has come to
    std::map<std::string, std::int32_t> threads_; ///< numbers of workers that have names
};

} // namespace spillway
