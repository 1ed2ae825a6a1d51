#include "measure/cpu.h"

#include "measure/proc_text.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

#include <array>
#include <cstring>
#include <filesystem>
#include <utility>

namespace spillway {
namespace {

/// The value of "key   : value" in /proc/cpuinfo, for the first CPU.
std::string cpuFact(std::string_view text, std::string_view key)
{
    const auto rest = afterKey(text, key);
    const auto colon = rest ? rest->find(':') : std::string_view::npos;
    return colon == std::string_view::npos ? std::string()
                                           : std::string(trimmed(rest->substr(colon + 1)));
}

#if defined(__x86_64__) || defined(__i386__)
/// The 12 letters of CPUID leaf 0x40000000, which is a hypervisor's own to answer.
std::string hypervisorSignature()
{
    std::array<unsigned, 4> registers{};
    __cpuid(1, registers[0], registers[1], registers[2], registers[3]);
    constexpr unsigned kHypervisorPresent = 1u << 31;
    if (!(registers[2] & kHypervisorPresent)) return {};
    __cpuid(0x40000000, registers[0], registers[1], registers[2], registers[3]);
    std::array<char, 13> letters{};
    std::memcpy(letters.data(), &registers[1], 12);
    return letters.data();
}

std::string hypervisor()
{
    constexpr std::array<std::pair<std::string_view, const char*>, 7> kNames{{
        {"KVMKVMKVM", "kvm"},
        {"VMwareVMware", "vmware"},
        {"Microsoft Hv", "hyper-v"},
        {"XenVMMXenVMM", "xen"},
        {"TCGTCGTCGTCG", "qemu"},
        {"VBoxVBoxVBox", "virtualbox"},
        {"bhyve bhyve ", "bhyve"},
    }};
    const auto flags = cpuFact(readText("/proc/cpuinfo"), "flags") + " ";
    const auto signature = hypervisorSignature();
    for (const auto& [letters, name] : kNames)
        if (signature == letters) return name;
    return !signature.empty() || flags.find(" hypervisor ") != std::string::npos ? "vm" : "";
}
#else
std::string hypervisor()
{
    std::error_code ignored;
    return std::filesystem::exists("/sys/hypervisor/type", ignored)
               ? readLine("/sys/hypervisor/type")
               : "";
}
#endif

bool inContainer()
{
    for (const char* mark : {"/.dockerenv", "/run/.containerenv", "/run/systemd/container"})
        if (std::error_code error; std::filesystem::exists(mark, error)) return true;
    const auto groups = readText("/proc/1/cgroup");
    for (const char* mark : {"/docker", "/kubepods", "/lxc", "/libpod"})
        if (groups.find(mark) != std::string::npos) return true;
    return false;
}

} // namespace

std::string cpuModel()
{
    const auto text = readText("/proc/cpuinfo");
    for (const char* key : {"model name", "Model", "Processor", "CPU part"})
        if (auto model = cpuFact(text, key); !model.empty()) return model;
    return "unknown";
}

std::string simdLevel()
{
#if defined(__x86_64__) || defined(__i386__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl"))
        return "AVX-512";
    if (__builtin_cpu_supports("avx2")) return "AVX2";
    if (__builtin_cpu_supports("sse4.2")) return "SSE4.2";
    return __builtin_cpu_supports("sse2") ? "SSE2" : "none";
#elif defined(__ARM_NEON)
    return "NEON";
#else
    return "none";
#endif
}

std::string cpuGovernor()
{
    const auto governor = readLine("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
    return governor.empty() ? "unknown" : governor;
}

std::string virtualisation()
{
    const auto machine = hypervisor();
    if (!inContainer()) return machine.empty() ? "none" : machine;
    return machine.empty() ? "container" : machine + ", container";
}

} // namespace spillway
