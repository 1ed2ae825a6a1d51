#pragma once

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>

namespace spillway {

/// Takes the rights of root from this thread for its lifetime, so that /proc is refused as it is to
/// an ordinary user; CAP_SYS_PTRACE alone may be kept. Changes nothing for a user without rights.
class WithoutCapabilities {
public:
    explicit WithoutCapabilities(bool keepPtrace)
    {
        ::syscall(SYS_capget, &header_, before_.data());
        auto fewer = before_;
        const unsigned kept = keepPtrace ? 1u << CAP_SYS_PTRACE : 0u;
        fewer[0].effective &= kept;
        fewer[1].effective = 0;
        ::syscall(SYS_capset, &header_, fewer.data());
    }
    ~WithoutCapabilities() { ::syscall(SYS_capset, &header_, before_.data()); }
    WithoutCapabilities(const WithoutCapabilities&) = delete;
    WithoutCapabilities& operator=(const WithoutCapabilities&) = delete;

private:
    __user_cap_header_struct header_{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    std::array<__user_cap_data_struct, 2> before_{};
};

} // namespace spillway
