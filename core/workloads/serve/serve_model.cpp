#include "workloads/serve/serve_model.h"

#include "base/split_mix.h"

#include <algorithm>
#include <cmath>

namespace spillway::serve {
namespace {

/// Apart from the model's own numbers.
constexpr std::uint64_t pointStream = 0x5e47e;
constexpr double steps = 1024;

/// The `place`th number of the sequence that begins with `seed`, from 0 to 1 (splitmix64).
double uniformOf(std::uint64_t seed, std::uint64_t place)
{
    return static_cast<double>(splitMix(seed + place * splitMixStep) >> 11U) * 0x1p-53;
}

} // namespace

Model modelOf(std::uint64_t seed)
{
    Model model;
    std::uint64_t place = 0;
    for (Point& row : model.coefficients)
        for (double& weight : row)
            weight = 8 * uniformOf(seed, place++) - 4;
    for (double& intercept : model.intercepts)
        intercept = 2 * uniformOf(seed, place++) - 1;
    return model;
}

Prediction predict(const Model& model, const Point& point)
{
    std::array<double, classes> scores{};
    for (std::size_t k = 0; k < classes; ++k) {
        scores[k] = model.intercepts[k];
        for (std::size_t j = 0; j < features; ++j)
            scores[k] += model.coefficients[k][j] * point[j];
    }
    const auto best = std::ranges::max_element(scores);
    double sum = 0;
    for (const double score : scores)
        sum += std::exp(score - *best);
    return {.label = static_cast<int>(best - scores.begin()), .probability = 1 / sum};
}

Point pointOf(std::uint64_t seed, std::uint64_t number)
{
    Point point{};
    for (std::size_t j = 0; j < features; ++j)
        point[j] = std::floor(steps * uniformOf(seed ^ pointStream, features * number + j)) / steps;
    return point;
}

} // namespace spillway::serve
