#pragma once

#include <cstdint>

/// splitmix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA
/// 2014): numbers that depend on nothing but a state and a place, so any of them can be made alone.
namespace spillway {

/// By how much the state grows from one output to the next.
inline constexpr std::uint64_t splitMixStep = 0x9e3779b97f4a7c15;

/// The output for a state that has grown already: its finalizer.
constexpr std::uint64_t splitMixFinal(std::uint64_t state)
{
    state = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9;
    state = (state ^ (state >> 27)) * 0x94d049bb133111eb;
    return state ^ (state >> 31);
}

/// The output after `state`: splitMix(0) = 0xe220a8397b1dcdaf.
constexpr std::uint64_t splitMix(std::uint64_t state)
{
    return splitMixFinal(state + splitMixStep);
}

} // namespace spillway
