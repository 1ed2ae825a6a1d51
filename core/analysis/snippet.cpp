#include "analysis/snippet.h"

#include "base/escape.h"
#include "base/json.h"
#include "data/csv_number.h"
#include "protocol/dataset_json.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <vector>

namespace spillway {
namespace {

/// What readers know beyond version 1's first form of a schema, so that a program needs no copy;
/// comments of most readers also end a row, and words for a missing text are words for all columns.
bool readerKnows(std::string_view engine, std::string_view option)
{
    return engine != "pyspark" && (option == "skip_rows" || option == "decimal");
}

bool needsCopy(std::string_view engine, const Dataset& dataset)
{
    return std::ranges::any_of(dialectOf(dataset.schema), [&](const std::string& option) {
        return !readerKnows(engine, option);
    });
}

const std::map<std::string, std::string>& texts()
{
    static const std::map<std::string, std::string> all{
#include "snippet_texts.inc"
    };
    return all;
}

/// Constants of the program.
class Constants {
public:
    void add(std::string_view constant, const Json& value)
    {
        text += fmt::format("{} = {}\n", constant, pythonLiteral(value));
    }
    std::string text;
};

std::string character(char c)
{
    return c == '\0' ? std::string() : std::string(1, c);
}

/// ASCII letters only.
std::string lowered(std::string text)
{
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

std::string raised(std::string text)
{
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

void addDataset(Constants& constants, const Dataset& dataset)
{
    Json files = Json::array();
    for (const auto& path : dataset.paths)
        files.push_back(path.string());
    Json columns = Json::array();
    for (const auto& column : dataset.schema.columns)
        columns.push_back(column.name);
    const auto& format = dataset.schema.format;
    constants.add("FILES", files);
    constants.add("COLUMNS", columns);
    constants.add("DELIMITER", Json(character(format.delimiter)));
    constants.add("QUOTE", Json(character(format.quote)));
    constants.add("HEADER", Json(format.header));
    constants.add("SKIP_ROWS", Json(format.skipRows));
    constants.add("DECIMAL", Json(character(format.decimal)));
}

/// Words for a missing value: of numbers, and of the one text column that is read. For a copy,
/// which compares them in lower case, in that; else as readers compare them.
void addMissing(Constants& constants, const CsvFormat& format, bool dropsRows, bool copy)
{
    std::vector<std::string> words{""};
    for (const auto& word : format.missing ? *format.missing : standardMissingWords()) {
        words.push_back(lowered(word));
        if (!copy) words.insert(words.end(), {word, raised(word)});
    }
    std::ranges::sort(words);
    words.erase(std::unique(words.begin(), words.end()), words.end());
    constants.add("MISSING", Json(words));
    const bool text = dropsRows || format.missing;
    constants.add("TEXT_MISSING", text ? Json(words) : Json::array());
}

void addCopy(Constants& constants, const Dataset& dataset, const std::vector<std::string>& needed,
             bool dropsRows)
{
    const auto& format = dataset.schema.format;
    constants.add("COMMENT", Json(character(format.comment)));
    constants.add("ENCODING", Json(name(format.encoding)));
    constants.add("NEEDED", Json(needed));
    constants.add("DROPS_ROWS", Json(dropsRows));
}

void addWorkload(Constants& constants, const Workload& workload)
{
    const Json values = toJson(workload);
    const auto& type = typeOf(workload);
    for (const auto& role : type.roles)
        constants.add(raised(role.name), values[role.name]);
    for (const auto& parameter : type.parameters)
        constants.add(raised(parameter.name), values[parameter.name]);
}

/// "# DuckDB 1.4.1, 4 workers: 6.2 s, 80.0 MB peak, as Spillway measured it."
std::string headLine(const RunRecord& run, const std::string& name)
{
    const bool plain = std::ranges::all_of(run.engineVersion, [](unsigned char c) {
        return std::isalnum(c) || c == '.' || c == '+' || c == '-';
    });
    const std::string version = plain && !run.engineVersion.empty() ? " " + run.engineVersion : "";
    const std::string peak = run.peakBytes ? ", " + formatBytes(*run.peakBytes) + " peak" : "";
    return fmt::format("# {}{}, {} {}: {:.3g} s{}, as Spillway measured it.\n", terminalText(name),
                       version, run.cell.workers, run.cell.workers == 1 ? "worker" : "workers",
                       run.seconds.value_or(0), peak);
}

/// Nothing where there is none.
const ExampleProgram* programFor(const WorkloadType& type, std::string_view engine,
                                 std::string_view profile)
{
    const auto program = std::ranges::find_if(type.programs, [&](const ExampleProgram& candidate) {
        return candidate.engine == engine &&
               (candidate.profile.empty() || candidate.profile == profile);
    });
    return program == type.programs.end() ? nullptr : &*program;
}

bool isCode(std::string_view line)
{
    const auto first = line.find_first_not_of(" \t");
    if (first == std::string_view::npos) return false;
    const auto text = line.substr(first);
    return !text.starts_with('#') && !text.starts_with("\"\"\"");
}

int linesOfCode(std::string_view text)
{
    int lines = 0;
    while (!text.empty()) {
        const auto end = text.find('\n');
        lines += isCode(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

} // namespace

std::optional<int> programLines(const Workload& workload, std::string_view engine,
                                std::string_view profile)
{
    const auto* program = programFor(typeOf(workload), engine, profile);
    if (!program) return std::nullopt;
    int lines = 0;
    for (const auto& part : program->parts)
        lines += linesOfCode(texts().at(part));
    return lines;
}

Snippet pythonSnippet(const RunRecord& run, const Dataset& dataset, const std::string& name)
{
    const auto& type = typeOf(run.workload);
    const auto* program = programFor(type, run.cell.engine, run.cell.profile);
    if (!program)
        return {{}, fmt::format("There is no Python program for {}.", terminalText(name))};
    if (!run.cell.address.empty())
        return {{}, "There is no Python program for a run on an existing cluster."};
    if (formatOf(dataset) != FileFormat::Csv)
        return {{}, fmt::format("There is no Python program for {} here.", terminalText(name))};
    const bool copy = needsCopy(run.cell.engine, dataset);
    Constants constants{headLine(run, name)};
    addDataset(constants, dataset);
    addMissing(constants, dataset.schema.format, type.dropsIncompleteRows, copy);
    addWorkload(constants, run.workload);
    if (copy) addCopy(constants, dataset, columnsOf(run.workload), type.dropsIncompleteRows);
    constants.add("PROFILE", Json(run.cell.profile));
    constants.add("WORKERS", Json(run.cell.workers));
    constants.add("SETTINGS", Json(run.settings));
    auto parts = program->parts;
    if (copy) parts.insert(parts.begin(), "plain_copy");
    auto text = std::move(constants.text);
    for (const auto& part : parts)
        text += (&part == &parts.front() ? "\n" : "\n\n") + texts().at(part);
    return {std::move(text), {}};
}

Snippet leaderSnippet(const Recommendation& recommendation, const std::vector<RunRecord>& records,
                      const std::vector<Dataset>& datasets)
{
    if (!recommendation.leader) return {};
    const auto& cell = recommendation.leader->cell;
    const auto dataset = std::ranges::find_if(datasets, [&](const Dataset& one) {
        return originOf(one) == cell.dataset && formatOf(one) == cell.format;
    });
    const auto run = std::find_if(records.rbegin(), records.rend(), [&](const RunRecord& record) {
        return record.cell == cell && record.status == RunStatus::Ok && !record.warmup &&
               !record.excluded;
    });
    if (dataset == datasets.end())
        return {{}, "There is no Python program: the dataset was removed from the session."};
    if (run == records.rend()) return {};
    return pythonSnippet(*run, *dataset, recommendation.leader->name);
}

} // namespace spillway
