#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <string>

namespace spillway::fuzz {

using Input = std::span<const std::uint8_t>;

inline std::string text(Input input)
{
    return {reinterpret_cast<const char*>(input.data()), input.size()};
}

/// A file that lives in memory and has a path, for readers that take one.
class MemoryFile {
public:
    explicit MemoryFile(Input content) : fd_(::memfd_create("fuzz", MFD_CLOEXEC))
    {
        const auto size = static_cast<ssize_t>(content.size());
        if (fd_ < 0 || ::write(fd_, content.data(), content.size()) != size) std::abort();
    }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    ~MemoryFile() { ::close(fd_); }

    std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(fd_); }

private:
    int fd_;
};

/// A property that must hold for every input. Ends the program so that the fuzzer keeps the input.
inline void require(bool holds)
{
    if (!holds) std::abort();
}

} // namespace spillway::fuzz
