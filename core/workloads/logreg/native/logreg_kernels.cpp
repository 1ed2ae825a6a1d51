#include "workloads/logreg/native/logreg_kernels.h"

#include "native/objectstore/columns_object.h"
#include "workloads/logreg/logreg.h"
#include "workloads/logreg/native/logreg_codecs.h"

namespace spillway {
namespace {

LabelledRows labelled(const ReadRows& rows, std::span<const KeyTable::Id> classLabels)
{
    return {rows.columns, rows.ids, rows.rows, classLabels};
}

} // namespace

/// Labelled columns and how they are fitted.
class LogregKernels::LabelledObject {
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

Result<void> LogregKernels::scan(std::string_view task, const ScanArguments& arguments,
                                 TaskPlace& place, ByteWriter& result)
{
    if (task != loadLabelled) return badMessage();
    LabelledBlockPlan plan;
    plan.features = place.columns();
    const auto& missing = settings_.spec.dataset.schema.format.missing;
    plan.missing = missing ? &*missing : nullptr;
    plan.split = FeatureSplit(LogregWorkload::of(settings_.spec.workload).testFraction);
    plan.expectedRows = arguments.expectedRows;
    plan.enoughDistinct = arguments.enoughDistinct;
    const auto blocks =
        place.scan(arguments, [&] { return std::make_unique<LabelledBlock>(plan); });
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
    return place.store(columns);
}

Result<void> LogregKernels::compute(std::string_view task, std::span<const std::byte> object,
                                    ByteReader& own, ByteReader& shared, ByteWriter& result)
{
    const auto rows = LabelledObject::read(object, shared);
    if (!rows) return rows.error();
    if (task == gradientPass) return gradient(*rows, own, result);
    if (task == descent) return descendAll(*rows, own, result);
    if (task == scorePass) return score(*rows, own, result);
    return badMessage();
}

SoftmaxKernel& LogregKernels::kernelOf(const SoftmaxShape& shape,
                                       const std::vector<FeatureScale>& scales)
{
    const bool fits = kernel_ && kernel_->shape().classes == shape.classes &&
                      kernel_->shape().features == shape.features && kernel_->scales() == scales;
    if (!fits) kernel_.emplace(shape, scales);
    return *kernel_;
}

Result<void> LogregKernels::gradient(const LabelledObject& object, ByteReader& own,
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

Result<void> LogregKernels::descendAll(const LabelledObject& object, ByteReader& own,
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

Result<void> LogregKernels::score(const LabelledObject& object, ByteReader& own, ByteWriter& result)
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
