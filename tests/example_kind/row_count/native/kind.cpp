#include "native/native_kind.h"

#include "native/chunked/limited_run.h"

#include <algorithm>

namespace spillway {
namespace {

/// Rows of one block.
class CountedBlock : public BlockPart {
public:
    explicit CountedBlock(bool spacesAreBlank) : spacesAreBlank_(spacesAreBlank) {}
    void onRows(const RowBatch& batch) override
    {
        rows += static_cast<std::int64_t>(batch.rows);
        blank += std::ranges::count_if(batch.text, [&](std::string_view text) {
            return spacesAreBlank_ ? text.find_first_not_of(' ') == text.npos : text.empty();
        });
    }

    std::int64_t rows = 0;
    std::int64_t blank = 0;

private:
    bool spacesAreBlank_;
};

class RowCount : public NativeKind {
public:
    std::string_view id() const override { return "row_count"; }

    Result<RunResult> runChunked(const RunSpec& spec, const ScanOptions& options,
                                 const PassContext& pass) const override
    {
        const auto selection =
            selectColumns(spec.dataset.schema, columnsOf(spec.workload).front(), {});
        if (!selection) return selection.error();
        const auto plan =
            planScan(spec.dataset, spec.workers, options.streamedBytes, options.block);
        if (!plan) return plan.error();
        const bool spaces = parameterOf(spec.workload, "blank") == ParameterValue(true);
        pass.reporter.beginPhase("compute", "bytes", plan->bytes);
        OrderedScan scan(spec.dataset, *selection, *plan, spec.workers);
        CountedBlock total(spaces);
        const auto scanned = scan.run(
            pass, "scan", [&] { return std::make_unique<CountedBlock>(spaces); },
            [&](const OrderedScan::Place&, std::unique_ptr<BlockPart> part) -> Result<void> {
                const auto& block = static_cast<const CountedBlock&>(*part);
                total.rows += block.rows;
                total.blank += block.blank;
                return {};
            });
        if (!scanned) return scanned.error();
        pass.reporter.endPhase();
        const ResultTable table{.columns = {{"what", std::vector<std::string>{"blank", "filled"}},
                                            {"rows", std::vector<std::int64_t>{
                                                         total.blank, total.rows - total.blank}}}};
        return RunResult{
            .kind = std::string(id()),
            .rows = total.rows,
            .measures = {{"blank_share", total.rows == 0 ? 0
                                                         : static_cast<double>(total.blank) /
                                                               static_cast<double>(total.rows)},
                         {"blank_rows", static_cast<double>(total.blank)}},
            .facts = {{"Blank rows", formatCount(total.blank)}},
            .table = table,
            .tableRows = 2,
            .tableHash = rowsHash(table)};
    }
    Result<RunResult> runObjectstore(Driver&, const RunSettings&) const override
    {
        return noNativeKind(id()); // the object store does not offer it: engines/chunked.json only
    }
    std::unique_ptr<TaskKernels> taskKernels(const RunSettings&) const override { return nullptr; }
};

} // namespace

namespace row_count {

const NativeKind& nativeKind()
{
    static const RowCount kind;
    return kind;
}

} // namespace row_count
} // namespace spillway
