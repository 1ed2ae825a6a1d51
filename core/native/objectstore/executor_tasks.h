#pragma once

#include "native/blocks/etl_blocks.h"
#include "native/objectstore/codecs.h"
#include "native/objectstore/columns_object.h"
#include "native/objectstore/run_settings.h"
#include "native/objectstore/store_connection.h"

namespace spillway {

/// Executes a task: gets its objects, calls the kernels, creates its result objects.
class ExecutorTasks {
public:
    /// InvalidArgument for columns that the dataset does not have.
    static Result<std::unique_ptr<ExecutorTasks>> make(const RunSettings& settings,
                                                       StoreConnection store);

    /// The answer without its times.
    Result<TaskAnswer> run(const TaskMessage& task);
    /// After a failure: the lost object that caused it.
    ObjectId lost() const { return lost_; }

private:
    ExecutorTasks(const RunSettings& settings, ColumnSelection selection, StoreConnection store);

    /// An object in use until the end of a task.
    class Use;
    Result<Use> use(ObjectId id);
    Result<ByteBuffer> bytesOf(const ArgumentPlace& place);

    Result<void> perform(const TaskMessage& task, TaskAnswer& answer, ByteWriter& result);
    Result<std::vector<ScannedBlock>> scan(const ScanArguments& arguments, const MakePart& make);
    Result<void> scanSums(const ScanArguments& arguments, ByteWriter& result);
    Result<void> loadColumns(const TaskMessage& task, const ScanArguments& arguments,
                             ByteWriter& result);
    Result<void> loadLabelled(const TaskMessage& task, const ScanArguments& arguments,
                              ByteWriter& result);
    Result<void> store(ObjectId id, std::span<const BlockColumns* const> blocks);
    Result<void> aggregate(std::span<const std::byte> object, ByteWriter& result);
    class LabelledObject;
    Result<void> gradient(const LabelledObject& object, ByteReader& own, ByteWriter& result);
    Result<void> descendAll(const LabelledObject& object, ByteReader& own, ByteWriter& result);
    Result<void> score(const LabelledObject& object, ByteReader& own, ByteWriter& result);
    SoftmaxKernel& kernelOf(const SoftmaxShape& shape, const std::vector<FeatureScale>& scales);

    const RunSettings& settings_;
    CsvScanner scanner_;
    std::size_t columns_; ///< numeric ones
    SummedBlocks summed_;
    StoreConnection store_;
    std::optional<SoftmaxKernel> kernel_;
    ObjectId lost_ = noObject;
};

} // namespace spillway
