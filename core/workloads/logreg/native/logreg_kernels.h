#pragma once

#include "native/objectstore/run_settings.h"
#include "native/objectstore/task_kernels.h"
#include "workloads/logreg/native/softmax.h"

#include <optional>

namespace spillway {

/// Tasks of a regression on the object store.
class LogregKernels : public TaskKernels {
public:
    /// blocks -> an object of labelled columns, and facts a block
    static constexpr const char* loadLabelled = "load";
    /// labelled columns, parameters, form -> SoftmaxSums a block
    static constexpr const char* gradientPass = "gradient";
    /// labelled columns, a chain, form -> the chain
    static constexpr const char* descent = "sgd";
    /// labelled columns, parameters, form -> a BlockScore a block
    static constexpr const char* scorePass = "score";

    explicit LogregKernels(const RunSettings& settings) : settings_(settings) {}

    Result<void> scan(std::string_view task, const ScanArguments& arguments, TaskPlace& place,
                      ByteWriter& result) override;
    Result<void> compute(std::string_view task, std::span<const std::byte> object, ByteReader& own,
                         ByteReader& shared, ByteWriter& result) override;

private:
    class LabelledObject;
    Result<void> gradient(const LabelledObject& object, ByteReader& own, ByteWriter& result);
    Result<void> descendAll(const LabelledObject& object, ByteReader& own, ByteWriter& result);
    Result<void> score(const LabelledObject& object, ByteReader& own, ByteWriter& result);
    SoftmaxKernel& kernelOf(const SoftmaxShape& shape, const std::vector<FeatureScale>& scales);

    const RunSettings& settings_;
    std::optional<SoftmaxKernel> kernel_;
};

} // namespace spillway
