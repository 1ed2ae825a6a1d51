#pragma once

#include "native/blocks/columns.h"
#include "native/blocks/partition_scan.h"
#include "native/objectstore/byte_stream.h"
#include "native/objectstore/codecs.h"
#include "native/objectstore/messages.h"

#include <span>
#include <vector>

namespace spillway {

/// Where a task of the object store runs: an executor with its scanner and its store.
class TaskPlace {
public:
    virtual ~TaskPlace() = default;
    /// Scans the blocks of a task; `make` makes what takes the rows of one.
    virtual Result<std::vector<ScannedBlock>> scan(const ScanArguments& arguments,
                                                   const MakePart& make) = 0;
    /// Writes columns as the task's output.
    virtual Result<void> store(std::span<const BlockColumns* const> blocks) = 0;
    /// Numeric columns of the run's workload.
    virtual std::size_t columns() const = 0;
};

/// What an executor does for a kind of work. Each of its tasks has a name, which the task stream
/// shows. One instance an executor.
class TaskKernels {
public:
    virtual ~TaskKernels() = default;

    /// A task over blocks of the dataset; writes behind the scans what PartitionTasks hands on.
    virtual Result<void> scan(std::string_view task, const ScanArguments& arguments,
                              TaskPlace& place, ByteWriter& result) = 0;
    /// A task over an object of columns that scan() stored; `own` and `shared` are its arguments.
    virtual Result<void> compute(std::string_view task, std::span<const std::byte> object,
                                 ByteReader& own, ByteReader& shared, ByteWriter& result) = 0;
};

/// The first part of the result of every task that scans.
void writeScans(const std::vector<ScannedBlock>& blocks, ByteWriter& result);

} // namespace spillway
