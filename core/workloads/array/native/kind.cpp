#include "native/native_kind.h"

#include "native/chunked/ordered_pass.h"
#include "workloads/array/array_oracle.h"

#include <fmt/format.h>

#include <time.h>

#include <algorithm>
#include <chrono>
#include <numeric>

namespace spillway::array {
namespace {

constexpr double bytesANumber = 8;

/// CPU time of the calling thread.
Seconds threadTime()
{
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

/// What a worker has made, and for how long it was busy with it.
struct MadeChunk {
    ChunkSums sums;
    int worker = 0;
    Seconds busy{};
};

RunResult resultOf(const Shape& shape, const ColumnTotals& totals, Seconds seconds,
                   const std::vector<double>& busy)
{
    std::vector<std::int64_t> columns(static_cast<std::size_t>(shape.n));
    std::iota(columns.begin(), columns.end(), 0);
    const double most = *std::ranges::max_element(busy);
    const double all = std::accumulate(busy.begin(), busy.end(), 0.0);
    const double bytes = static_cast<double>(shape.n) * static_cast<double>(shape.n) * bytesANumber;
    RunResult result{
        .kind = "array",
        .measures = {{"gb_per_second", bytes / 1e9 / seconds.count()},
                     {"balance", most * static_cast<double>(busy.size()) / all}},
        .facts = {{"Array", fmt::format("{0} rows and columns in {1} chunks", formatCount(shape.n),
                                        formatCount(chunksOf(shape)))}}};
    result.table.columns = {{.name = "column", .values = std::move(columns)},
                            {.name = "mean", .values = totals.means()}};
    result.tableRows = shape.n;
    result.tableHash = rowsHash(result.table);
    return result;
}

/// Chunks are made and added up as whole numbers, which is exact in any order.
class ArrayKind : public NativeKind {
public:
    std::string_view id() const override { return "array"; }

    Result<RunResult> runChunked(const RunSpec& spec, const ScanOptions&,
                                 const PassContext& pass) const override
    {
        const Seconds began = monotonicNow();
        const Shape shape = shapeOf(spec.workload);
        const auto count = chunksOf(shape);
        ColumnTotals totals(shape);
        std::vector<double> busy(static_cast<std::size_t>(spec.workers));
        pass.reporter.beginPhase("compute", "chunks", count);
        const auto made = orderedPass<MadeChunk>(
            pass, {"chunk", "add"}, static_cast<std::size_t>(count),
            [&](std::size_t k, const TaskContext& context) -> Result<MadeChunk> {
                const Seconds start = threadTime();
                auto sums = chunkSums(shape, spec.seed, static_cast<std::int64_t>(k));
                return MadeChunk{std::move(sums), context.worker, threadTime() - start};
            },
            [&](std::size_t, const MadeChunk& chunk, const TaskContext&) -> Result<void> {
                totals.add(chunk.sums);
                busy[static_cast<std::size_t>(chunk.worker)] += chunk.busy.count();
                pass.reporter.addProgress(1);
                return {};
            });
        if (!made) return made.error();
        pass.reporter.endPhase();
        return resultOf(shape, totals, monotonicNow() - began, busy);
    }
    Result<RunResult> runObjectstore(Driver&, const RunSettings&) const override
    {
        return noNativeKind(id()); // it has no engines/objectstore.json
    }
    std::unique_ptr<TaskKernels> taskKernels(const RunSettings&) const override { return nullptr; }
};

} // namespace

const NativeKind& nativeKind()
{
    static const ArrayKind kind;
    return kind;
}

} // namespace spillway::array
