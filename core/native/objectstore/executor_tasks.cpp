#include "native/objectstore/executor_tasks.h"

#include "workloads/logreg/logreg.h"

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

/// Labelled columns and how they are fitted.
class ExecutorTasks::LabelledObject {
public:
    static Result<LabelledObject> read(std::span<const std::byte> object, ByteReader& form)
    {
        auto layout = ColumnsLayout::read(object);
        if (!layout) return layout.error();
        LabelledObject labelled(object.data(), std::move(*layout), readFittedForm(form));
        if (!form.complete()) return badMessage();
        return labelled;
    }
    bool fits(const SoftmaxShape& shape) const
    {
        const bool scaled = form_.scales.empty() || form_.scales.size() == shape.features;
        return shape.features == layout_.columns() && shape.classes == form_.classes.size() &&
               scaled;
    }
    const std::vector<FeatureScale>& scales() const { return form_.scales; }

    /// A block as the kernels see it.
    struct Rows {
        std::vector<KeyTable::Id> classLabels;
        ReadRows trained;
        ReadRows tested;
        LabelledRows rows() const { return labelled(trained, classLabels); }
        LabelledRows heldOut() const { return labelled(tested, classLabels); }
    };
    std::size_t blocks() const { return layout_.blocks().size(); }
    Rows block(std::size_t i) const
    {
        return {form_.classLabels(layout_.keys(object_, i)), layout_.rows(object_, i),
                layout_.heldOut(object_, i)};
    }

private:
    LabelledObject(const std::byte* object, ColumnsLayout layout, FittedForm form)
        : object_(object), layout_(std::move(layout)), form_(std::move(form))
    {
    }

    const std::byte* object_;
    ColumnsLayout layout_;
    FittedForm form_;
};

Result<std::unique_ptr<ExecutorTasks>> ExecutorTasks::make(const RunSettings& settings,
                                                           StoreConnection store)
{
    const Schema& schema = settings.spec.dataset.schema;
    auto columns = columnsOf(settings.spec.workload);
    const std::string key = columns.front();
    columns.erase(columns.begin());
    const auto selection = selectColumns(schema, key, columns);
    if (!selection) return selection.error();
    return std::unique_ptr<ExecutorTasks>(
        new ExecutorTasks(settings, *selection, std::move(store)));
}

ExecutorTasks::ExecutorTasks(const RunSettings& settings, ColumnSelection selection,
                             StoreConnection store)
    : settings_(settings),
      scanner_(settings.spec.dataset, selection),
      columns_(selection.numeric.size()),
      summed_(columns_, Summed::Values),
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
    lost_ = noObject;
    TaskAnswer answer{.attempt = task.attempt, .result = {}};
    ByteWriter result;
    if (auto ok = perform(task, answer, result); !ok) return ok.error();
    answer.result = result.take();
    if (answer.result.size() <= inlineBytes) return answer;
    if (auto put = store_.put(task.longResult(), answer.result); !put) return put.error();
    answer.longResult = task.longResult();
    answer.result.clear();
    return answer;
}

Result<void> ExecutorTasks::perform(const TaskMessage& task, TaskAnswer& answer, ByteWriter& result)
{
    const auto ownBytes = bytesOf(task.own);
    if (!ownBytes) return ownBytes.error();
    const auto sharedBytes = bytesOf(task.shared);
    if (!sharedBytes) return sharedBytes.error();
    ByteReader own(*ownBytes);
    ByteReader shared(*sharedBytes);
    answer.hasOutput = task.kind == TaskKind::LoadColumns || task.kind == TaskKind::LoadLabelled;
    if (task.input == noObject) {
        const ScanArguments arguments = readScanArguments(own);
        if (!own.complete()) return badMessage();
        switch (task.kind) {
        case TaskKind::ScanSums:
            return scanSums(arguments, result);
        case TaskKind::LoadColumns:
            return loadColumns(task, arguments, result);
        case TaskKind::LoadLabelled:
            return loadLabelled(task, arguments, result);
        default:
            return badMessage();
        }
    }
    const auto input = use(task.input);
    if (!input) return input.error();
    if (task.kind == TaskKind::Aggregate) return aggregate(input->bytes(), result);
    const auto labelled = LabelledObject::read(input->bytes(), shared);
    if (!labelled) return labelled.error();
    switch (task.kind) {
    case TaskKind::Gradient:
        return gradient(*labelled, own, result);
    case TaskKind::Descend:
        return descendAll(*labelled, own, result);
    case TaskKind::Score:
        return score(*labelled, own, result);
    default:
        return badMessage();
    }
}

Result<std::vector<ScannedBlock>> ExecutorTasks::scan(const ScanArguments& arguments,
                                                      const MakePart& make)
{
    return scanPartition(scanner_, arguments.blocks, arguments.begin, make, {},
                         [](const Block&) {});
}

namespace {

/// The first part of the result of every task that scans.
void writeScans(const std::vector<ScannedBlock>& blocks, ByteWriter& result)
{
    result.put<std::uint64_t>(blocks.size());
    for (const ScannedBlock& block : blocks)
        write(result, block.scan);
}

} // namespace

