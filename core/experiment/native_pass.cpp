#include "experiment/native_pass.h"

#include "base/files.h"
#include "base/json.h"
#include "measure/machine.h"
#include "workloads/etl/etl.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>

#include <fcntl.h>

#include <array>

namespace spillway {
namespace {

constexpr const char* shapeField = "shape";
/// A pass is not a run: it has no time-out, but can be stopped.
constexpr Seconds passTimeout(24.0 * 3600);

/// The one of Spillway's own engines that reports the mean of |x|, see referenceProfile.
constexpr std::string_view passEngine = "chunked";

/// The pass of any workload is a group-by mean: it reads the key as text, all other columns as
/// numbers, and counts every row.
EtlWorkload passColumns(const Workload& workload)
{
    EtlWorkload pass;
    for (const auto& role : typeOf(workload).roles)
        for (auto& column : columnsFor(workload, role.name)) {
            if (role.many)
                pass.values.push_back(std::move(column));
            else
                pass.groupBy = std::move(column);
        }
    return pass;
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
    PassObserver(PlanObserver& observer, const Dataset& dataset)
        : observer_(observer), dataset_(dataset)
    {
    }
    void onEvent(const Event& event) override
    {
        const auto* progress = std::get_if<ProgressEvent>(&event.body);
        if (progress && progress->total && progress->unit == "bytes")
            observer_.onDatasetProgress(dataset_, DatasetStep::NativePass, progress->done,
                                        *progress->total);
    }

private:
    PlanObserver& observer_;
    const Dataset& dataset_;
};

} // namespace

NativePasses::NativePasses(const PlanContext& context, const Plan& plan, std::stop_token stop)
    : context_(context), plan_(plan), stop_(std::move(stop)), book_(context.store)
{
}

NativePasses::Key NativePasses::keyOf(const PlannedRun& run)
{
    return {run.dataset, toLine(toJson(Workload(passColumns(run.workload))))};
}

Result<void> NativePasses::make(const std::vector<PlannedRun>& runs, std::int64_t planId)
{
    for (const auto& run : runs) {
        if (run.refusal || stop_.stop_requested()) continue;
        auto key = keyOf(run);
        if (!seen_.insert(key).second) continue;
        const Dataset& dataset = plan_.datasets[run.dataset];
        const auto columns = passColumns(run.workload);
        if (book_.find(dataset, columns)) continue;
        if (auto made = make(dataset, columns, key, planId); !made) return made;
    }
    return {};
}

Result<void> NativePasses::make(const Dataset& dataset, const EtlWorkload& columns, const Key& key,
                                std::int64_t planId)
{
    const EngineInfo* native = context_.registry.find(passEngine);
    auto commandLine =
        native ? context_.registry.commandLine(native->manifest)
               : makeError(ErrorCode::NotFound, "Spillway's own engine is not available.");
    if (!commandLine) {
        context_.observer.onDatasetUnchecked(dataset, commandLine.error());
        return {};
    }
    context_.observer.onReference(dataset);
    RunOutcome outcome = read(dataset, columns, std::move(*commandLine), planId);
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

RunOutcome NativePasses::read(const Dataset& dataset, const EtlWorkload& columns,
                              std::vector<std::string> commandLine, std::int64_t planId)
{
    const EngineInfo* native = context_.registry.find(passEngine);
    const Launch launch{.commandLine = std::move(commandLine),
                        .roles = native->manifest.roles,
                        .spec = {.runId = fmt::format("{}-native-pass", planId),
                                 .dataset = dataset,
                                 .workload = columns,
                                 .workers = usableCores(),
                                 .memoryLimit = {},
                                 .memoryFloor = {},
                                 .scratch = {},
                                 .seed = plan_.seed,
                                 .profile = std::string(referenceProfile),
                                 .address = {}},
                        .cache = CacheState::AsIs,
                        .timeout = passTimeout,
                        .maxScratch = {}};
    PassObserver observer(context_.observer, dataset);
    Supervisor supervisor(context_.options.supervisor);
    return supervisor.run(launch, observer, stop_);
}

Result<void> NativePasses::keep(const Dataset& dataset, const EtlWorkload& columns,
                                RunOutcome& outcome)
{
    const auto* etl =
        outcome.record.result ? std::get_if<EtlResult>(&*outcome.record.result) : nullptr;
    if (!etl) return {};
    const DatasetShape shape{etl->rows, dataset.bytes, lastLineComplete(dataset)};
    auto facts = context_.store.datasetFacts(dataset.fingerprint);
    if (!facts) return facts.error();
    (*facts)[shapeField] = {{"rows", shape.rows},
                            {"bytes", shape.bytes},
                            {"last_line_complete", shape.lastLineComplete}};
    if (auto kept = context_.store.setDatasetFacts(dataset.fingerprint, *facts); !kept) return kept;
    context_.observer.onDatasetRead(dataset, shape);
    return book_.keep(dataset, columns, *etl, std::move(outcome.trace.groups));
}

std::optional<Error> NativePasses::refusal(const PlannedRun& run) const
{
    const auto found = unreadable_.find(keyOf(run));
    return found == unreadable_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<ReferenceResult> NativePasses::reference(const PlannedRun& run)
{
    return book_.find(plan_.datasets[run.dataset], passColumns(run.workload));
}

std::optional<DatasetManifest> NativePasses::manifest(const PlannedRun& run)
{
    return book_.manifest(plan_.datasets[run.dataset]);
}

} // namespace spillway
