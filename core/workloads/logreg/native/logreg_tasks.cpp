#include "workloads/logreg/native/logreg_tasks.h"

#include "native/objectstore/partition_tasks.h"
#include "native/run/text_check.h"
#include "workloads/logreg/native/labelled_tally.h"
#include "workloads/logreg/native/logreg_codecs.h"
#include "workloads/logreg/native/logreg_kernels.h"
#include "workloads/logreg/native/logreg_solver.h"

#include <utility>

namespace spillway {
namespace {

using Partitions = std::vector<ObjectRef>;

/// Passes over the labelled rows in the store.
class ObjectPasses : public SoftmaxPasses {
public:
    ObjectPasses(Driver& driver, const FittedForm& form, std::size_t features,
                 const Partitions& partitions)
        : driver_(driver),
          shape_{.classes = form.classes.size(), .features = features},
          partitions_(partitions)
    {
        ByteWriter writer;
        write(writer, form);
        form_ = driver.argument(writer.take());
    }
    Result<SoftmaxSums> gradient(const Eigen::VectorXd& parameters) override;
    Result<void> descend(std::vector<SgdChain>& chains, const SgdSchedule& schedule) override;
    Result<BlockScore> score(const Eigen::VectorXd& parameters) override;

private:
    TaskArgument model(const Eigen::VectorXd& parameters);
    TaskSpec descendTask(const SgdChain& chain, const SgdSchedule& schedule, std::size_t partition);
    template <class Add>
    Result<void> pass(const char* task, const Eigen::VectorXd& parameters, const Add& add);

    Driver& driver_;
    SoftmaxShape shape_;
    const Partitions& partitions_;
    TaskArgument form_;
};

TaskArgument ObjectPasses::model(const Eigen::VectorXd& parameters)
{
    const auto values = spanOf(parameters);
    ByteWriter writer;
    write(writer, ModelArguments{.shape = shape_, .parameters = {values.begin(), values.end()}});
    return driver_.argument(writer.take());
}

/// `add` reads what a task found in one block.
template <class Add>
Result<void> ObjectPasses::pass(const char* task, const Eigen::VectorXd& parameters, const Add& add)
{
    const TaskArgument own = model(parameters);
    const auto make = [&](std::size_t i) {
        return TaskSpec{
            .task = task, .input = partitions_[i].object(), .own = own, .shared = form_};
    };
    const auto take = [&](std::size_t, const TaskOutcome& outcome) {
        ByteReader reader(*outcome.result);
        for (std::size_t blocks = reader.getCount(); blocks > 0 && reader.ok(); --blocks)
            add(reader);
        if (task == LogregKernels::scorePass) driver_.reporter().addProgress(1);
        return takenOnce(reader.complete() ? Result<void>() : badMessage());
    };
    return orderedTasks(driver_, partitions_.size(), make, take);
}

Result<SoftmaxSums> ObjectPasses::gradient(const Eigen::VectorXd& parameters)
{
    SoftmaxSums total;
    const auto passed = pass(LogregKernels::gradientPass, parameters,
                             [&](ByteReader& reader) { total.add(readSoftmaxSums(reader)); });
    if (!passed) return passed.error();
    return total;
}

Result<BlockScore> ObjectPasses::score(const Eigen::VectorXd& parameters)
{
    BlockScore total;
    const auto passed = pass(LogregKernels::scorePass, parameters,
                             [&](ByteReader& reader) { total.add(reader.get<BlockScore>()); });
    if (!passed) return passed.error();
    return total;
}

TaskSpec ObjectPasses::descendTask(const SgdChain& chain, const SgdSchedule& schedule,
                                   std::size_t partition)
{
    ByteWriter writer;
    write(writer, ChainArguments{.chain = chain, .schedule = schedule, .shape = shape_});
    return {.task = LogregKernels::descent,
            .input = partitions_[partition].object(),
            .own = driver_.argument(writer.take()),
            .shared = form_};
}

Result<void> ObjectPasses::descend(std::vector<SgdChain>& chains, const SgdSchedule& schedule)
{
    struct Step {
        std::size_t chain = 0;
        std::size_t partition = 0;
    };
    std::map<std::uint64_t, Step> steps;
    const auto submit = [&](const Step& step) {
        if (step.partition < chains[step.chain].end)
            steps.emplace(driver_.submit(descendTask(chains[step.chain], schedule, step.partition)),
                          step);
    };
    for (std::size_t i = 0; i < chains.size(); ++i)
        submit({.chain = i, .partition = chains[i].begin});
    while (!steps.empty()) {
        auto ended = driver_.next();
        if (!ended) return ended.error();
        if (!ended->result) return ended->result.error();
        const Step step = steps.extract(ended->ticket).mapped();
        ByteReader reader(*ended->result);
        auto moved = readChain(reader);
        if (!moved) return badMessage();
        chains[step.chain] = std::move(moved->chain);
        submit({.chain = step.chain, .partition = step.partition + 1});
    }
    return {};
}

/// Loads and tallies.
class LabelledLoadTasks {
public:
    LabelledLoadTasks(Driver& driver, const LogregWorkload& workload)
        : driver_(driver), workload_(workload), tally_(workload)
    {
    }
    Result<LabelledData> load(const Dataset& dataset, const ScanPlan& plan);
    const Partitions& partitions() const { return partitions_; }

private:
    Result<void> take(PartitionTasks& tasks, const ScannedPartition& partition);

