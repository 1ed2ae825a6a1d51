#include "experiment/failure_ledger.h"

#include <fmt/format.h>

namespace spillway {

void FailureLedger::note(const RunRecord& record)
{
    switch (record.status) {
    case RunStatus::Cancelled:
    case RunStatus::Unsupported:
    case RunStatus::Skipped:
        return;
    case RunStatus::Ok:
        failures_.erase(record.cell);
        return;
    default:
        break;
    }
    Failure& failure = failures_[record.cell];
    const Error error = record.error.value_or(Error{});
    const bool identical = failure.status == record.status && failure.error.code == error.code &&
                           failure.error.phase == error.phase;
    failure.times = failure.times > 0 && identical ? failure.times + 1 : 1;
    failure.status = record.status;
    failure.error = error;
}

std::optional<Error> FailureLedger::skipReason(const CellKey& cell) const
{
    const auto found = failures_.find(cell);
    if (found == failures_.end() || found->second.times < 2) return std::nullopt;
    Error error = found->second.error;
    error.message = fmt::format("Skipped after two identical failures ({}): {}",
                                name(found->second.status), error.message);
    return error;
}

} // namespace spillway
