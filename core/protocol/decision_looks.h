#pragma once

#include <array>
#include <string_view>

namespace spillway {

/// A plan that is repeated until it is decided looks at its verdict after these numbers of rounds
/// and at no other: every look is another chance to call a difference that is none, so the 5 % are
/// spent over them (docs/measurement.md).
inline constexpr std::array decisionLooks{5, 10, 20, 40};

/// The flag of runs of such a plan.
inline constexpr std::string_view untilDecidedFlag = "until-decided";

/// The last look that this many rounds have reached; 0 before the first.
constexpr int lookReached(int rounds)
{
    int reached = 0;
    for (const int look : decisionLooks)
        if (look <= rounds) reached = look;
    return reached;
}

/// The first look that takes more rounds; 0: there is none.
constexpr int lookAfter(int rounds)
{
    for (const int look : decisionLooks)
        if (look > rounds) return look;
    return 0;
}

} // namespace spillway
