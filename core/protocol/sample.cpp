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

Result<Sample> sampleFromJson(const Json& json)
{
    const auto t = field<double>(json, "t");
    if (!t) return t.error();
    Sample sample;
    sample.t = Seconds(*t);
    sample.shared = fieldOr<Bytes>(json, "shared", 0);
    sample.anon = fieldOr<Bytes>(json, "anon", 0);
    sample.file = fieldOr<Bytes>(json, "file", 0);
    sample.anonByRole = fieldOr(json, "roles", std::map<std::string, Bytes>());
    sample.hwmSum = fieldOr<Bytes>(json, "hwm_sum", 0);
    sample.diskRead = fieldOr<Bytes>(json, "disk_read", 0);
    sample.diskWritten = fieldOr<Bytes>(json, "disk_written", 0);
    sample.userSeconds = fieldOr(json, "user", 0.0);
    sample.systemSeconds = fieldOr(json, "system", 0.0);
    sample.contextSwitches = fieldOr<std::int64_t>(json, "switches", 0);
    sample.processes = fieldOr(json, "processes", 0);
    sample.threads = fieldOr(json, "threads", 0);
    return sample;
}

} // namespace spillway
