#include "host/guard.h"
#include "native/engine.h"
#include "native/load/load_process.h"
#include "native/objectstore/executor_process.h"
#include "native/objectstore/store_process.h"
#include "workloads/native/native_kinds.h"

#include <hwy/nanobenchmark.h>

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

/// Replaces Highway's own function, which costs every process that links the library 4 ms before
/// main(), for benchmarks that nobody runs: an engine starts several processes.
std::uint64_t hwy::platform::TimerResolution()
{
    return 1;
}

namespace {

int descriptor(const char* argument)
{
    return std::atoi(argument);
}

} // namespace

/// `spillway-worker guard …` guards one run; `spillway-worker engine ID` is a native engine, which
/// starts `spillway-worker store …` and `spillway-worker executor …` itself; `spillway-worker load`
/// puts an engine's server under load.
int main(int argc, char** argv)
{
    const std::string_view role = argc > 1 ? argv[1] : "";
    if (role == "guard") return spillway::runGuard(argc, argv);
    if (role == "engine" && argc == 3)
        return spillway::serveEngine(argv[2], spillway::nativeKinds(), STDIN_FILENO, STDOUT_FILENO);
    if (role == "load" && argc == 2) return spillway::runLoadProcess(STDIN_FILENO, STDOUT_FILENO);
    if (role == "store" && argc == 4)
        return spillway::runStoreProcess(descriptor(argv[2]), descriptor(argv[3]));
    if (role == "executor" && argc == 5)
        return spillway::runExecutorProcess(spillway::nativeKinds(), descriptor(argv[2]),
                                            descriptor(argv[3]), descriptor(argv[4]));
    std::fputs("spillway-worker is started by spillway; run \"spillway --help\" instead.\n",
               stderr);
    return 2;
}
