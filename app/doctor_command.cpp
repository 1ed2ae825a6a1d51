#include "app/commands.h"
#include "app/terminal.h"
#include "base/disk_use.h"
#include "base/files.h"
#include "base/program.h"
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

/// One line of the report: what was checked, whether it is fine, and what follows from it.
struct Finding {
    enum class State {
        Well,
        Absent, ///< not there, and nothing that is there needs it
        Wrong   ///< to be mended
    };
    std::string subject;
    State state = State::Well;
    std::string detail;
};
using State = Finding::State;

std::string_view mark(State state)
{
    switch (state) {
    case State::Well:
        return "ok";
    case State::Absent:
        return "--";
    case State::Wrong:
        return "NO";
    }
    return {};
}

std::string_view name(State state)
{
    switch (state) {
    case State::Well:
        return "well";
    case State::Absent:
        return "absent";
    case State::Wrong:
        return "wrong";
    }
    return {};
}

Finding directoryFinding(const std::string& subject, const fs::path& directory, bool mustBeDisk)
{
    std::error_code failed;
    fs::create_directories(directory, failed);
    if (failed || ::access(directory.c_str(), W_OK) != 0)
        return {subject, State::Wrong,
                directory.string() +
                    " cannot be written. Change its XDG variable or fix its permissions."};
    if (mustBeDisk && isMemoryFileSystem(directory))
        return {subject, State::Wrong,
                directory.string() + " is in memory: spilling there would free no memory. Give "
                                     "--scratch a directory on a disk."};
    const auto free = freeDiskSpace(directory);
    return {subject, State::Well,
            fmt::format("{} in {} ({}, {} free)", formatBytes(diskUse(directory)),
                        directory.string(), fileSystemName(directory),
                        free ? formatBytes(*free) : "unknown")};
}

/// Everything that makes engines ready, with the installer and its downloads.
Finding environmentsFinding(const fs::path& directory)
{
    const Bytes bytes = diskUse(directory);
    return {"Environments", State::Well,
            fmt::format("{} in {}{}", formatBytes(bytes), directory.string(),
                        bytes > 0 ? "; spillway engines remove --all frees it" : "")};
}

Finding workerFinding(const EngineRegistry& registry)
{
    const auto& worker = registry.locations().worker;
    if (::access(worker.c_str(), X_OK) == 0)
        return {"Worker program", State::Well, worker.string()};
    return {"Worker program", State::Wrong,
            worker.string() + " is missing: no run can be guarded. Reinstall Spillway."};
}

/// The one that the window shows.
Finding manualFinding()
{
    const auto directory = programFiles().manual;
    if (::access((directory / "index.md").c_str(), R_OK) == 0)
        return {"Manual", State::Well, directory.string()};
    return {"Manual", State::Wrong,
            directory.string() + " is missing: F1 has nothing to show. Reinstall Spillway."};
}

Finding memfdFinding()
{
    const UniqueFd fd(::memfd_create("spillway-doctor", MFD_CLOEXEC));
    if (fd) return {"Shared memory", State::Well, "memfd works"};
    return {"Shared memory", State::Wrong,
            "memfd_create is refused here: shared memory of engines cannot be told apart."};
}

/// Whether /proc shows what the sampler needs.
Finding procFinding()
{
    std::ifstream rollup("/proc/self/smaps_rollup");
    if (rollup.good())
        return {"Memory figures", State::Well, "/proc shows private and shared pages"};
    return {"Memory figures", State::Wrong,
            "/proc/self/smaps_rollup is missing: forked memory would be counted twice."};
}

/// Queried for the user's own file: for another user's, such as the installed program, the system
/// reports nothing.
Finding residencyFinding()
{
    const fs::path file = cacheDirectory() / fmt::format("doctor-{}", ::getpid());
    const auto written = writeFileAtomically(file, "x");
    const auto resident = written ? residency({file}) : Result<double>(written.error());
    std::error_code ignored;
    fs::remove(file, ignored);
    if (resident)
        return {"Page cache", State::Well, "residency can be read; warm and cold runs are checked"};
    return {"Page cache", State::Wrong,
            "Residency cannot be read: " + describe(resident.error()) + " Use --cache as-is."};
}

