#include "native/objectstore/executor_tasks.h"

#include <utility>

namespace spillway {

/// Releases when it goes.
class ExecutorTasks::Use {
public:
    Use(StoreConnection& store, ObjectId id, std::span<const std::byte> bytes)
        : store_(&store), id_(id), bytes_(bytes)
    {
    }
    Use(Use&& other) noexcept
        : store_(std::exchange(other.store_, nullptr)), id_(other.id_), bytes_(other.bytes_)
    {
    }
    Use& operator=(Use&&) = delete;
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    ~Use()
    {
        // A store that is gone is noticed by the next request.
        if (store_) static_cast<void>(store_->release(id_));
    }
    std::span<const std::byte> bytes() const { return bytes_; }

private:
    StoreConnection* store_;
    ObjectId id_;
    std::span<const std::byte> bytes_;
};

Result<std::unique_ptr<ExecutorTasks>>
ExecutorTasks::make(NativeKinds kinds, const RunSettings& settings, StoreConnection store)
{
    const NativeKind* kind = findNativeKind(kinds, settings.spec.workload.kind);
    if (!kind) return noNativeKind(settings.spec.workload.kind);
    const Schema& schema = settings.spec.dataset.schema;
    auto columns = columnsOf(settings.spec.workload);
    const std::string key = columns.front();
    columns.erase(columns.begin());
    const auto selection = selectColumns(schema, key, columns);
    if (!selection) return selection.error();
    return std::unique_ptr<ExecutorTasks>(
        new ExecutorTasks(settings, *selection, kind->taskKernels(settings), std::move(store)));
}

ExecutorTasks::ExecutorTasks(const RunSettings& settings, const ColumnSelection& selection,
                             std::unique_ptr<TaskKernels> kernels, StoreConnection store)
    : scanner_(settings.spec.dataset, selection),
      columns_(selection.numeric.size()),
      kernels_(std::move(kernels)),
      store_(std::move(store))
{
}

Result<ExecutorTasks::Use> ExecutorTasks::use(ObjectId id)
{
    const auto bytes = store_.get(id);
    if (bytes) return Use(store_, id, *bytes);
    if (bytes.error().code == ErrorCode::NotFound) lost_ = id;
    return bytes.error();
}

Result<ByteBuffer> ExecutorTasks::bytesOf(const ArgumentPlace& place)
{
    if (place.object == noObject) return place.bytes;
    const auto used = use(place.object);
    if (!used) return used.error();
    return ByteBuffer(used->bytes().begin(), used->bytes().end());
}

Result<TaskAnswer> ExecutorTasks::run(const TaskMessage& task)
{
    lost_ = output_ = noObject;
    mayStore_ = task.output();
    TaskAnswer answer{.attempt = task.attempt, .result = {}};
    ByteWriter result;
    if (auto ok = perform(task, result); !ok) return ok.error();
    answer.hasOutput = output_ != noObject;
    answer.result = result.take();
    if (answer.result.size() <= inlineBytes) return answer;
    if (auto put = store_.put(task.longResult(), answer.result); !put) return put.error();
    answer.longResult = task.longResult();
    answer.result.clear();
    return answer;
}

Result<void> ExecutorTasks::perform(const TaskMessage& task, ByteWriter& result)
{
    const auto ownBytes = bytesOf(task.own);
    if (!ownBytes) return ownBytes.error();
    const auto sharedBytes = bytesOf(task.shared);
    if (!sharedBytes) return sharedBytes.error();
    ByteReader own(*ownBytes);
    ByteReader shared(*sharedBytes);
    if (task.input == noObject) {
        const ScanArguments arguments = readScanArguments(own);
        if (!own.complete()) return badMessage();
        return kernels_->scan(task.task, arguments, *this, result);
    }
    const auto input = use(task.input);
    if (!input) return input.error();
    return kernels_->compute(task.task, input->bytes(), own, shared, result);
}

Result<std::vector<ScannedBlock>> ExecutorTasks::scan(const ScanArguments& arguments,
                                                      const MakePart& make)
{
    return scanPartition(scanner_, arguments.blocks, arguments.begin, make, {},
                         [](const Block&) {});
}

Result<void> ExecutorTasks::store(std::span<const BlockColumns* const> blocks)
{
    const ColumnsLayout layout = layoutOf(columns_, blocks);
    {
        const auto region = store_.create(mayStore_, layout.bytes());
        if (!region) return region.error();
        writeColumns(layout, blocks, static_cast<std::byte*>(region->get_address()));
    }
    auto sealed = store_.seal(mayStore_);
    if (sealed) output_ = mayStore_;
    return sealed;
}

void writeScans(const std::vector<ScannedBlock>& blocks, ByteWriter& result)
{
    result.put<std::uint64_t>(blocks.size());
    for (const ScannedBlock& block : blocks)
        write(result, block.scan);
}

} // namespace spillway
