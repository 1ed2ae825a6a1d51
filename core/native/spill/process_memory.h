#pragma once

#include "base/units.h"

namespace spillway {

/// This process's resident memory that is not file-backed: anonymous and shared pages, the quantity
/// that Spillway measures from outside and limits. Costs some ten microseconds. 0 when /proc cannot
/// be read.
Bytes processMemory();

} // namespace spillway
