#pragma once

#include "base/units.h"

#include <filesystem>
#include <optional>

namespace spillway {

/// Checks from time to time whether a run exceeds its limit of scratch space.
class ScratchWatch {
public:
    explicit ScratchWatch(std::optional<Bytes> most) : most_(most) {}

    /// The bytes found if they exceed the limit. Scans the disk at most twice a second.
    std::optional<Bytes> above(const std::filesystem::path& scratch, Seconds now);
    std::optional<Bytes> most() const { return most_; }

private:
    std::optional<Bytes> most_;
    Seconds next_{};
};

} // namespace spillway
