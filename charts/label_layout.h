#pragma once

#include <vector>

namespace spillway {

/// Positions of labels of `height` whose ideal centres are `wanted`, so that none overlaps another
/// and all lie within [top, bottom]: each is moved as little as its neighbours allow, and the order
/// is kept. When there is not enough room they are closer than `height`.
std::vector<double> spreadLabels(const std::vector<double>& wanted, double height, double top,
                                 double bottom);

} // namespace spillway
