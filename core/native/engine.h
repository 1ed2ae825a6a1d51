#pragma once

#include "native/native_kind.h"
#include "protocol/event.h"
#include "protocol/run_spec.h"

#include <memory>
#include <stop_token>
#include <string_view>

namespace spillway {

/// A native engine. One instance serves one run; `prepare` is set-up, `run` is what is timed.
/// Results are bit-identical for every worker count, partition size and native engine.
class Engine {
public:
    virtual ~Engine() = default;
    virtual std::string_view id() const = 0;
    /// Everything that has to happen before `ready`: starts exactly spec.workers threads (or
    /// processes). Returns the settings in effect.
    virtual Result<std::map<std::string, std::string>> prepare(const RunSpec& spec) = 0;
    /// From go to done: sends phases, progress, counters and tasks, never hello, ready, done or
    /// result. Errors carry their phase. Returns within 200 ms of a stop with Cancelled.
    virtual Result<RunResult> run(const RunSpec& spec, EventSink& events, std::stop_token stop) = 0;
};

/// "chunked" or "objectstore", for these kinds of work; nullptr when there is no such native
/// engine.
std::unique_ptr<Engine> makeEngine(std::string_view id, NativeKinds kinds);

/// Speaks the whole run protocol on stdin and stdout for engine `id`; returns the exit code.
/// stdin's end means stop.
int serveEngine(std::string_view id, NativeKinds kinds, int stdinFd, int stdoutFd);

} // namespace spillway
