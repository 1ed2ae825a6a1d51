#pragma once

#include "records.h"

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

/// Sessions as they happen, with noise that runs have: delays that are mostly short, some long, and
/// rounds in which everything is a little slower.
namespace spillway {

class Machine {
public:
    explicit Machine(std::uint64_t seed) : random_(seed) {}

    /// How much slower than its best a run of this round is.
    double delay(int round)
    {
        if (round >= int(rounds_.size())) rounds_.push_back(0.05 * normal_(random_));
        const auto neighbour = std::uniform_real_distribution<>()(random_) < 0.05;
        return std::exp(rounds_[std::size_t(round)] + 0.03 * normal_(random_) +
                        0.03 * exponential_(random_) +
                        (neighbour ? 0.3 * exponential_(random_) : 0));
    }

private:
    std::mt19937_64 random_;
    std::normal_distribution<> normal_;
    std::exponential_distribution<> exponential_;
    std::vector<double> rounds_;
};

struct Truth {
    const char* engine;
    int workers;
    double seconds;
};

inline std::vector<RunRecord> session(const std::vector<Truth>& truths, int rounds,
                                      std::uint64_t seed)
{
    Machine machine(seed);
    std::vector<RunRecord> records;
    for (int round = 0; round < rounds; ++round)
        for (const auto& truth : truths) {
            auto record = etlRun(truth.engine, truth.workers, round + 1,
                                 truth.seconds * machine.delay(round));
            record.cell.memoryLimit = 8'000'000'000;
            records.push_back(record);
        }
    return records;
}

} // namespace spillway
