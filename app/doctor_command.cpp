#include "app/commands.h"
#include "app/terminal.h"
#include "base/files.h"
#include "host/engine_registry.h"
#include "measure/machine.h"
#include "measure/page_cache.h"
#include "session/session_store.h"

#include <fmt/format.h>

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

namespace spillway {
namespace {

namespace fs = std::filesystem;

/// One line of the report: what was looked at, whether it is well, and what follows from it.
struct Finding {
    std::string subject;
    bool well = true;
    std::string detail;
};

Finding directoryFinding(const std::string& subject, const fs::path& directory, bool mustBeDisk)
{
    std::error_code failed;
    fs::create_directories(directory, failed);
    if (failed || ::access(directory.c_str(), W_OK) != 0)
        return {
            subject, false,
            directory.string() +
                " cannot be written. Set the XDG variable that leads there, or mend its rights."};
    if (mustBeDisk && isMemoryFileSystem(directory))
        return {subject, false,
                directory.string() + " lies in memory: spilling there would not leave memory. Give "
                                     "--scratch a directory on a disk."};
    const auto free = freeDiskSpace(directory);
    return {subject, true,
            fmt::format("{} ({}, {} free)", directory.string(), fileSystemName(directory),
                        free ? formatBytes(*free) : "unknown")};
}

Finding workerFinding(const EngineRegistry& registry)
{
    const auto& worker = registry.locations().worker;
    if (::access(worker.c_str(), X_OK) == 0) return {"Worker program", true, worker.string()};
    return {"Worker program", false,
            worker.string() + " is missing: no run can be guarded. Install Spillway again."};
}

Finding memfdFinding()
{
    const UniqueFd fd(::memfd_create("spillway-doctor", MFD_CLOEXEC));
    if (fd) return {"Shared memory", true, "memfd works"};
    return {"Shared memory", false,
            "memfd_create is refused here: shared memory of engines cannot be told apart."};
}

/// Whether /proc shows what the sampler needs.
Finding procFinding()
{
    std::ifstream rollup("/proc/self/smaps_rollup");
    if (rollup.good()) return {"Memory figures", true, "/proc shows private and shared pages"};
    return {"Memory figures", false,
            "/proc/self/smaps_rollup is missing: forked memory would be counted twice."};
}

Finding residencyFinding(const EngineRegistry& registry)
{
    const auto resident = residency({registry.locations().worker});
    if (resident)
        return {"File cache", true, "residency can be read; warm and cold runs are checked"};
    return {"File cache", false,
            "Residency cannot be read: " + describe(resident.error()) + " Use --cache as-is."};
}

Finding displayFinding()
{
    const bool display = std::getenv("DISPLAY") || std::getenv("WAYLAND_DISPLAY");
    return {"Display", true,
            display ? "found: `spillway` opens the window"
                    : "none: terminal commands and exports work, the window does not open"};
}

/// The window asks systemd's login service; terminal runs leave it to the user.
Finding sleepFinding()
{
    const bool service = ::access("/run/systemd/seats", F_OK) == 0 &&
                         ::access("/run/dbus/system_bus_socket", F_OK) == 0;
    return {"Sleep", true,
            service ? "prevented while the window measures; not by `spillway run`"
                    : "no login service to ask: see to it that the machine stays awake"};
}

std::vector<Finding> examine()
{
    const EngineRegistry registry(EngineRegistry::defaultLocations());
    const Environment environment = captureEnvironment(cacheDirectory());
    std::vector<Finding> findings{
        {"Processor", true,
         fmt::format("{}, {} of {} cores usable, {}", environment.cpuModel, environment.coresUsable,
                     environment.coresTotal, environment.simdLevel)},
        {"Memory", true,
         fmt::format("{} RAM, {} available, default limit {}", formatBytes(totalRam()),
                     formatBytes(availableRam()), formatBytes(defaultMemoryLimit()))},
        {"System", true,
         fmt::format("{}, {}, virtualisation {}", environment.operatingSystem, environment.kernel,
                     environment.virtualisation)},
        directoryFinding("Scratch", cacheDirectory() / "scratch", true),
        directoryFinding("Sessions", sessionDirectory(), false),
        directoryFinding("Data", dataDirectory() / "datasets", false),
        workerFinding(registry),
        memfdFinding(),
        procFinding(),
        residencyFinding(registry),
        displayFinding(),
        sleepFinding()};
    for (const auto& engine : registry.engines())
        findings.push_back(
            {"Engine " + engine.manifest.id,
             engine.state == EngineState::Ready || engine.state == EngineState::NotInstalled,
             engine.state == EngineState::Ready
                 ? fmt::format("ready, version {}", engine.version)
                 : fmt::format("{}: {}", name(engine.state), engine.advice())});
    for (const auto& problem : registry.problems())
        findings.push_back({"Engine manifest", false, problem});
    return findings;
}

int runDoctor(bool json)
{
    bool well = true;
    for (const auto& finding : examine()) {
        well = well && finding.well;
        if (json)
            toStdout("{}\n", toLine({{"subject", finding.subject},
                                     {"well", finding.well},
                                     {"detail", finding.detail}}));
        else
            toStdout("{} {:16} {}\n", finding.well ? "ok " : "NO ", finding.subject,
                     finding.detail);
    }
    return well ? ExitOk : ExitRunFailed;
}

} // namespace

void addDoctorCommand(CLI::App& app, Invocation& chosen)
{
    auto json = std::make_shared<bool>(false);
    auto* command = app.add_subcommand("doctor", "What this machine can and cannot do, and why");
    command->add_flag("--json", *json, "One JSON object a line");
    command->footer("Example:\n  spillway doctor");
    command->callback([=, &chosen] { chosen = [json] { return runDoctor(*json); }; });
}

} // namespace spillway
