#include "workloads/tasks/tasks_oracle.h"

#include "base/split_mix.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <utility>

namespace spillway::tasks {
namespace {

struct TaskCounts {
    std::string_view id;
    std::array<std::int64_t, 4> even; ///< of 0, 1, 10 and 100 ms
    std::int64_t latencies;
    std::int64_t leaves;
    std::int64_t payloads;
    std::int64_t shares;
    std::int64_t uneven;
    std::int64_t shortOnes;
    std::int64_t calls; ///< of each actor
};

constexpr std::array taskCounts{
    TaskCounts{"quick", {200, 100, 20, 2}, 20, 64, 10, 4, 40, 40, 50},
    TaskCounts{"normal", {2000, 1000, 200, 20}, 200, 512, 100, 40, 200, 200, 500},
    TaskCounts{"full", {10000, 5000, 1000, 100}, 1000, 2048, 400, 160, 1000, 1000, 2500}};

/// Of the states of a part's tasks; those of equal tasks have their milliseconds.
enum PartNumber : std::uint64_t { Latency = 201, Tree, Uneven, LongLast, Body };

constexpr std::int64_t evenMs[]{0, 1, 10, 100};
constexpr std::int64_t payloadBytes = 1'000'000;
constexpr std::int64_t sharedBytes = 16'000'000;
constexpr std::int64_t longMs = 100;
constexpr std::int64_t longTasks = 2;
constexpr double longestMs = 100;
constexpr std::int64_t actors = 2;

std::uint64_t stateOf(std::uint64_t seed, std::uint64_t part, std::int64_t place)
{
    return splitMixFinal(splitMixFinal(seed) ^ (part << 32) ^ static_cast<std::uint64_t>(place));
}

/// Adler-32 (RFC 1950), which can be continued with further bytes.
class Adler {
public:
    void add(const std::vector<unsigned char>& bytes)
    {
        // Of a payload the sums stay far below 64 bits, so that the remainders can wait.
        for (const unsigned char byte : bytes) {
            low_ += byte;
            high_ += low_;
        }
        low_ %= modulus;
        high_ %= modulus;
    }
    std::uint64_t value() const { return high_ << 16 | low_; }

private:
    static constexpr std::uint64_t modulus = 65521;
    std::uint64_t low_ = 1;
    std::uint64_t high_ = 0;
};

/// A payload: its number, and the same random bytes after it.
std::vector<unsigned char> payloadOf(std::uint64_t seed)
{
    std::vector<unsigned char> bytes(static_cast<std::size_t>(payloadBytes));
    for (std::int64_t i = 1; i < payloadBytes / 8; ++i) {
        const auto word = stateOf(seed, Body, i - 1);
        std::memcpy(&bytes[static_cast<std::size_t>(i * 8)], &word, 8);
    }
    return bytes;
}

void number(std::vector<unsigned char>& payload, std::int64_t place)
{
    std::memcpy(payload.data(), &place, 8);
}

using Answers = std::vector<std::uint64_t>;

Answers evenAnswers(std::uint64_t seed, std::int64_t ms, std::int64_t count)
{
    Answers answers;
    for (std::int64_t i = 0; i < count; ++i)
        answers.push_back(
            worked(stateOf(seed, static_cast<std::uint64_t>(ms), i), ms * iterationsAMs));
    return answers;
}

Answers mixedAnswers(std::uint64_t seed, PartNumber part, std::int64_t count)
{
    Answers answers;
    for (std::int64_t i = 0; i < count; ++i)
        answers.push_back(splitMixFinal(stateOf(seed, part, i)));
    return answers;
}

/// Neighbours are put together until one is left. Sizes have powers of two.
std::uint64_t root(Answers level)
{
    for (; level.size() > 1; level.resize(level.size() / 2))
        for (std::size_t i = 0; i < level.size() / 2; ++i)
            level[i] = splitMixFinal(level[2 * i]) + level[2 * i + 1];
    return level.front();
}

Answers digestsOfEach(std::vector<unsigned char>& payload, std::int64_t count)
{
    Answers answers;
    for (std::int64_t i = 0; i < count; ++i) {
        number(payload, i);
        Adler adler;
        adler.add(payload);
        answers.push_back(adler.value());
    }
    return answers;
}

Answers digestsOfShared(std::vector<unsigned char>& payload, std::int64_t count)
{
    number(payload, 0);
    Adler whole;
    for (std::int64_t i = 0; i < sharedBytes / payloadBytes; ++i)
        whole.add(payload);
    Answers answers;
    for (std::int64_t i = 0; i < count; ++i)
        answers.push_back(whole.value() + static_cast<std::uint64_t>(i));
    return answers;
}

Answers unevenAnswers(std::uint64_t seed, std::int64_t count)
{
    Answers answers;
    for (std::int64_t i = 0; i < count; ++i) {
        const auto state = stateOf(seed, Uneven, i);
        const double share = static_cast<double>(splitMixFinal(state) >> 11) * 0x1p-53;
        const double ms = std::min(longestMs, 1.0 / (1.0 - share));
        answers.push_back(worked(
            state, static_cast<std::int64_t>(std::floor(ms * static_cast<double>(iterationsAMs)))));
    }
    return answers;
}

Answers longLastAnswers(std::uint64_t seed, std::int64_t shortOnes)
{
    Answers answers;
    for (std::int64_t i = 0; i < shortOnes + longTasks; ++i)
        answers.push_back(
            worked(stateOf(seed, LongLast, i), (i < shortOnes ? 1 : longMs) * iterationsAMs));
    return answers;
}

} // namespace

std::uint64_t worked(std::uint64_t state, std::int64_t iterations)
{
    std::uint64_t found = splitMixFinal(state);
    for (std::int64_t i = 0; i < iterations; ++i) {
        state += splitMixStep;
        found ^= splitMixFinal(state);
    }
    return found;
}

std::uint64_t checksumOf(const std::vector<std::uint64_t>& answers)
{
    std::uint64_t sum = 0;
    for (std::size_t place = 0; place < answers.size(); ++place)
        sum += splitMixFinal(answers[place] ^ place);
    return sum;
}

std::vector<Part> partsOf(std::string_view size, std::uint64_t seed)
{
    const auto* counts = std::ranges::find(taskCounts, size, &TaskCounts::id);
    if (counts == taskCounts.end()) return {};
    std::vector<Part> parts;
    const auto add = [&](std::string name, std::int64_t tasks, const Answers& answers) {
        parts.push_back({std::move(name), tasks, checksumOf(answers)});
    };
    for (std::size_t i = 0; i < counts->even.size(); ++i)
        add(std::to_string(evenMs[i]) + " ms", counts->even[i],
            evenAnswers(seed, evenMs[i], counts->even[i]));
    add("latency", counts->latencies, mixedAnswers(seed, Latency, counts->latencies));
    add("tree", 2 * counts->leaves - 1, {root(mixedAnswers(seed, Tree, counts->leaves))});
    auto payload = payloadOf(seed);
    add("1 MB each", counts->payloads, digestsOfEach(payload, counts->payloads));
    add("16 MB shared", counts->shares, digestsOfShared(payload, counts->shares));
    add("uneven", counts->uneven, unevenAnswers(seed, counts->uneven));
    add("long last", counts->shortOnes + longTasks, longLastAnswers(seed, counts->shortOnes));
    // Each of the actors has added 0, 1, 2, …
    const auto total = static_cast<std::uint64_t>(counts->calls * (counts->calls - 1) / 2);
    add(std::string(actorsPart), actors * counts->calls, Answers(actors, total));
    return parts;
}

} // namespace spillway::tasks
