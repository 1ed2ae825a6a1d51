#pragma once

#include "workloads/result_checker.h"

namespace spillway::serve {

/// The load generator has held every answer to the model: an answer that is not right, or none at
/// all, makes the run's result wrong.
const ResultChecker& serveChecker();

} // namespace spillway::serve