Result<void> ExecutorTasks::scanSums(const ScanArguments& arguments, ByteWriter& result)
{
    auto blocks = scan(arguments, [&] { return summed_.take(); });
    if (!blocks) return blocks.error();
    writeScans(*blocks, result);
    for (ScannedBlock& block : *blocks) {
        std::unique_ptr<SummedBlock> part(static_cast<SummedBlock*>(block.part.release()));
        if (!part) part = summed_.take();
        write(result, part->sums);
        summed_.giveBack(std::move(part));
    }
    return {};
}

Result<void> ExecutorTasks::store(ObjectId id, std::span<const BlockColumns* const> blocks)
{
    const ColumnsLayout layout = layoutOf(columns_, blocks);
    {
        const auto region = store_.create(id, layout.bytes());
        if (!region) return region.error();
        writeColumns(layout, blocks, static_cast<std::byte*>(region->get_address()));
    }
    return store_.seal(id);
}

Result<void> ExecutorTasks::loadColumns(const TaskMessage& task, const ScanArguments& arguments,
                                        ByteWriter& result)
{
    const auto blocks = scan(
        arguments, [&] { return std::make_unique<KeptBlock>(columns_, arguments.expectedRows); });
    if (!blocks) return blocks.error();
    static const BlockColumns nothing;
    std::vector<const BlockColumns*> columns;
    writeScans(*blocks, result);
    for (const ScannedBlock& block : *blocks) {
        const auto* const part = static_cast<const KeptBlock*>(block.part.get());
        columns.push_back(part ? &part->kept : &nothing);
        result.put<std::uint64_t>(columns.back()->rows.rows());
    }
    return store(task.output(), columns);
}

Result<void> ExecutorTasks::loadLabelled(const TaskMessage& task, const ScanArguments& arguments,
                                         ByteWriter& result)
{
    LabelledBlockPlan plan;
    plan.features = columns_;
    const auto& missing = settings_.spec.dataset.schema.format.missing;
    plan.missing = missing ? &*missing : nullptr;
    plan.split = FeatureSplit(LogregWorkload::of(settings_.spec.workload).testFraction);
    plan.expectedRows = arguments.expectedRows;
    plan.enoughDistinct = arguments.enoughDistinct;
    const auto blocks = scan(arguments, [&] { return std::make_unique<LabelledBlock>(plan); });
    if (!blocks) return blocks.error();
    static const BlockColumns nothing;
    static const LabelledFacts noFacts;
    std::vector<const BlockColumns*> columns;
    writeScans(*blocks, result);
    for (const ScannedBlock& block : *blocks) {
        const auto* const part = static_cast<const LabelledBlock*>(block.part.get());
        columns.push_back(part ? &part->kept : &nothing);
        result.put<std::uint64_t>(columns.back()->rows.rows());
        write(result, columns.back()->keys);
        write(result, part ? part->facts : noFacts);
    }
    return store(task.output(), columns);
}

Result<void> ExecutorTasks::aggregate(std::span<const std::byte> object, ByteWriter& result)
{
    const auto layout = ColumnsLayout::read(object);
    if (!layout) return layout.error();
    result.put<std::uint64_t>(layout->blocks().size());
    for (std::size_t i = 0; i < layout->blocks().size(); ++i) {
        const ReadRows rows = layout->rows(object.data(), i);
        GroupSums sums(layout->columns());
        sums.add(layout->keys(object.data(), i), {rows.ids, rows.rows}, rows.columns);
        write(result, sums);
    }
    return {};
}

SoftmaxKernel& ExecutorTasks::kernelOf(const SoftmaxShape& shape,
                                       const std::vector<FeatureScale>& scales)
{
    const bool fits = kernel_ && kernel_->shape().classes == shape.classes &&
                      kernel_->shape().features == shape.features && kernel_->scales() == scales;
    if (!fits) kernel_.emplace(shape, scales);
    return *kernel_;
}

Result<void> ExecutorTasks::gradient(const LabelledObject& object, ByteReader& own,
                                     ByteWriter& result)
{
    const auto model = readModel(own);
    if (!model || !object.fits(model->shape)) return badMessage();
    SoftmaxKernel& kernel = kernelOf(model->shape, object.scales());
    result.put<std::uint64_t>(object.blocks());
    for (std::size_t i = 0; i < object.blocks(); ++i) {
        const auto block = object.block(i);
        write(result, kernel.lossAndGradient(model->parameters, block.rows()));
    }
    return {};
}

Result<void> ExecutorTasks::descendAll(const LabelledObject& object, ByteReader& own,
                                       ByteWriter& result)
{
    auto arguments = readChain(own);
    if (!arguments || !object.fits(arguments->shape)) return badMessage();
    SoftmaxKernel& kernel = kernelOf(arguments->shape, object.scales());
    for (std::size_t i = 0; i < object.blocks(); ++i) {
        const auto block = object.block(i);
        descend(arguments->chain, arguments->schedule, block.rows(), kernel);
    }
    write(result, *arguments);
    return {};
}

Result<void> ExecutorTasks::score(const LabelledObject& object, ByteReader& own, ByteWriter& result)
{
    const auto model = readModel(own);
    if (!model || !object.fits(model->shape)) return badMessage();
    SoftmaxKernel& kernel = kernelOf(model->shape, object.scales());
    result.put<std::uint64_t>(object.blocks());
    for (std::size_t i = 0; i < object.blocks(); ++i) {
        const auto block = object.block(i);
        result.put(scoreOf(model->parameters, block.rows(), block.heldOut(), kernel));
    }
    return {};
}

} // namespace spillway
