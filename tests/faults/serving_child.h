#pragma once

#include "protocol/event.h"
#include "protocol/run_spec.h"

#include <functional>
#include <string>

namespace spillway::test {

/// What `fault_child serve-…` does after go: two processes answer on loopback until the host says
/// stop, or it does what `mode` says instead. `argument`: of "serve-foreign", a process that is no
/// part of the run and is listed all the same.
void serveInRun(const std::string& mode, const std::string& argument, const RunSpec& spec,
                const std::function<void(EventBody)>& send);

} // namespace spillway::test
