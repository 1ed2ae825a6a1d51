#pragma once

#include "workloads/result_checker.h"

namespace spillway::tasks {

/// Works out what every part of a run has to give (tasks_oracle.h): how many tasks, and the
/// checksum of their answers.
const ResultChecker& tasksChecker();

} // namespace spillway::tasks
