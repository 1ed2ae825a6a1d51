#pragma once

#include "workloads/result_checker.h"

namespace spillway {

/// The rows of every engine against those of the oracle, as multisets: cells equal, float64 within
/// 1e-9 of the largest magnitude in their column; where the job sorts last, their order as well,
/// except among rows whose sort keys are equal (docs/workloads/query.md).
const ResultChecker& queryChecker();

} // namespace spillway
