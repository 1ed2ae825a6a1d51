#pragma once

#include <string>

namespace spillway {

/// The vector instructions that kernels use on this processor, by Highway's name: "AVX2".
std::string vectorTarget();

} // namespace spillway
