#include "protocol/sample.h"

#include "base/json.h"

namespace spillway {

Json toJson(const Sample& sample)
{
    return {{"t", sample.t.count()},
            {"shared", sample.shared},
            {"anon", sample.anon},
            {"file", sample.file},
            {"roles", sample.anonByRole},
            {"hwm_sum", sample.hwmSum},
            {"disk_read", sample.diskRead},
            {"disk_written", sample.diskWritten},
            {"user", sample.userSeconds},
            {"system", sample.systemSeconds},
            {"switches", sample.contextSwitches},
            {"processes", sample.processes},
            {"threads", sample.threads}};
}

} // namespace spillway
