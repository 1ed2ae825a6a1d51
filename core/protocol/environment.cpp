#include "protocol/environment.h"

#include "base/json.h"

#include <fmt/format.h>

namespace spillway {

std::string Environment::machine() const
{
    constexpr Bytes gibibyte = Bytes(1) << 30;
    return fmt::format("{}, {} {}, {} GiB, {}", cpuModel, coresUsable,
                       coresUsable == 1 ? "core" : "cores", (ram + gibibyte / 2) / gibibyte,
                       hostNameHash);
}

Json toJson(const Environment& environment)
{
    return {{"cpu_model", environment.cpuModel},
            {"cores_usable", environment.coresUsable},
            {"cores_total", environment.coresTotal},
            {"simd_level", environment.simdLevel},
            {"ram_bytes", environment.ram},
            {"swap_bytes", environment.swap},
            {"kernel", environment.kernel},
            {"operating_system", environment.operatingSystem},
            {"governor", environment.governor},
            {"virtualisation", environment.virtualisation},
            {"disk_kind", environment.diskKind},
            {"file_system", environment.fileSystem},
            {"disk_read_rate", environment.diskReadRate},
            {"compiler", environment.compiler},
            {"compiler_flags", environment.compilerFlags},
            {"libraries", environment.libraries},
            {"time_zone", environment.timeZone},
            {"spillway_version", environment.spillwayVersion},
            {"machine", environment.hostNameHash}};
}

Result<Environment> environmentFromJson(const Json& json)
{
    if (!json.is_object()) return badField("environment", "an object");
    Environment environment;
    environment.cpuModel = fieldOr(json, "cpu_model", std::string());
    environment.coresUsable = fieldOr(json, "cores_usable", 1);
    environment.coresTotal = fieldOr(json, "cores_total", 1);
    environment.simdLevel = fieldOr(json, "simd_level", std::string());
    environment.ram = fieldOr<Bytes>(json, "ram_bytes", 0);
    environment.swap = fieldOr<Bytes>(json, "swap_bytes", 0);
    environment.kernel = fieldOr(json, "kernel", std::string());
    environment.operatingSystem = fieldOr(json, "operating_system", std::string());
    environment.governor = fieldOr(json, "governor", std::string());
    environment.virtualisation = fieldOr(json, "virtualisation", std::string());
    environment.diskKind = fieldOr(json, "disk_kind", std::string());
    environment.fileSystem = fieldOr(json, "file_system", std::string());
    environment.diskReadRate = fieldOr(json, "disk_read_rate", 0.0);
    environment.compiler = fieldOr(json, "compiler", std::string());
    environment.compilerFlags = fieldOr(json, "compiler_flags", std::string());
    environment.libraries = fieldOr(json, "libraries", std::map<std::string, std::string>());
    environment.timeZone = fieldOr(json, "time_zone", std::string());
    environment.spillwayVersion = fieldOr(json, "spillway_version", std::string());
    environment.hostNameHash = fieldOr(json, "machine", std::string());
    return environment;
}

} // namespace spillway
