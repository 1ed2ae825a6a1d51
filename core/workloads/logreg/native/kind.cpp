#include "native/native_kind.h"
#include "native/objectstore/run_settings.h"
#include "workloads/logreg/logreg.h"
#include "workloads/logreg/native/logreg_kernels.h"
#include "workloads/logreg/native/logreg_run.h"
#include "workloads/logreg/native/logreg_tasks.h"

namespace spillway {
namespace {

class LogregKind : public NativeKind {
public:
    std::string_view id() const override { return LogregWorkload::kind; }
    Result<RunResult> runChunked(const RunSpec& spec, const ScanOptions& options,
                                 const PassContext& pass) const override
    {
        return runLogreg(spec, LogregWorkload::of(spec.workload), options, pass);
    }
    Result<RunResult> runObjectstore(Driver& driver, const RunSettings& settings) const override
    {
        return runLogreg(driver, settings, LogregWorkload::of(settings.spec.workload));
    }
    std::unique_ptr<TaskKernels> taskKernels(const RunSettings& settings) const override
    {
        return std::make_unique<LogregKernels>(settings);
    }
};

} // namespace

namespace logreg {

const NativeKind& nativeKind()
{
    static const LogregKind kind;
    return kind;
}

} // namespace logreg
} // namespace spillway
