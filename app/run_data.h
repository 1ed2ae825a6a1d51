#pragma once

#include "app/run_arguments.h"
#include "data/open_dataset.h"

#include <string>
#include <vector>

namespace spillway {

/// Adds the data of `run` to the plan: each source as a dataset, and the tables NAME=PATH of
/// `inputs` as one dataset together. The first dataset decides the columns that a workload leaves
/// open; what was guessed is said on stderr. InvalidArgument, DataUnreadable.
Result<void> addData(const RunArguments& arguments, const std::vector<std::string>& sources,
                     const std::vector<std::string>& inputs, const ParquetReader& parquet,
                     Plan& plan);

} // namespace spillway
