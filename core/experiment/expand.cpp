#include "experiment/expand.h"

#include "base/json.h"
#include "data/open_dataset.h"
#include "experiment/interleave.h"
#include "protocol/counted.h"
#include "protocol/dataset_json.h"
#include "workloads/fill_columns.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace spillway {
namespace {

struct PlannedCell {
    CellKey key;
    std::string engineTitle;
    std::size_t dataset = 0;
    Workload workload;
    std::string program;
    std::optional<Error> refusal;
    bool refusedForAll = false;
};

Error refused(std::string message, std::string remedy = {})
{
    return makeError(ErrorCode::Unsupported, std::move(message), std::move(remedy));
}

/// Fills in the columns that are left open. What the schema leaves in doubt is an error.
Result<Workload> withColumns(Workload workload, const Dataset& dataset)
{
    if (auto filled = fillColumns(workload, {dataset, {}, {}, {}}); !filled) return filled.error();
    if (auto valid = validate(workload); !valid) return valid.error();
    return workload;
}

/// Values that the kind of work takes and the engine, by this profile, does not.
std::optional<Error> parameterRefusal(const EngineManifest& manifest, const EngineKind& kind,
                                      const EngineProfile& profile, const Workload& workload)
{
    for (const EngineParameter& parameter : kind.parameters) {
        const auto value = parameterText(parameterOf(workload, parameter.name));
        const bool other =
            !parameter.profiles.empty() &&
            std::ranges::find(parameter.profiles, profile.id) == parameter.profiles.end();
        if (other || parameter.choices.empty() ||
            std::ranges::find(parameter.choices, value) != parameter.choices.end())
            continue;
        const auto& who = profile.title.empty() ? manifest.title : profile.title;
        return refused(fmt::format("{} takes {} {}, not \"{}\".", who, dashed(parameter.name),
                                   quotedChoices(parameter.choices), value),
                       parameter.help);
    }
    return std::nullopt;
}

std::optional<Error> kindRefusal(const EngineManifest& manifest, const EngineChoice& choice,
                                 const Workload& workload)
{
    const EngineKind& kind = *manifest.findKind(workload.kind);
    const EngineProfile* profile =
        choice.profile.empty() ? &kind.profiles.front() : kind.findProfile(choice.profile);
    if (profile) return parameterRefusal(manifest, kind, *profile, workload);
    return refused(fmt::format("{} has no profile \"{}\" for {}.", manifest.title, choice.profile,
                               typeOf(workload).title));
}

std::optional<Error> floorRefusal(const EngineManifest& manifest, std::optional<Bytes> limit)
{
    const Bytes least = leastLimitOf(manifest);
    if (!limit || *limit >= least) return std::nullopt;
    return refused(fmt::format("{} needs at least {} MB; the memory limit is {}.", manifest.title,
                               least / 1'000'000, formatBytes(*limit)),
                   "Raise the memory limit.");
}

std::optional<Error> workersRefusal(const EngineManifest& manifest, int workers)
{
    if (!manifest.maxWorkers || workers <= *manifest.maxWorkers) return std::nullopt;
    return refused(fmt::format("{} supports at most {} worker{}.", manifest.title,
                               *manifest.maxWorkers, *manifest.maxWorkers == 1 ? "" : "s"),
                   manifest.workersHelp);
}

std::optional<Error> engineRefusal(const Plan& plan, const EngineChoice& choice,
                                   const EngineInfo* engine, const Workload& workload)
{
    if (!engine)
        return refused(fmt::format("There is no engine \"{}\".", choice.id),
                       "\"spillway engines\" lists them.");
    const EngineManifest& manifest = engine->manifest;
    if (!manifest.supports(workload.kind))
        return refused(manifest.unsupportedNote.empty()
                           ? fmt::format("{} has no {}.", manifest.title, typeOf(workload).title)
                           : manifest.unsupportedNote);
    if (engine->state != EngineState::Ready)
        return refused(fmt::format("{} is not ready ({}).", manifest.title, name(engine->state)),
                       engine->advice());
    if (auto refusal = kindRefusal(manifest, choice, workload)) return refusal;
    if (plan.address && !manifest.clusters)
        return refused(fmt::format("{} cannot run on an existing cluster.", manifest.title));
    return std::nullopt;
}

const EngineInfo* findEngine(const std::vector<EngineInfo>& engines, const std::string& id)
{
    const auto found = std::ranges::find_if(
        engines, [&](const EngineInfo& engine) { return engine.manifest.id == id; });
    return found == engines.end() ? nullptr : &*found;
}

std::optional<Error> tablesRefusal(const Workload& workload, const Dataset& dataset)
{
    if (dataset.tables.empty() || typeOf(workload).planned) return std::nullopt;
    return refused(fmt::format("A {} reads one table; {} has {}.", typeOf(workload).title,
                               dataset.name, dataset.tables.size()));
}

/// Version 1 of the protocol has neither named tables nor the newer kinds of work.
std::optional<Error> protocolRefusal(const EngineManifest& manifest, const Workload& workload,
                                     const Dataset& dataset)
{
    const WorkloadType& type = typeOf(workload);
    if (manifest.protocol > firstProtocolVersion ||
        (type.ofFirstProtocol && dataset.tables.empty()))
        return std::nullopt;
    return refused(
        fmt::format("{} speaks version 1 of the run protocol, which has no {}.", manifest.title,
                    type.ofFirstProtocol ? "dataset of several tables" : type.title),
        "If it speaks version 2 (docs/protocol.md), say \"protocol\": 2 in its manifest.");
}

/// Of a table in a format that the engine does not read for this kind of work.
std::optional<Error> formatRefusal(const EngineManifest& manifest, const Workload& workload,
                                   const Dataset& dataset)
{
    const EngineKind* kind = manifest.findKind(workload.kind);
    if (!kind) return std::nullopt; // refused as such
    const auto cannot = [&](const Schema& schema) { return !kind->reads(schema.files); };
    const bool any = dataset.tables.empty()
                         ? cannot(dataset.schema)
                         : std::ranges::any_of(dataset.tables, cannot, &DataTable::schema);
    if (!any) return std::nullopt;
    return refused(
        fmt::format("{} takes CSV only for a {}.", manifest.title, typeOf(workload).title));
}

/// Of columns that the work cannot use, where the files themselves say their types.
std::optional<Error> typeRefusal(const Workload& workload, const Dataset& dataset)
{
    if (formatOf(dataset) == FileFormat::Csv) return std::nullopt; // guessed, and read as asked for
    for (const ColumnRole& role : typeOf(workload).roles)
        for (const auto& name : columnsFor(workload, role.name)) {
            const auto place = dataset.schema.find(name);
            if (!place) continue; // refused as such
            const ColumnType type = dataset.schema.columns[*place].type;
            if (role.many ? isNumber(type) : type != ColumnType::Real) continue;
            return refused(fmt::format("The {} \"{}\" is {} in the Parquet files.", role.title,
                                       name, spillway::name(type)),
                           role.many ? "Choose columns of numbers."
                                     : "Choose a column of text, whole numbers, dates or bool.");
        }
    return std::nullopt;
}

/// An engine that does not support the data's dialect would read different data.
std::optional<Error> dialectRefusal(const EngineManifest& manifest, const Dataset& dataset)
{
    auto needed = dialectOf(dataset.schema);
    for (const DataTable& table : dataset.tables)
        for (auto& field : dialectOf(table.schema))
            needed.push_back(std::move(field));
    for (const auto& field : needed)
        if (!manifest.knowsDialect(field))
            return refused(fmt::format("{} does not declare support for the field \"{}\", without "
                                       "which {} would be read wrongly.",
                                       manifest.title, field, dataset.name),
                           "If the engine supports it, add it to the list \"dialect\" of its "
                           "manifest (docs/protocol.md).");
    return std::nullopt;
}

/// Cells of one dataset and workload, in the order of engines, limits and workers.
/// On a cluster none could be enforced, so none is said to have held.
std::vector<std::optional<Bytes>> limitsOfCells(const Plan& plan)
{
    if (plan.address) return {std::nullopt};
    return limitsOf(plan);
}

/// In a plan of several kinds of work an engine is asked for those that it has: that it has no
/// others is no finding.
bool isForAnother(const Plan& plan, const EngineManifest& manifest, const Workload& workload)
{
    return !manifest.supports(workload.kind) && manifest.unsupportedNote.empty() &&
           std::ranges::any_of(plan.workloads, [&](const Workload& other) {
               return manifest.supports(other.kind);
           });
}

void addCells(const Plan& plan, std::size_t dataset, const Workload& asked,
              const std::vector<EngineInfo>& engines, const JobPlans& jobs,
              std::vector<PlannedCell>& cells)
{
    const Dataset& data = plan.datasets[dataset];
    auto parameterised = withParameters(asked, plan.parameters);
    auto whole = parameterised ? withColumns(*parameterised, data) : parameterised;
    const Workload& workload = whole ? *whole : asked;
    auto forAll = typeRefusal(workload, data);
    if (!forAll) forAll = tablesRefusal(workload, data);
    if (!forAll && !whole) forAll = whole.error();
    for (const auto& choice : plan.engines) {
        const EngineInfo* engine = findEngine(engines, choice.id);
        if (engine && isForAnother(plan, engine->manifest, workload)) continue;
        auto refusal = engineRefusal(plan, choice, engine, workload);
        if (!refusal && engine) refusal = formatRefusal(engine->manifest, workload, data);
        if (!refusal && engine) refusal = dialectRefusal(engine->manifest, data);
        if (!refusal && engine && !forAll)
            refusal = protocolRefusal(engine->manifest, workload, data);
        const bool refusedForAll = !refusal && forAll;
        if (refusedForAll) refusal = forAll;
        if (!refusal && engine)
            refusal = jobs.refusal(dataset, workload, engine->manifest,
                                   profileOf(choice, engine, workload));
        for (const auto& limit : limitsOfCells(plan)) {
            auto limited = refusal;
            if (!limited && engine) limited = floorRefusal(engine->manifest, limit);
            for (const int workers :
                 workersOf(plan, engine ? engine->manifest.maxWorkers : std::nullopt)) {
                auto refused = limited;
                if (!refused && engine) refused = workersRefusal(engine->manifest, workers);
                cells.push_back(
                    {{.dataset = originOf(data),
                      .workload = identityOf(workload),
                      .engine = choice.id,
                      .profile = profileOf(choice, engine, workload),
                      .workers = workers,
                      .memoryLimit = limit,
                      .cache = isNoData(data) ? CacheState::AsIs : plan.cache,
                      .address = plan.address.value_or(""),
                      .format = formatOf(data)},
                     engine ? engine->manifest.title : std::string(),
                     dataset,
                     workload,
                     engine ? jobs.programHash(dataset, workload, engine->manifest,
                                               profileOf(choice, engine, workload), workers, limit)
                            : std::string(),
                     std::move(refused),
                     refusedForAll});
            }
        }
    }
}

/// Every cell of the plan once, although it may be asked for twice.
std::vector<PlannedCell> cellsOf(const Plan& plan, const std::vector<EngineInfo>& engines,
                                 const JobPlans& jobs)
{
    std::vector<PlannedCell> cells;
    for (std::size_t dataset = 0; dataset < plan.datasets.size(); ++dataset)
        for (const auto& workload : plan.workloads)
            if (typeOf(workload).takesData != isNoData(plan.datasets[dataset]))
                addCells(plan, dataset, workload, engines, jobs, cells);
    std::set<CellKey> seen;
    std::erase_if(cells, [&](const PlannedCell& cell) { return !seen.insert(cell.key).second; });
    return cells;
}

/// The order of a round's cells, by position.
std::vector<std::size_t> orderOf(const Plan& plan, int round, const std::vector<PlannedCell>& cells,
                                 const std::vector<EngineInfo>& engines)
{
    auto order = shuffledOrder(cells.size(), plan.seed, static_cast<std::uint64_t>(round));
    if (round > 0 || plan.warmup == 0) return order;
    std::ranges::stable_sort(order, {}, [&](std::size_t i) {
        const EngineInfo* engine = findEngine(engines, cells[i].key.engine);
        return engine ? engine->manifest.memoryFloor.value_or(0) : 0;
    });
    return order;
}

PlannedRun runOf(const PlannedCell& cell)
{
    return {.cell = cell.key,
            .engineTitle = cell.engineTitle,
            .dataset = cell.dataset,
            .workload = cell.workload,
            .program = cell.program,
            .repeat = 1,
            .warmup = false,
            .round = 0,
            .refusal = cell.refusal,
            .refusedForAll = cell.refusedForAll};
}

} // namespace

