#include "native/native_kind.h"
#include "native/objectstore/run_settings.h"
#include "workloads/etl/etl.h"
#include "workloads/etl/native/etl_kernels.h"
#include "workloads/etl/native/etl_run.h"
#include "workloads/etl/native/etl_tasks.h"

namespace spillway {
namespace {

class EtlKind : public NativeKind {
public:
    std::string_view id() const override { return EtlWorkload::kind; }
    Result<RunResult> runChunked(const RunSpec& spec, const ScanOptions& options,
                                 const PassContext& pass) const override
    {
        return runEtl(spec, EtlWorkload::of(spec.workload), options, pass);
    }
    Result<RunResult> runObjectstore(Driver& driver, const RunSettings& settings) const override
    {
        return runEtl(driver, settings, EtlWorkload::of(settings.spec.workload));
    }
    std::unique_ptr<TaskKernels> taskKernels(const RunSettings& settings) const override
    {
        return std::make_unique<EtlKernels>(EtlWorkload::of(settings.spec.workload).values.size());
    }
};

} // namespace

namespace etl {

const NativeKind& nativeKind()
{
    static const EtlKind kind;
    return kind;
}

} // namespace etl
} // namespace spillway
