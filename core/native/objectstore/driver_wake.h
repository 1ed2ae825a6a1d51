#pragma once

#include "base/files.h"
#include "native/objectstore/driver.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <stop_token>

namespace spillway {

/// A descriptor that becomes readable on a stop request.
class Driver::StopWake {
public:
    explicit StopWake(const std::stop_token& stop)
        : fd_(::eventfd(0, EFD_CLOEXEC)), callback_(stop, Notify{fd_.get()})
    {
    }
    int fd() const { return fd_.get(); }

private:
    struct Notify {
        int fd;
        void operator()() const
        {
            const std::uint64_t one = 1;
            [[maybe_unused]] const auto size = ::write(fd, &one, sizeof one);
        }
    };
    UniqueFd fd_;
    std::stop_callback<Notify> callback_;
};

} // namespace spillway