Bytes leastLimitOf(const EngineManifest& manifest)
{
    // Below the floor times this it has nothing to work with (docs/measurement.md).
    constexpr double floorMargin = 1.2;
    return static_cast<Bytes>(
        std::ceil(static_cast<double>(manifest.memoryFloor.value_or(0)) * floorMargin / 1e6) * 1e6);
}

std::vector<PlannedRun> expand(const Plan& plan, const std::vector<EngineInfo>& engines,
                               const JobPlans& jobs)
{
    auto cells = cellsOf(plan, engines, jobs);
    std::vector<PlannedRun> runs;
    for (const auto& cell : cells)
        if (cell.refusal) runs.push_back(runOf(cell));
    std::erase_if(cells, [](const PlannedCell& cell) { return cell.refusal.has_value(); });
    for (int round = 0; round < plan.warmup + firstRoundsOf(plan); ++round) {
        const bool warmup = round < plan.warmup;
        for (const std::size_t i : orderOf(plan, round, cells, engines)) {
            PlannedRun run = runOf(cells[i]);
            run.warmup = warmup;
            run.repeat = warmup ? round + 1 : round - plan.warmup + 1;
            run.round = round;
            runs.push_back(std::move(run));
        }
    }
    return runs;
}

std::vector<PlannedRun> roundsOf(const Plan& plan, const std::vector<PlannedRun>& runs, int first,
                                 int last, const std::vector<CellKey>& cells)
{
    std::vector<PlannedRun> wanted;
    std::set<CellKey> seen;
    for (const auto& run : runs)
        if (!run.refusal && std::ranges::find(cells, run.cell) != cells.end() &&
            seen.insert(run.cell).second)
            wanted.push_back(run);
    std::vector<PlannedRun> rounds;
    for (int repeat = first; repeat <= last; ++repeat) {
        const int round = plan.warmup + repeat - 1;
        for (const std::size_t i :
             shuffledOrder(wanted.size(), plan.seed, static_cast<std::uint64_t>(round))) {
            PlannedRun run = wanted[i];
            run.warmup = false;
            run.repeat = repeat;
            run.round = round;
            rounds.push_back(std::move(run));
        }
    }
    return rounds;
}