Finding displayFinding()
{
    const bool display = std::getenv("DISPLAY") || std::getenv("WAYLAND_DISPLAY");
    return {"Display", display ? State::Well : State::Absent,
            display ? "found: `spillway` opens the window"
                    : "none: terminal commands and exports work, the window does not open"};
}

/// Window and terminal ask systemd's login service to keep the machine awake.
Finding sleepFinding()
{
    const bool service = ::access("/run/systemd/seats", F_OK) == 0 &&
                         ::access("/run/dbus/system_bus_socket", F_OK) == 0;
    return {"Sleep", service ? State::Well : State::Absent,
            service ? "prevented while a plan is measured, by the window and by `spillway run`"
                    : "no login service: make sure that the machine stays awake"};
}

State stateOf(EngineState engine)
{
    switch (engine) {
    case EngineState::Ready:
        return State::Well;
    case EngineState::NotInstalled:
        return State::Absent;
    case EngineState::NotTrusted:
    case EngineState::Broken:
        break;
    }
    return State::Wrong;
}

/// An engine of the user's own may say no version.
std::string engineWords(const EngineInfo& engine)
{
    if (engine.state != EngineState::Ready)
        return fmt::format("{}: {}", name(engine.state), engine.advice());
    return engine.version.empty() ? "ready" : "ready, version " + engine.version;
}

std::vector<Finding> examine()
{
    const EngineRegistry registry(EngineRegistry::defaultLocations());
    const Environment environment = captureEnvironment(cacheDirectory());
    std::vector<Finding> findings{
        {"Processor", State::Well,
         fmt::format("{}, {} of {} cores usable, {}", environment.cpuModel, environment.coresUsable,
                     environment.coresTotal, environment.simdLevel)},
        {"Memory", State::Well,
         fmt::format("{} RAM, {} available, default limit {}", formatBytes(totalRam()),
                     formatBytes(availableRam()), formatBytes(defaultMemoryLimit()))},
        {"System", State::Well,
         fmt::format("{}, {}, virtualisation {}", environment.operatingSystem, environment.kernel,
                     environment.virtualisation)},
        directoryFinding("Scratch", cacheDirectory() / "scratch", true),
        directoryFinding("Sessions", sessionDirectory(), false),
        directoryFinding("Data", dataDirectory() / "datasets", false),
        environmentsFinding(registry.locations().environments),
        workerFinding(registry),
        manualFinding(),
        memfdFinding(),
        procFinding(),
        residencyFinding(),
        displayFinding(),
        sleepFinding()};
    for (const auto& engine : registry.engines())
        findings.push_back(
            {"Engine " + engine.manifest.id, stateOf(engine.state), engineWords(engine)});
    for (const auto& problem : registry.problems())
        findings.push_back({"Engine manifest", State::Wrong, problem});
    return findings;
}

int runDoctor(bool json)
{
    bool well = true;
    for (const auto& finding : examine()) {
        well = well && finding.state != State::Wrong;
        if (json)
            toStdout("{}\n", terminalJson({{"subject", finding.subject},
                                           {"well", finding.state != State::Wrong},
                                           {"state", name(finding.state)},
                                           {"detail", finding.detail}}));
        else
            toStdout("{:3} {:16} {}\n", mark(finding.state), finding.subject, finding.detail);
    }
    return well ? ExitOk : ExitRunFailed;
}

} // namespace

void addDoctorCommand(CLI::App& app, Invocation& chosen)
{
    auto json = std::make_shared<bool>(false);
    auto* command = app.add_subcommand("doctor", "What this machine can and cannot do, and why");
    command->add_flag("--json", *json, "One JSON object per line");
    command->footer("Example:\n  spillway doctor");
    command->callback([=, &chosen] { chosen = [json] { return runDoctor(*json); }; });
}

} // namespace spillway