    Driver& driver_;
    const LogregWorkload& workload_;
    LabelledTally tally_;
    Partitions partitions_;
};

Result<LabelledData> LabelledLoadTasks::load(const Dataset& dataset, const ScanPlan& plan)
{
    PartitionTasks tasks(driver_, dataset, plan);
    const auto loaded =
        tasks.run(LogregKernels::loadLabelled, true,
                  [&](const ScannedPartition& partition) { return take(tasks, partition); });
    if (!loaded) return loaded.error();
    return tally_.finish();
}

Result<void> LabelledLoadTasks::take(PartitionTasks& tasks, const ScannedPartition& partition)
{
    for (std::size_t k = 0; k < partition.blocks; ++k) {
        tasks.setExpectedRows(partition.parts.get<std::uint64_t>());
        const KeyTable keys = readKeys(partition.parts);
        const LabelledFacts facts = readFacts(partition.parts);
        const bool fits = facts.trainCounts.size() <= keys.size() &&
                          facts.testCounts.size() == facts.trainCounts.size() &&
                          facts.moments.size() <= workload_.features.size();
        if (!partition.parts.ok() || !fits) return badMessage();
        if (auto added = tally_.add(keys, facts); !added) return added;
    }
    tasks.setEnoughDistinct(tally_.enoughDistinct());
    partitions_.push_back(partition.output);
    return {};
}

} // namespace

Result<RunResult> runLogreg(Driver& driver, const RunSettings& settings,
                            const LogregWorkload& workload)
{
    const RunSpec& spec = settings.spec;
    if (auto ok = checkLabel(workload); !ok) return ok.error();
    const Bytes size = keptPartitionBytes(settings.scan, settings.storeCapacity, spec.workers);
    const auto plan = planScan(spec.dataset, spec.workers, size, settings.scan.block);
    if (!plan) return plan.error();

    driver.reporter().beginPhase("load", "bytes", plan->bytes);
    LabelledLoadTasks tasks(driver, workload);
    const auto data = tasks.load(spec.dataset, *plan);
    if (!data) return data.error();
    if (auto utf8 = checkTexts(spec.dataset, data->classes); !utf8) return utf8.error();
    const SoftmaxShape shape{.classes = data->classes.size(), .features = workload.features.size()};
    if (auto ok = checkParameters(shape); !ok) return ok.error();
    driver.reporter().endPhase();

    ObjectPasses passes(driver, fittedForm(workload, *data), shape.features, tasks.partitions());
    return LogregSolver(workload, *data,
                        {.partitions = tasks.partitions().size(), .workers = spec.workers}, passes,
                        driver.reporter())
        .solve();
}

} // namespace spillway
