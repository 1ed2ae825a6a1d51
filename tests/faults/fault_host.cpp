/// A host that can be killed: `fault_host GUARD SCRATCH_ROOT DATA COMMAND…` supervises one run and
/// says each state it enters on a line of stdout.
#include "host/supervisor.h"

#include "workloads/etl/etl.h"

#include <cstdio>

using namespace spillway;

namespace {

class Announcer : public RunObserver {
public:
    void onState(RunState state) override
    {
        static constexpr const char* names[] = {"starting",  "setting-up", "preparing", "running",
                                                "finishing", "stopping",   "ended"};
        std::puts(names[static_cast<int>(state)]);
        std::fflush(stdout);
    }
    void onEvent(const Event& event) override
    {
        std::printf("event %s\n", std::string(typeName(event)).c_str());
        std::fflush(stdout);
    }
};

} // namespace

int main(int argc, char** argv)
{
    if (argc < 5) return 2;
    Launch launch;
    launch.commandLine.assign(argv + 4, argv + argc);
    launch.spec.dataset = {
        .name = "small",
        .paths = {argv[3]},
        .schema = {.format = {},
                   .columns = {{"x", ColumnType::Real}, {"category", ColumnType::Text}}},
        .rows = std::nullopt,
        .bytes = 0,
        .fingerprint = "0"};
    launch.spec.workload = EtlWorkload{.groupBy = "category", .values = {"x"}, .materialise = {}};
    Announcer announcer;
    Supervisor supervisor(
        {.guardProgram = argv[1], .scratchRoot = argv[2], .sampleInterval = Seconds(0.05)});
    const auto outcome = supervisor.run(launch, announcer, {});
    std::printf("status %s\n", std::string(name(outcome.record.status)).c_str());
    for (const auto& flag : outcome.record.flags)
        std::printf("flag %s\n", flag.c_str());
    return 0;
}
