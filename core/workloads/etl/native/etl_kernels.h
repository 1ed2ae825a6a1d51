#pragma once

#include "native/objectstore/task_kernels.h"
#include "workloads/etl/native/etl_blocks.h"

namespace spillway {

/// Tasks of a group-by mean on the object store.
class EtlKernels : public TaskKernels {
public:
    static constexpr const char* scanSums = "scan";             ///< blocks -> a GroupSums a block
    static constexpr const char* loadColumns = "load";          ///< blocks -> an object of columns
    static constexpr const char* aggregateBlocks = "aggregate"; ///< columns -> a GroupSums a block

    /// Of as many value columns.
    explicit EtlKernels(std::size_t columns) : summed_(columns, Summed::Values) {}

    Result<void> scan(std::string_view task, const ScanArguments& arguments, TaskPlace& place,
                      ByteWriter& result) override;
    Result<void> compute(std::string_view task, std::span<const std::byte> object, ByteReader& own,
                         ByteReader& shared, ByteWriter& result) override;

private:
    Result<void> sums(const ScanArguments& arguments, TaskPlace& place, ByteWriter& result);
    static Result<void> load(const ScanArguments& arguments, TaskPlace& place, ByteWriter& result);

    SummedBlocks summed_;
};

} // namespace spillway
