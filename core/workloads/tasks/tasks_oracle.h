#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace spillway::tasks {

/// A part of a run: so many tasks, and the checksum of their answers.
struct Part {
    std::string name;
    std::int64_t tasks = 0;
    std::uint64_t checksum = 0;

    bool operator==(const Part&) const = default;
};

/// Iterations of splitmix64 that are called a millisecond: of the tasks in Python.
inline constexpr std::int64_t iterationsAMs = 2000;

/// What a task gives that begins at `state`: the outputs of so many iterations of splitmix64,
/// combined by exclusive or with the one of the state itself.
std::uint64_t worked(std::uint64_t state, std::int64_t iterations);
/// Of answers in the order of their tasks: the sum, modulo 2^64, of each mixed with its place.
/// Beside their number it shows one that is lost, done twice, wrong or swapped with another.
std::uint64_t checksumOf(const std::vector<std::uint64_t>& answers);

/// The parts of a run of this size ("quick", "normal", "full") with this seed, in order; empty for
/// another size. The same numbers as adapters/spillway_adapters/tasks/sizes.py.
std::vector<Part> partsOf(std::string_view size, std::uint64_t seed);
/// The one that engines without actors leave out.
inline constexpr std::string_view actorsPart = "actors";

} // namespace spillway::tasks
