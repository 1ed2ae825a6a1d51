#include "base/json.h"
#include "experiment/plan.h"

#include "base/escape.h"
#include "base/name_list.h"
#include "data/open_dataset.h"
#include "experiment/presets.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace spillway {
namespace {

/// Exactly these bytes, in the largest unit that represents them exactly.
std::string sizeText(Bytes bytes)
{
    constexpr std::pair<Bytes, const char*> units[]{
        {1'000'000'000, "GB"}, {Bytes(1) << 30, "GiB"}, {1'000'000, "MB"}, {Bytes(1) << 20, "MiB"}};
    for (const auto& [unit, suffix] : units)
        if (bytes >= unit && bytes % unit == 0) return fmt::format("{}{}", bytes / unit, suffix);
    return fmt::format("{}", bytes);
}

/// Exactly this duration, in the largest unit that represents it exactly.
std::string durationText(Seconds duration)
{
    const double seconds = duration.count();
    for (const auto& [factor, unit] : {std::pair(3600.0, "h"), std::pair(60.0, "min")})
        if (seconds >= factor && std::fmod(seconds, factor) == 0)
            return fmt::format("{}{}", seconds / factor, unit);
    return fmt::format("{}s", seconds);
}

std::string escapedForGlob(const std::string& text)
{
    std::string escaped;
    for (const char c : text) {
        if (std::string_view("*?[]\\").find(c) != std::string_view::npos) escaped += '\\';
        escaped += c;
    }
    return escaped;
}

/// What all of `names` begin with and end with, a star between; the name itself when all are equal.
std::string commonPattern(const std::vector<std::string>& names)
{
    std::size_t shortest = names.front().size();
    std::size_t prefix = shortest;
    std::size_t suffix = shortest;
    for (const auto& name : names) {
        shortest = std::min(shortest, name.size());
        const auto ahead = std::ranges::mismatch(name, names.front());
        prefix = std::min(prefix, static_cast<std::size_t>(ahead.in1 - name.begin()));
        const auto behind =
            std::mismatch(name.rbegin(), name.rend(), names.front().rbegin(), names.front().rend());
        suffix = std::min(suffix, static_cast<std::size_t>(behind.first - name.rbegin()));
    }
    const auto& first = names.front();
    const bool equal = std::ranges::all_of(names, [&](const auto& name) { return name == first; });
    if (equal) return escapedForGlob(first);
    suffix = std::min(suffix, shortest - prefix);
    return escapedForGlob(first.substr(0, prefix)) + "*" +
           escapedForGlob(first.substr(first.size() - suffix));
}

/// `--data` for a dataset: its file, or the glob its files were (or could have been) opened with.
/// All files of a dataset lie equally deep: that is how datasets are opened.
std::string sourceOf(const Dataset& dataset)
{
    if (dataset.paths.size() == 1) return dataset.paths.front().string();
    std::vector<std::vector<std::string>> levels;
    for (const auto& path : dataset.paths) {
        std::size_t depth = 0;
        for (const auto& part : path.relative_path()) {
            if (levels.size() <= depth) levels.emplace_back();
            levels[depth++].push_back(part.string());
        }
    }
    std::string pattern;
    for (const auto& names : levels)
        pattern += "/" + commonPattern(names);
    return pattern;
}

/// `--input NAME=PATH` of each table; nothing for a dataset that is one table.
std::vector<std::string> inputsOf(const Dataset& dataset)
{
    std::vector<std::string> inputs;
    auto path = dataset.paths.begin();
    for (const auto& table : dataset.tables) {
        const auto end = path + static_cast<std::ptrdiff_t>(table.files);
        inputs.push_back(table.name + "=" +
                         sourceOf({.paths = {path, end}, .schema = table.schema}));
        path = end;
    }
    return inputs;
}

/// The workload's parameters that are not as in `before`, as `--param` takes them.
std::vector<std::string> parametersOf(const Workload& workload, const Workload& before)
{
    std::vector<std::string> parameters;
    for (const auto& parameter : typeOf(workload).parameters) {
        const auto value = parameterOf(workload, parameter.name);
        if (parameter.written) continue;
        if (value != parameterOf(before, parameter.name))
            parameters.push_back(dashed(parameter.name) + "=" + parameterText(value));
    }
    return parameters;
}

/// Collects options and their values.
class CommandLine {
public:
    void add(const std::string& option, const std::string& value)
    {
        text_ += " " + option + " " + shellWord(value);
    }
    void addSwitch(const std::string& option) { text_ += " " + option; }
    template <class List>
    void addList(const std::string& option, const List& values)
    {
        if (!values.empty()) add(option, fmt::format("{}", fmt::join(values, ",")));
    }
    void addNames(const std::string& option, const std::vector<std::string>& names)
    {
        if (!names.empty()) add(option, recordOfNames(names));
    }
    const std::string& text() const { return text_; }

private:
    std::string text_ = "spillway run";
};

void addColumns(CommandLine& line, const Workload& workload)
{
    for (const auto& role : typeOf(workload).roles)
        line.addNames("--" + dashed(role.name), columnsFor(workload, role.name));
}

void addWorkload(CommandLine& line, const Workload& workload, const Workload& before)
{
    addColumns(line, workload);
    for (const auto& parameter : typeOf(workload).parameters)
        if (const auto text = parameterText(parameterOf(workload, parameter.name));
            parameter.written && !text.empty())
            line.add("--" + dashed(parameter.name), text);
    for (const auto& parameter : parametersOf(workload, before))
        line.add("--param", parameter);
}

/// `usual`: what `run` has without these options.
void addMeasuring(CommandLine& line, const Plan& plan, const Plan& usual)
{
    if (plan.untilDecided)
        line.addSwitch("--until-decided");
    else if (plan.repeats != usual.repeats)
        line.add("--repeats", std::to_string(plan.repeats));
    if (plan.warmup != usual.warmup) line.add("--warmup", std::to_string(plan.warmup));
    std::vector<std::string> limits;
    for (const auto& limit : limitsOf(plan))
        limits.push_back(limit ? sizeText(*limit) : "none");
    line.addList("--memory-limit", limits);
    if (plan.timeout != usual.timeout) line.add("--timeout", durationText(plan.timeout));
    if (plan.budget != usual.budget)
        line.add("--budget", plan.budget ? durationText(*plan.budget) : "none");
    if (plan.cache != usual.cache) line.add("--cache", std::string(name(plan.cache)));
    if (plan.seed != usual.seed) line.add("--seed", std::to_string(plan.seed));
    if (plan.address) line.add("--address", *plan.address);
    if (!plan.scratch.empty()) line.add("--scratch", plan.scratch);
    if (plan.maxScratch) line.add("--max-scratch", sizeText(*plan.maxScratch));
}

std::string characterText(char character)
{
    return character == '\0' ? "none" : character == '\t' ? "tab" : std::string(1, character);
}

/// How the data is read, as far as `run` would not guess it.
void addDialect(CommandLine& line, const SchemaHints& hints)
{
    if (hints.delimiter) line.add("--delimiter", characterText(*hints.delimiter));
    if (hints.header) line.add("--header", *hints.header ? "yes" : "no");
    if (hints.quote) line.add("--quote", characterText(*hints.quote));
    if (hints.comment) line.add("--comment", characterText(*hints.comment));
    if (hints.skipRows) line.add("--skip-rows", std::to_string(*hints.skipRows));
    if (hints.decimal) line.add("--decimal", *hints.decimal == ',' ? "comma" : "point");
    if (hints.encoding) line.add("--encoding", std::string(name(*hints.encoding)));
    if (hints.missing) line.add("--missing", recordOfNames(*hints.missing));
    for (const auto& [column, type] : hints.types)
        line.add("--column", fmt::format("{}={}", column, name(type)));
}

/// One command reads all its data in one way.
struct SameReading {
    SchemaHints hints;
    std::vector<std::string> sources; ///< for --data
    std::vector<std::string> inputs;  ///< for --input: tables of one dataset
    bool nothing = false;             ///< no data at all, for work that reads none
};

/// Whether --format makes it of another dataset of the plan.
bool isCopy(const Plan& plan, const Dataset& dataset)
{
    return !dataset.origin.empty() &&
           std::ranges::find(plan.datasets, dataset.origin, &Dataset::fingerprint) !=
               plan.datasets.end();
}

/// The formats that the plan's data come in; empty when none of them is a copy.
std::vector<std::string> formatsOf(const Plan& plan)
{
    std::vector<std::string> formats;
    for (const auto& dataset : plan.datasets) {
        if (isNoData(dataset)) continue;
        const std::string format(name(formatOf(dataset)));
        if (std::ranges::find(formats, format) == formats.end()) formats.push_back(format);
    }
    const bool copied = std::ranges::any_of(
        plan.datasets, [&](const Dataset& dataset) { return isCopy(plan, dataset); });
    return copied ? formats : std::vector<std::string>();
}

std::vector<SameReading> readingsOf(const Plan& plan)
{
    std::vector<SameReading> readings;
    for (const auto& dataset : plan.datasets) {
        if (isCopy(plan, dataset)) continue;
        if (isNoData(dataset)) {
            readings.push_back({.hints = {}, .sources = {}, .inputs = {}, .nothing = true});
            continue;
        }
        if (!dataset.tables.empty()) {
            readings.push_back(
                {.hints = {}, .sources = {}, .inputs = inputsOf(dataset), .nothing = false});
            continue;
        }
        auto hints = neededHints(dataset);
        auto same = std::ranges::find_if(readings, [&](const SameReading& reading) {
            return reading.inputs.empty() && !reading.nothing && reading.hints == hints;
        });
        if (same == readings.end())
            same = readings.insert(
                same, {.hints = std::move(hints), .sources = {}, .inputs = {}, .nothing = false});
        same->sources.push_back(sourceOf(dataset));
    }
    return readings;
}

/// The plan that `--preset` begins with; nothing for a plan that is of none.
std::optional<Plan> presetOf(const Plan& plan)
{
    if (plan.preset.empty()) return std::nullopt;
    // Neither cores nor engines nor limits matter: a command says its own.
    auto made =
        preset(plan.preset, {.usableCores = 1, .memoryLimit = 1 << 30, .readyEngines = {"any"}});
    return made ? std::optional(std::move(*made)) : std::nullopt;
}

/// Whether the workloads are those of the preset, with columns and parameters of their own: then a
/// command need not name them, and one is enough for all.
bool sameKinds(const Plan& plan, const Plan& begun)
{
    return std::ranges::equal(plan.workloads, begun.workloads, {}, &Workload::kind,
                              &Workload::kind);
}

/// The command without its workloads.
CommandLine lineOf(const SameReading& reading, const Plan& usual)
{
    CommandLine line;
    if (!usual.preset.empty()) line.add("--preset", usual.preset);
    for (const auto& source : reading.sources)
        line.add("--data", source);
    for (const auto& input : reading.inputs)
        line.add("--input", input);
    addDialect(line, reading.hints);
    return line;
}

void addChosenCells(CommandLine& line, const Plan& plan, const Plan& usual)
{
    std::vector<std::string> engines;
    for (const auto& engine : plan.engines)
        engines.push_back(engine.profile.empty() ? engine.id : engine.id + ":" + engine.profile);
    line.addNames("--engine", engines);
    if (const auto formats = formatsOf(plan); !formats.empty()) line.addNames("--format", formats);
    line.addList("--workers", plan.workers);
    addMeasuring(line, plan, usual);
}

Workload asRun(const Plan& plan, const Workload& workload)
{
    const auto whole = withParameters(workload, plan.parameters);
    return whole ? *whole : workload;
}

} // namespace

std::string commandLineOf(const Plan& plan)
{
    const auto begun = presetOf(plan);
    const Plan usual = begun.value_or(Plan{});
    std::vector<std::string> lines;
    const auto readings = readingsOf(plan);
    for (const auto& reading : readings) {
        if (begun && sameKinds(plan, *begun)) {
            if (reading.nothing && readings.size() > 1) continue; // in the others' commands
            auto line = lineOf(reading, usual);
            // A preset's own jobs are named by it; each has become another text by being planned.
            for (std::size_t i = 0; presetSuite(plan.preset).empty() && i < plan.workloads.size();
                 ++i)
                addWorkload(line, asRun(plan, plan.workloads[i]), begun->workloads[i]);
            addChosenCells(line, plan, usual);
            lines.push_back(line.text());
            continue;
        }
        for (const auto& workload : plan.workloads) {
            if (typeOf(workload).takesData == reading.nothing) continue;
            auto line = lineOf(reading, usual);
            line.add("--workload", workload.kind);
            addWorkload(line, asRun(plan, workload), Workload{.kind = workload.kind});
            addChosenCells(line, plan, usual);
            lines.push_back(line.text());
        }
    }
    return fmt::format("{}", fmt::join(lines, "\n"));
}

} // namespace spillway
