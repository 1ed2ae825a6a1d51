#pragma once

#include <string>

namespace spillway {

/// "AMD EPYC …" as the kernel names the first CPU; "unknown" when it does not.
std::string cpuModel();
/// The widest vector instructions that this CPU and kernel offer: "AVX-512", "AVX2", "SSE4.2",
/// "SSE2", "NEON", or "none".
std::string simdLevel();
/// The frequency governor of the first CPU; "unknown" in most virtual machines.
std::string cpuGovernor();
/// "none", the hypervisor ("kvm", "vmware", "hyper-v", "xen", "qemu", "vm"), "container", or both:
/// "kvm, container".
std::string virtualisation();

} // namespace spillway
