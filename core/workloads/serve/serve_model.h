#pragma once

#include <array>
#include <cstdint>

namespace spillway::serve {

inline constexpr std::size_t features = 4;
inline constexpr std::size_t classes = 4;
using Point = std::array<double, features>;

/// The model that every engine serves: softmax(W·x + b), whose weights a splitmix64 sequence gives.
/// The same in adapters/spillway_adapters/serve/model.py.
struct Model {
    std::array<Point, classes> coefficients{}; ///< from −4 to 4
    std::array<double, classes> intercepts{};  ///< from −1 to 1
};
Model modelOf(std::uint64_t seed);

struct Prediction {
    int label = 0;          ///< the likeliest class
    double probability = 0; ///< its own
};
Prediction predict(const Model& model, const Point& point);

/// The `number`th request's: multiples of 1/1024, which are exact as decimals too.
Point pointOf(std::uint64_t seed, std::uint64_t number);

} // namespace spillway::serve
