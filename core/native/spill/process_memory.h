#pragma once

#include "base/units.h"

namespace spillway {

/// What this process has in memory and no file backs: anonymous and shared pages, the same quantity
/// that Spillway measures from outside and limits. Costs some ten microseconds. 0 when /proc cannot
/// be read.
Bytes processMemory();

} // namespace spillway
