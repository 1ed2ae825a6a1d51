#pragma once

#include <hwy/targets.h>

#include <cstdint>

namespace spillway::testing {

/// Vector code is that of one instruction set, by Highway's number, while this lives.
class OnTarget {
public:
    explicit OnTarget(std::int64_t target) { hwy::GetChosenTarget().Update(target); }
    ~OnTarget() { hwy::GetChosenTarget().DeInit(); }
    OnTarget(const OnTarget&) = delete;
    OnTarget& operator=(const OnTarget&) = delete;
};

} // namespace spillway::testing
