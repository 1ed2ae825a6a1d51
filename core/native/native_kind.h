#pragma once

#include "native/chunked/ordered_scan.h"
#include "native/objectstore/task_kernels.h"
#include "protocol/run_spec.h"
#include "workloads/run_result.h"

#include <memory>
#include <span>
#include <string_view>

namespace spillway {

class Driver;
struct RunSettings;

/// What the native engines do for one kind of work: core/workloads/<kind>/native/kind.cpp defines
/// it. Results are bit-identical for every worker count, partition size and engine.
class NativeKind {
public:
    virtual ~NativeKind() = default;
    virtual std::string_view id() const = 0; ///< of the WorkloadType

    /// On the chunked engine: from go to done, phases and counters through `pass`.
    virtual Result<RunResult> runChunked(const RunSpec& spec, const ScanOptions& options,
                                         const PassContext& pass) const = 0;
    /// On the object store: the driver's side.
    virtual Result<RunResult> runObjectstore(Driver& driver, const RunSettings& settings) const = 0;
    /// An executor's side: what does the tasks that runObjectstore() submits.
    virtual std::unique_ptr<TaskKernels> taskKernels(const RunSettings& settings) const = 0;
};

/// The kinds that a program's engines know.
using NativeKinds = std::span<const NativeKind* const>;
/// nullptr for a kind that they do not know.
const NativeKind* findNativeKind(NativeKinds kinds, std::string_view id);
/// Unsupported: "This engine has no group-by mean."
Error noNativeKind(std::string_view id);

} // namespace spillway
