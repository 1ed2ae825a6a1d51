#pragma once

#include "workloads/run_result.h"

#include <string>
#include <string_view>

namespace spillway {

/// How results of a kind are written, and which ones are possible with any data. Input from an
/// engine or a session is untrusted: every error is a Protocol error that names the field, what it
/// should hold and what it holds.
class ResultForm {
public:
    virtual ~ResultForm() = default;

    /// An object without "kind", which toJson() adds.
    virtual Json write(const RunResult& result) const = 0;
    /// Reads what write() wrote; the kind is set by runResultFromJson().
    virtual Result<RunResult> read(const Json& json) const = 0;
    /// Every value within its range, names and shapes as planned. Rows that are not inline are left
    /// to checkRows().
    virtual Result<void> check(const RunResult& result, const Workload& workload) const = 0;

    // Rows that travel beside the result, one a line of a file in scratch.

    virtual std::string_view rowsFile() const = 0;
    virtual std::string writeRow(const ResultTable& table, std::size_t row) const = 0;
    virtual Result<void> readRow(ResultTable& table, std::string_view line) const = 0;
    /// Whether `rows` match `result`, which knows their number.
    virtual Result<void> checkRows(const RunResult& result, const ResultTable& rows) const = 0;
};

/// The form of a kind; the general form of docs/protocol.md if it has none of its own.
const ResultForm& formOf(std::string_view kind);
const ResultForm& generalForm();

} // namespace spillway
