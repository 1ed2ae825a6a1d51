#pragma once

#include "measure/machine.h"
#include "protocol/run_record.h"

namespace spillway {

/// Whether something else used the machine while a run was measured.
class CpuWatch {
public:
    CpuWatch() : start_(cpuTimes()), startedAt_(monotonicNow()) {}

    /// Other processes above 20 % of a core, or the hypervisor took more than 2 % of the cores'
    /// time, since construction. `record` says what the run itself used; its last sample may be
    /// `unseen` old.
    bool disturbed(const RunRecord& record, Seconds unseen) const;

private:
    CpuTimes start_;
    Seconds startedAt_;
};

} // namespace spillway
