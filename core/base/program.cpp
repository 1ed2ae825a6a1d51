#include "base/program.h"

#include <system_error>

namespace spillway {
namespace {

namespace fs = std::filesystem;

fs::path withoutLinks(const fs::path& path)
{
    std::error_code failed;
    auto resolved = fs::weakly_canonical(path, failed);
    return failed ? path.lexically_normal() : resolved;
}

} // namespace

std::string_view programVersion()
{
    return SPILLWAY_VERSION;
}

std::string_view desktopId()
{
    return SPILLWAY_DESKTOP_ID;
}

ProgramFiles filesOf(const fs::path& program)
{
    const auto directory = withoutLinks(program).parent_path();
    const auto data = directory / SPILLWAY_BIN_TO_DATA;
    return {.worker = withoutLinks(directory / SPILLWAY_BIN_TO_LIBEXEC / "spillway-worker"),
            .engines = withoutLinks(data / "engines"),
            .workloads = withoutLinks(data / "workloads"),
            .adapters = withoutLinks(data / "adapters"),
            .manual = withoutLinks(data / "manual")};
}

ProgramFiles programFiles()
{
    return filesOf("/proc/self/exe");
}

} // namespace spillway
