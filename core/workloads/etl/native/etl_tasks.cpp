#include "workloads/etl/native/etl_tasks.h"

#include "native/objectstore/partition_tasks.h"
#include "workloads/etl/native/etl_codecs.h"
#include "workloads/etl/native/etl_kernels.h"

#include <fmt/format.h>

namespace spillway {
namespace {

/// One run: what all its steps need.
class EtlTasks {
public:
    EtlTasks(Driver& driver, const RunSettings& settings, const EtlWorkload& workload)
        : driver_(driver), settings_(settings), workload_(workload), total_(workload.values.size())
    {
    }
    Result<RunResult> run();

private:
    Result<void> streamed();
    Result<void> loaded();
    Result<std::vector<ObjectRef>> load(const ScanPlan& plan);
    Result<void> compute(std::vector<ObjectRef> partitions);
    Result<void> add(ByteReader& sums, std::size_t blocks);
    Result<ScanPlan> plan(Bytes partitionBytes) const
    {
        return planScan(settings_.spec.dataset, settings_.spec.workers, partitionBytes,
                        settings_.scan.block);
    }

    Driver& driver_;
    const RunSettings& settings_;
    const EtlWorkload& workload_;
    GroupSums total_;
    ReadGroups read_;
};

Result<RunResult> EtlTasks::run()
{
    const bool stream = workload_.materialise == EtlWorkload::Materialise::Streamed;
    if (auto done = stream ? streamed() : loaded(); !done) return done.error();
    return total_.result(workload_.values);
}

/// Half of the memory limit: the other half is for the store and the executors.
Result<void> EtlTasks::add(ByteReader& sums, std::size_t blocks)
{
    for (std::size_t k = 0; k < blocks; ++k) {
        const auto block = read_.read(sums, workload_.values.size());
        if (!block) return badMessage();
        total_.merge(*block);
    }
    if (!sums.complete()) return badMessage();
    const auto held = static_cast<Bytes>(total_.bytes() + total_.resultBytes());
    const auto limit = settings_.spec.memoryLimit;
    if (!limit || held <= *limit / 2) return {};
    return makeError(ErrorCode::MemoryLimit,
                     fmt::format("The groups need {} already, and {} are left for them "
                                 "below the memory limit.",
                                 formatBytes(held), formatBytes(*limit / 2)),
                     "Raise the memory limit or choose fewer columns.");
}

Result<void> EtlTasks::streamed()
{
    const auto scanPlan =
        plan(std::min(settings_.scan.partitionBytes, settings_.scan.streamedBytes));
    if (!scanPlan) return scanPlan.error();
    driver_.reporter().beginPhase("compute", "bytes", scanPlan->bytes);
    PartitionTasks tasks(driver_, settings_.spec.dataset, *scanPlan);
    auto scanned = tasks.run(EtlKernels::scanSums, false, [&](const ScannedPartition& partition) {
        return add(partition.parts, partition.blocks);
    });
    if (scanned) driver_.reporter().endPhase();
    return scanned;
}

Result<void> EtlTasks::loaded()
{
    const auto scanPlan =
        plan(keptPartitionBytes(settings_.scan, settings_.storeCapacity, settings_.spec.workers));
    if (!scanPlan) return scanPlan.error();
    auto partitions = load(*scanPlan);
    if (!partitions) return partitions.error();
    return compute(std::move(*partitions));
}

Result<std::vector<ObjectRef>> EtlTasks::load(const ScanPlan& plan)
{
    driver_.reporter().beginPhase("load", "bytes", plan.bytes);
    std::vector<ObjectRef> partitions;
    PartitionTasks tasks(driver_, settings_.spec.dataset, plan);
    const auto loaded = tasks.run(
        EtlKernels::loadColumns, true, [&](const ScannedPartition& partition) -> Result<void> {
            for (std::size_t k = 0; k < partition.blocks; ++k)
                tasks.setExpectedRows(partition.parts.get<std::uint64_t>());
            partitions.push_back(partition.output);
            return {};
        });
    if (!loaded) return loaded.error();
    driver_.reporter().endPhase();
    return partitions;
}

Result<void> EtlTasks::compute(std::vector<ObjectRef> partitions)
{
    driver_.reporter().beginPhase("compute", "partitions",
                                  static_cast<std::int64_t>(partitions.size()));
    const auto make = [&](std::size_t i) {
        return TaskSpec{.task = EtlKernels::aggregateBlocks,
                        .input = partitions[i].object(),
                        .own = {},
                        .shared = {}};
    };
    const auto take = [&](std::size_t i, const TaskOutcome& outcome) {
        ByteReader sums(*outcome.result);
        const std::size_t blocks = sums.getCount();
        partitions[i] = {};
        driver_.reporter().addProgress(1);
        return takenOnce(add(sums, blocks));
    };
    auto computed = orderedTasks(driver_, partitions.size(), make, take);
    if (computed) driver_.reporter().endPhase();
    return computed;
}

} // namespace

Result<RunResult> runEtl(Driver& driver, const RunSettings& settings, const EtlWorkload& workload)
{
    return EtlTasks(driver, settings, workload).run();
}

} // namespace spillway