std::vector<PlannedRun> missingRuns(std::vector<PlannedRun> runs,
                                    const std::vector<RunRecord>& done, bool rerunFailed)
{
    std::set<std::tuple<CellKey, bool, int>> ended;
    std::set<CellKey> skipped;
    std::set<CellKey> refused;
    for (const auto& record : done) {
        if (record.status == RunStatus::Cancelled || record.excluded) continue;
        const bool failed =
            record.status != RunStatus::Ok && record.status != RunStatus::Unsupported;
        if (rerunFailed && failed) continue;
        // It finished but is excluded from all statistics: see counted.h.
        if (record.status == RunStatus::Ok && !record.warmup && !counts(record)) continue;
        if (record.status == RunStatus::Skipped) skipped.insert(record.cell);
        if (record.status == RunStatus::Unsupported) {
            refused.insert(record.cell);
        } else {
            ended.emplace(record.cell, record.warmup, record.repeat);
        }
    }
    std::erase_if(runs, [&](const PlannedRun& run) {
        if (run.refusal) return refused.contains(run.cell);
        return skipped.contains(run.cell) ||
               ended.contains(std::tuple(run.cell, run.warmup, run.repeat));
    });
    return runs;
}

std::optional<std::optional<Bytes>> lastLimit(const std::vector<StoredPlan>& plans)
{
    if (plans.empty()) return std::nullopt;
    const auto last = planFromText(plans.back().text);
    if (!last || !last->furtherLimits.empty()) return std::nullopt;
    return last->memoryLimit;
}

} // namespace spillway
