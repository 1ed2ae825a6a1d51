#pragma once

#include <string>

namespace spillway::test {

inline const std::string guardProgram = SPILLWAY_BINARY_DIR "/tests/guard_program";
inline const std::string faultChild = SPILLWAY_BINARY_DIR "/tests/fault_child";

} // namespace spillway::test
