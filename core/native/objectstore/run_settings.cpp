#include "native/objectstore/run_settings.h"

#include "base/json.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <string>

namespace spillway {
namespace {

constexpr Bytes leastCapacity = Bytes(75) << 20;
constexpr Bytes longestSettings = Bytes(64) << 20;

} // namespace

Bytes storeCapacityOf(const RunSpec& spec)
{
    const Bytes machine = static_cast<Bytes>(::sysconf(_SC_PHYS_PAGES)) * ::sysconf(_SC_PAGESIZE);
    const Bytes memory = spec.memoryLimit.value_or(machine);
    return std::min(std::max(memory / 10 * 3, leastCapacity), memory / 10 * 6);
}

Result<UniqueFd> writeSettings(const RunSettings& settings)
{
    const Json json{{"spec", toJson(settings.spec)},
                    {"partition", settings.scan.partitionBytes},
                    {"streamed", settings.scan.streamedBytes},
                    {"block", settings.scan.block},
                    {"capacity", settings.storeCapacity}};
    UniqueFd fd(::memfd_create("spillway-settings", MFD_CLOEXEC));
    if (!fd) return systemError("Cannot create memory for the run's settings", errno);
    if (auto written = writeAll(fd.get(), json.dump()); !written) return written.error();
    return fd;
}

Result<RunSettings> readSettings(int fd)
{
    const off_t size = ::lseek(fd, 0, SEEK_END);
    if (size <= 0 || size > longestSettings)
        return systemError("Cannot read the run's settings", size < 0 ? errno : EINVAL);
    std::string text(static_cast<std::size_t>(size), '\0');
    if (auto read = readAt(fd, text, 0); !read) return read.error();
    const auto json = parseJson(text);
    if (!json) return json.error();
    const auto inner = field<Json>(*json, "spec");
    if (!inner) return inner.error();
    auto spec = runSpecFromJson(*inner);
    if (!spec) return spec.error();
    RunSettings settings{.spec = std::move(*spec), .scan = {}};
    settings.scan.partitionBytes = fieldOr<Bytes>(*json, "partition", 0);
    settings.scan.streamedBytes = fieldOr<Bytes>(*json, "streamed", 0);
    settings.scan.block = fieldOr<Bytes>(*json, "block", 0);
    settings.storeCapacity = fieldOr<Bytes>(*json, "capacity", 0);
    return settings;
}

void bindToParent()
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::signal(SIGPIPE, SIG_IGN);
    rlimit descriptors{}; // each large object has one
    if (::getrlimit(RLIMIT_NOFILE, &descriptors) != 0) return;
    descriptors.rlim_cur = descriptors.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &descriptors);
}

} // namespace spillway
