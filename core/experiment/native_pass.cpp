#include "experiment/native_pass.h"

#include "base/files.h"
#include "base/json.h"
#include "measure/machine.h"
#include "workloads/etl/etl.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>

#include <fcntl.h>

#include <algorithm>
#include <array>

namespace spillway {
namespace {

constexpr const char* shapeField = "shape";
/// A pass is not a run: it has no time-out, but can be stopped.
constexpr Seconds passTimeout(24.0 * 3600);

/// The one of Spillway's own engines that reports the mean of |x|, see referenceProfile.
constexpr std::string_view passEngine = "chunked";
/// The one that does so of Parquet, which Spillway's own do not read.
constexpr std::string_view parquetEngine = "duckdb";

/// What a check may take of the memory that is free: beyond it the native engine spills.
constexpr Bytes memoryShare = 2;

EtlWorkload passOf(const Workload& workload, const Dataset& dataset)
{
    const ResultChecker* checker = typeOf(workload).checker;
    const auto wanted = checker ? checker->pass(workload) : std::nullopt;
    auto pass = wanted ? EtlWorkload::of(*wanted) : readingPass(workload);
    // A group-by mean has to have a value column, also where the workload reads none.
    if (pass.values.empty()) {
        const auto numeric =
            std::ranges::find_if(dataset.schema.columns, [&](const Column& column) {
                return isNumber(column.type) && column.name != pass.groupBy;
            });
        if (numeric != dataset.schema.columns.end()) pass.values.push_back(numeric->name);
    }
    return pass;
}

std::string_view engineFor(const Dataset& dataset)
{
    return formatOf(dataset) == FileFormat::Csv ? passEngine : parquetEngine;
}

/// Whether there is nothing to read, or another engine gives the reference (experiment/oracles.h).
bool isAskedElsewhere(const Workload& workload)
{
    const WorkloadType& type = typeOf(workload);
    return !type.takesData || (type.checker && !type.checker->pass(workload));
}

/// Whether the last file ends with a line break; true when that cannot be seen.
bool lastLineComplete(const Dataset& dataset)
{
    if (dataset.paths.empty()) return true;
    const auto& path = dataset.paths.back();
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    std::error_code unknown;
    const auto size = std::filesystem::file_size(path, unknown);
    std::array<char, 1> last{'\n'};
    if (!file || unknown || size == 0) return true;
    const auto read = readAt(file.get(), last, static_cast<Bytes>(size) - 1);
    return !read || *read == 0 || last[0] == '\n' || last[0] == '\r';
}

/// Passes on how far the pass is, in bytes.
class PassObserver : public RunObserver {
public:
    PassObserver(PlanObserver& observer, const Dataset& dataset, DatasetStep step)
        : observer_(observer), dataset_(dataset), step_(step)
    {
    }
    void onEvent(const Event& event) override
    {
        const auto* progress = std::get_if<ProgressEvent>(&event.body);
        if (progress && progress->total && progress->unit == "bytes")
            observer_.onDatasetProgress(dataset_, step_, progress->done, *progress->total);
    }

private:
    PlanObserver& observer_;
    const Dataset& dataset_;
    DatasetStep step_;
};

} // namespace

NativePasses::NativePasses(const PlanContext& context, const Plan& plan, std::stop_token stop)
    : context_(context), plan_(plan), stop_(std::move(stop)), book_(context.store)
{
}

NativePasses::Key NativePasses::keyOf(const PlannedRun& run) const
{
    const auto place = placeOf(run);
    return {place, toLine(toJson(Workload(passOf(run.workload, plan_.datasets[place]))))};
}

std::size_t NativePasses::placeOf(const PlannedRun& run) const
{
    const Dataset& dataset = plan_.datasets[run.dataset];
    if (formatOf(dataset) == FileFormat::Csv) return run.dataset;
    // A key of numbers is spelled as in the CSV there, 01 for instance, and as a number here.
    const auto key = dataset.schema.find(passOf(run.workload, dataset).groupBy);
    if (!key || dataset.schema.columns[*key].type != ColumnType::Text) return run.dataset;
    const auto same = std::ranges::find_if(plan_.datasets, [&](const Dataset& other) {
        return originOf(other) == originOf(dataset) && formatOf(other) == FileFormat::Csv;
    });
    return same == plan_.datasets.end() ? run.dataset
                                        : static_cast<std::size_t>(same - plan_.datasets.begin());
}

Result<void> NativePasses::make(const std::vector<PlannedRun>& runs)
{
    for (const auto& run : runs) {
        if (run.refusal || stop_.stop_requested() || isAskedElsewhere(run.workload)) continue;
        auto key = keyOf(run);
        if (!seen_.insert(key).second) continue;
        const Dataset& dataset = plan_.datasets[key.first];
        const auto columns = passOf(run.workload, dataset);
        if (book_.find(dataset, columns)) continue;
        if (auto made = make(dataset, columns, key); !made) return made;
    }
    return {};
}

Result<std::vector<std::string>> NativePasses::commandLine(const Dataset& dataset) const
{
    const EngineInfo* engine = context_.registry.find(engineFor(dataset));
    if (!engine)
        return makeError(ErrorCode::NotFound,
                         fmt::format("The engine {} is not there.", engineFor(dataset)));
    if (engine->state != EngineState::Ready)
        return makeError(ErrorCode::NotFound,
                         fmt::format("{} answers for Parquet what others are checked against, and "
                                     "is not set up.",
                                     engine->manifest.title),
                         engine->remedy);
    return context_.registry.commandLine(engine->manifest);
}

Result<void> NativePasses::make(const Dataset& dataset, const EtlWorkload& columns, const Key& key)
{
    auto program = commandLine(dataset);
    if (!program) {
        context_.observer.onDatasetUnchecked(dataset, program.error());
        return {};
    }
    context_.observer.onReference(dataset);
    RunOutcome outcome =
        run(dataset, columns, {}, DatasetStep::NativePass, std::move(*program), stop_);
    const RunRecord& record = outcome.record;
    if (record.status == RunStatus::Ok) return keep(dataset, columns, outcome);
    if (record.status == RunStatus::Cancelled || !record.error) return {};
    if (record.error->code == ErrorCode::DataUnreadable) {
        unreadable_[key] = *record.error;
        unreadable_[key].phase = "native pass";
        return {};
    }
    // The data may be valid, and only the native engine unable to read them.
    context_.observer.onDatasetUnchecked(dataset, *record.error);
    return {};
}

RunOutcome NativePasses::run(const Dataset& dataset, const Workload& workload, std::string_view job,
                             DatasetStep step, std::vector<std::string> commandLine,
                             std::stop_token stop)
{
    const EngineInfo* native = context_.registry.find(engineFor(dataset));
    // A pass keeps no column; what keeps them spills.
    std::optional<Bytes> limit;
    const WorkloadType& type = typeOf(workload);
    if (type.keepsColumns && type.keepsColumns(workload))
        limit =
            std::max(availableRam() / memoryShare, native->manifest.memoryFloor.value_or(0) * 2);
    const Launch launch{.commandLine = std::move(commandLine),
                        .roles = native->manifest.roles,
                        .protocol = native->manifest.protocol,
                        .spec = {.runId = "native-pass",
                                 .dataset = dataset,
                                 .workload = workload,
                                 .workers = usableCores(),
                                 .memoryLimit = limit,
                                 .memoryFloor = {},
                                 .scratch = {},
                                 .seed = plan_.seed,
                                 .profile = std::string(referenceProfile),
                                 .address = {},
                                 .job = std::string(job)},
                        .cache = CacheState::AsIs,
                        .timeout = passTimeout,
                        .maxScratch = plan_.maxScratch};
    PassObserver observer(context_.observer, dataset, step);
    Supervisor supervisor(context_.options.supervisor);
    return supervisor.run(launch, observer, std::move(stop));
}

Result<RunResult> NativePasses::work(const PlannedRun& run, const Workload& workload,
                                     std::string_view job, std::stop_token stop)
{
    const Dataset& dataset = plan_.datasets[placeOf(run)];
    if (formatOf(dataset) != FileFormat::Csv)
        return makeError(ErrorCode::Unsupported, "Spillway's own engine reads CSV only.");
    const std::string question =
        fmt::format("{}\n{}\n{}", dataset.fingerprint, toLine(toJson(workload)), job);
    if (const auto known = worked_.find(question); known != worked_.end()) return known->second;
    auto program = commandLine(dataset);
    if (!program) return program.error();
    auto outcome = this->run(dataset, workload, job, DatasetStep::ResultCheck, std::move(*program),
                             std::move(stop));
    RunRecord& record = outcome.record;
    if (record.status != RunStatus::Ok || !record.result)
        return record.error.value_or(makeError(ErrorCode::Internal, "No result came."));
    return worked_.emplace(question, std::move(*record.result)).first->second;
}

Result<void> NativePasses::keep(const Dataset& dataset, const EtlWorkload& columns,
                                RunOutcome& outcome)
{
    if (!outcome.record.result) return {};
    RunResult& result = *outcome.record.result;
    if (result.rowsAreApart()) result.table = std::move(outcome.trace.table);
    const DatasetShape shape{result.rows, dataset.bytes, lastLineComplete(dataset)};
    auto facts = context_.store.datasetFacts(dataset.fingerprint);
    if (!facts) return facts.error();
    (*facts)[shapeField] = {{"rows", shape.rows},
                            {"bytes", shape.bytes},
                            {"last_line_complete", shape.lastLineComplete}};
    if (auto kept = context_.store.setDatasetFacts(dataset.fingerprint, *facts); !kept) return kept;
    context_.observer.onDatasetRead(dataset, shape);
    return book_.keep(dataset, columns, std::move(result));
}

std::optional<Error> NativePasses::refusal(const PlannedRun& run) const
{
    const auto found = unreadable_.find(keyOf(run));
    return found == unreadable_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Reference> NativePasses::reference(const PlannedRun& run)
{
    const Dataset& dataset = plan_.datasets[placeOf(run)];
    return book_.find(dataset, passOf(run.workload, dataset));
}

std::optional<DatasetManifest> NativePasses::manifest(const PlannedRun& run)
{
    return book_.manifest(plan_.datasets[placeOf(run)]);
}

} // namespace spillway
