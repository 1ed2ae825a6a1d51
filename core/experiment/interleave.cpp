#include "experiment/interleave.h"

#include "base/split_mix.h"

#include <numeric>
#include <utility>

namespace spillway {
namespace {

class SplitMix64 {
public:
    explicit SplitMix64(std::uint64_t state) : state_(state) {}

    std::uint64_t next() { return splitMixFinal(state_ += splitMixStep); }

    /// Uniform over 0 … bound − 1: values of the incomplete last interval are drawn again.
    std::uint64_t below(std::uint64_t bound)
    {
        const std::uint64_t incomplete = (0 - bound) % bound;
        while (true) {
            const std::uint64_t value = next();
            if (value >= incomplete) return value % bound;
        }
    }

private:
    std::uint64_t state_;
};

} // namespace

std::vector<std::size_t> shuffledOrder(std::size_t count, std::uint64_t seed, std::uint64_t round)
{
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t(0));
    SplitMix64 random(SplitMix64(seed).next() ^ splitMixFinal(round + 1));
    for (std::size_t i = count; i > 1; --i)
        std::swap(order[i - 1], order[random.below(i)]);
    return order;
}

} // namespace spillway
