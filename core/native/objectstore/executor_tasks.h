#pragma once

#include "native/native_kind.h"
#include "native/objectstore/columns_object.h"
#include "native/objectstore/run_settings.h"
#include "native/objectstore/store_connection.h"
#include "native/objectstore/task_kernels.h"

namespace spillway {

/// What an executor does with a task: gets its objects, calls the kernels of the kind of work,
/// makes its objects.
class ExecutorTasks : private TaskPlace {
public:
    /// InvalidArgument for columns that the dataset does not have, Unsupported for a kind that is
    /// not among `kinds`.
    static Result<std::unique_ptr<ExecutorTasks>>
    make(NativeKinds kinds, const RunSettings& settings, StoreConnection store);

    /// The answer without its times.
    Result<TaskAnswer> run(const TaskMessage& task);
    /// After a failure: the lost object that caused it.
    ObjectId lost() const { return lost_; }

private:
    ExecutorTasks(const RunSettings& settings, const ColumnSelection& selection,
                  std::unique_ptr<TaskKernels> kernels, StoreConnection store);

    /// An object in use until the end of a task.
    class Use;
    Result<Use> use(ObjectId id);
    Result<ByteBuffer> bytesOf(const ArgumentPlace& place);
    Result<void> perform(const TaskMessage& task, ByteWriter& result);

    Result<std::vector<ScannedBlock>> scan(const ScanArguments& arguments,
                                           const MakePart& make) override;
    Result<void> store(std::span<const BlockColumns* const> blocks) override;
    std::size_t columns() const override { return columns_; }

    CsvScanner scanner_;
    const std::size_t columns_;
    const std::unique_ptr<TaskKernels> kernels_;
    StoreConnection store_;
    ObjectId output_ = noObject; ///< of the task at hand, once it is stored
    ObjectId mayStore_ = noObject;
    ObjectId lost_ = noObject;
};

} // namespace spillway
