#include "host/guard.h"
#include "native/engine.h"

#include <unistd.h>

#include <cstdio>
#include <string_view>

/// `spillway-worker guard …` guards one run; `spillway-worker engine ID` is a native engine.
int main(int argc, char** argv)
{
    const std::string_view role = argc > 1 ? argv[1] : "";
    if (role == "guard") return spillway::runGuard(argc, argv);
    if (role == "engine" && argc == 3)
        return spillway::serveEngine(argv[2], STDIN_FILENO, STDOUT_FILENO);
    std::fputs("spillway-worker is started by spillway; run \"spillway --help\" instead.\n",
               stderr);
    return 2;
}
