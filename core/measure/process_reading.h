#pragma once

#include "measure/process_facts.h"

#include <sys/types.h>

namespace spillway {

/// One process at one moment, as the accounts of memory take it.
struct ProcessReading {
    StatFacts stat;
    StatusFacts status;
    Bytes privateHuge = 0; ///< huge pages of the reserved pool that it maps privately

    /// Private memory that it can reach, pages shared with processes it was forked from included.
    Bytes privateResident() const { return status.anon + privateHuge; }
};

} // namespace spillway
