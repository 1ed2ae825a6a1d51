#pragma once

#include <vector>

namespace spillway {

/// Where labels of `height` go that would like to be centred at `wanted`, so that none overlaps
/// another and all lie within [top, bottom]: each is moved as little as its neighbours allow, and
/// the order is kept. When there is no room for all they stand closer than `height`.
std::vector<double> spreadLabels(const std::vector<double>& wanted, double height, double top,
                                 double bottom);

} // namespace spillway
