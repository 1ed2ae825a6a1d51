#pragma once

#include "measure/process_facts.h"

#include <sys/types.h>

namespace spillway {

/// One process at one moment, as input to the memory accounting.
struct ProcessReading {
    StatFacts stat;
    StatusFacts status;
    Bytes privateHuge = 0; ///< huge pages of the reserved pool that it maps privately

    /// Its private memory, including pages shared with processes that it was forked from.
    Bytes privateResident() const { return status.anon + privateHuge; }
};

} // namespace spillway
