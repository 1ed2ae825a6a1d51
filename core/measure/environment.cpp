#include "base/program.h"
#include "measure/cpu.h"
#include "measure/disk.h"
#include "measure/machine.h"
#include "measure/proc_text.h"

#include <gnu/libc-version.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <fmt/format.h>
#include <xxhash.h>

#include <array>
#include <cstdlib>
#include <ctime>

namespace spillway {
namespace {

std::string kernelRelease()
{
    utsname facts{};
    if (::uname(&facts) != 0) return "unknown";
    return fmt::format("{} {} {}", facts.sysname, facts.release, facts.machine);
}

/// PRETTY_NAME of os-release(5), without its quotes.
std::string operatingSystem()
{
    for (const char* path : {"/etc/os-release", "/usr/lib/os-release"}) {
        const auto text = readText(path);
        auto name = trimmed(afterKey(text, "PRETTY_NAME=").value_or(""));
        if (name.size() >= 2 && (name.front() == '"' || name.front() == '\''))
            name = name.substr(1, name.size() - 2);
        if (!name.empty()) return std::string(name);
    }
    return "unknown";
}

/// "Europe/Berlin": from TZ, else from where /etc/localtime points, else the zone's abbreviation.
std::string timeZone()
{
    if (const char* variable = std::getenv("TZ"); variable && *variable)
        return *variable == ':' ? variable + 1 : variable;
    std::error_code error;
    const auto target = std::filesystem::read_symlink("/etc/localtime", error).string();
    constexpr std::string_view kFolder = "/zoneinfo/";
    if (const auto at = target.find(kFolder); at != std::string::npos)
        return target.substr(at + kFolder.size());
    if (auto name = readLine("/etc/timezone"); !name.empty()) return name;
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    return ::localtime_r(&now, &local) && local.tm_zone ? local.tm_zone : "UTC";
}

std::string compiler()
{
#if defined(__clang__)
    return "Clang " __clang_version__;
#elif defined(__GNUC__)
    return "GCC " __VERSION__;
#else
    return "unknown";
#endif
}

/// 64 bits of a hash over the machine's id (machine-id(5), random) and its name.
std::string hostNameHash()
{
    std::array<char, 256> host{};
    ::gethostname(host.data(), host.size() - 1);
    const auto text =
        fmt::format("spillway-host\n{}\n{}", readLine("/etc/machine-id"), host.data());
    return fmt::format("{:016x}", XXH3_64bits(text.data(), text.size()));
}

} // namespace

Environment captureEnvironment(const std::filesystem::path& directory)
{
    Environment facts;
    facts.cpuModel = cpuModel();
    facts.coresUsable = usableCores();
    facts.coresTotal = static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN));
    facts.simdLevel = simdLevel();
    facts.ram = totalRam();
    facts.swap = kilobytes(readText("/proc/meminfo"), "SwapTotal:");
    facts.kernel = kernelRelease();
    facts.operatingSystem = operatingSystem();
    facts.governor = cpuGovernor();
    facts.virtualisation = virtualisation();
    facts.diskKind = diskKind(directory);
    facts.fileSystem = fileSystemName(directory);
    facts.compiler = compiler();
    facts.compilerFlags = SPILLWAY_CXX_FLAGS;
    facts.libraries["glibc"] = ::gnu_get_libc_version();
    facts.timeZone = timeZone();
    facts.spillwayVersion = programVersion();
    facts.hostNameHash = hostNameHash();
    return facts;
}

} // namespace spillway
