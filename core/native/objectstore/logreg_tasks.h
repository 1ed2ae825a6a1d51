#pragma once

#include "native/objectstore/driver.h"
#include "native/objectstore/run_settings.h"
#include "workloads/logreg/logreg.h"

namespace spillway {

/// Logistic regression on the object store. Phases: `load` (columns parsed and split),
/// `fit`, `score`.
Result<LogregResult> runLogreg(Driver& driver, const RunSettings& settings,
                               const LogregWorkload& workload);

} // namespace spillway
