#pragma once

#include "measure/process_facts.h"

#include <sys/types.h>

namespace spillway {

/// One process at one moment, as the accounts of memory take it.
struct ProcessReading {
    StatFacts stat;
    StatusFacts status;
};

} // namespace spillway
