#pragma once

#include "app/run_arguments.h"
#include "data/open_dataset.h"

#include <filesystem>
#include <string>
#include <vector>

namespace spillway {

/// A text that the user wrote for a parameter (Parameter::written).
struct WrittenText {
    std::string parameter;
    std::string text;
    std::filesystem::path file; ///< that it was read from; empty: it was typed
};

/// The texts that were given, read from the files that they name. InvalidArgument for what looks
/// like a path and is none.
Result<std::vector<WrittenText>> writtenTexts(const RunArguments& arguments);
/// Puts them into the workload, which is called by the name of the file.
Result<void> addTexts(const std::vector<WrittenText>& texts, Workload& workload);
/// NAME=PATH of the tables: as given, else those that a job names with their paths.
std::vector<std::string> inputsFor(const RunArguments& arguments,
                                   const std::vector<WrittenText>& texts);

/// The kind of work: as typed, else the first that takes one of the texts that were given.
std::string kindOf(const RunArguments& arguments);
/// InvalidArgument, with the kinds that there are.
Result<Workload> workloadOf(const std::string& kind);

/// The workload of the texts that were given, and the tables that it reads: those of --data and
/// --input, else those that the job itself names, relative to its file. InvalidArgument,
/// DataUnreadable.
struct WrittenJob {
    Workload workload;
    Dataset dataset;
};
Result<WrittenJob> writtenJob(const RunArguments& arguments, const ParquetReader& parquet);

} // namespace spillway
