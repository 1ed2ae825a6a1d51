#include "workloads/logreg/native/logreg_run.h"

#include "native/chunked/limited_run.h"
#include "native/run/text_check.h"
#include "workloads/logreg/native/chunked_passes.h"
#include "workloads/logreg/native/labelled_data.h"
#include "workloads/logreg/native/logreg_solver.h"

namespace spillway {
namespace {

Result<LabelledData> load(const RunSpec& spec, const LogregWorkload& workload, const ScanPlan& plan,
                          PartitionStore& store, const PassContext& pass)
{
    pass.reporter.beginPhase("load", "bytes", plan.bytes);
    auto data = loadLabelled(spec, workload, plan, store, pass);
    if (!data) return data;
    if (auto utf8 = checkTexts(spec.dataset, data->classes); !utf8) return utf8.error();
    const SoftmaxShape shape{.classes = data->classes.size(), .features = workload.features.size()};
    if (auto ok = checkParameters(shape); !ok) return ok.error();
    pass.reporter.endPhase();
    return data;
}

} // namespace

Result<RunResult> runLogreg(const RunSpec& spec, const LogregWorkload& workload,
                            const ScanOptions& options, const PassContext& pass)
{
    auto plan = planScan(spec.dataset, spec.workers, options.partitionBytes, options.block);
    if (!plan) return plan.error();
    const std::size_t partitions = plan->partitions.size();
    const PiecePlan pieces = cutForLimit(std::move(*plan), spec);
    const auto store = makePartitionStore(pieces.scan.partitions.size(), spec, pass);
    const auto data = load(spec, workload, pieces.scan, *store, pass);
    if (!data) return data.error();

    ChunkedPasses passes(fittedForm(workload, *data), workload.features.size(), pieces.first,
                         *store, pass);
    LogregSolver solver(workload, *data, {.partitions = partitions, .workers = spec.workers},
                        passes, pass.reporter);
    if (spec.profile != referenceProfile || spec.job.empty()) return solver.solve();
    const auto model = ModelJob::of(spec.job);
    if (!model) return model.error();
    return solver.judge(*model);
}

} // namespace spillway
