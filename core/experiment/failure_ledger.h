#pragma once

#include "protocol/run_record.h"

#include <map>
#include <optional>

namespace spillway {

/// Two identical consecutive failures of a cell skip the rest of it: a run that cannot succeed
/// would only cost time. Identical: same status, code and phase; numbers in the message may differ.
class FailureLedger {
public:
    void note(const RunRecord& record);
    /// The error that a skipped run of this cell carries; nothing while the cell may still run.
    std::optional<Error> skipReason(const CellKey& cell) const;

private:
    struct Failure {
        RunStatus status = RunStatus::Failed;
        Error error;
        int times = 0;
    };
    std::map<CellKey, Failure> failures_;
};

} // namespace spillway
