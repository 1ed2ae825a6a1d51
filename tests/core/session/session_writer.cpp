/// session_writer FILE: appends runs to a session, of very different sizes, and prints the id of
/// each once addRun has returned. Ends by being killed.

#include "example_run.h"

#include "session/session_store.h"

#include <unistd.h>

int main(int argc, char** argv)
{
    if (argc != 2) return 2;
    auto store = spillway::SessionStore::open(argv[1]);
    if (!store) return 3;
    for (int i = 1;; ++i) {
        const auto id = store->addRun(spillway::example::record(i),
                                      spillway::example::trace(i % 5 * 400, i % 3 * 200),
                                      spillway::example::environment(fmt::format("CPU {}", i % 4)));
        if (!id) return 4;
        const auto line = fmt::format("{}\n", *id);
        if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) return 5;
    }
}
