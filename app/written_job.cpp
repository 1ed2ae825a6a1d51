#include "app/written_job.h"

#include "app/run_data.h"
#include "base/files.h"
#include "base/json.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <system_error>

namespace spillway {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longestPath = 4096;

/// The text itself, or what is in the file of that name.
Result<WrittenText> textOf(const std::string& parameter, const std::string& given)
{
    std::error_code none; // then it is no file
    if (given.size() <= longestPath && fs::is_regular_file(given, none)) {
        auto text = readFile(given, Bytes(Parameter::longestText));
        if (!text) return text.error();
        return WrittenText{.parameter = parameter, .text = std::move(*text), .file = given};
    }
    // One word that looks like a path: a misspelt name of a file.
    if (given.find_first_of(" \n{") == std::string::npos &&
        given.find_first_of("./") != std::string::npos)
        return invalidArgument(
            fmt::format("--{}: there is no file \"{}\".", dashed(parameter), given),
            "Check the path, or give the text itself in quotes.");
    return WrittenText{.parameter = parameter, .text = given, .file = {}};
}

/// NAME=PATH of each table that a job names with its path, which is relative to the job's file.
std::vector<std::string> inputsOf(const WrittenText& written)
{
    std::vector<std::string> inputs;
    const auto json = parseJson(written.text);
    if (!json) return inputs; // no JSON, or the reader says what is wrong
    const Json named = fieldOr(*json, "inputs", Json::object());
    for (const auto& [table, input] : named.items())
        if (const auto path = fieldOr(input, "path", std::string()); !path.empty())
            inputs.push_back(table + "=" + (written.file.parent_path() / path).string());
    return inputs;
}

} // namespace

Result<std::vector<WrittenText>> writtenTexts(const RunArguments& arguments)
{
    std::vector<WrittenText> texts;
    for (const auto& [parameter, given] : arguments.texts) {
        if (given.empty()) continue;
        auto text = textOf(parameter, given);
        if (!text) return text.error();
        texts.push_back(std::move(*text));
    }
    return texts;
}

Result<void> addTexts(const std::vector<WrittenText>& texts, Workload& workload)
{
    for (const auto& written : texts) {
        if (!typeOf(workload).findParameter(written.parameter))
            return invalidArgument(
                fmt::format("{} takes no --{}.", workload.kind, dashed(written.parameter)));
        if (auto set = setParameter(workload, written.parameter, written.text); !set) return set;
        if (written.file.empty()) continue;
        // A name that no label can be is left out: the text tells the work apart as well.
        (void)setLabel(workload, written.file.stem().string());
    }
    return {};
}

std::vector<std::string> inputsFor(const RunArguments& arguments,
                                   const std::vector<WrittenText>& texts)
{
    auto inputs = arguments.inputs;
    if (!inputs.empty() || !arguments.data.empty()) return inputs;
    for (const auto& written : texts)
        for (auto& input : inputsOf(written))
            inputs.push_back(std::move(input));
    return inputs;
}

std::string kindOf(const RunArguments& arguments)
{
    if (!arguments.workload.empty()) return arguments.workload;
    for (const auto* type : workloadTypes())
        for (const auto& parameter : type->parameters) {
            const auto given = arguments.texts.find(parameter.name);
            if (parameter.written && given != arguments.texts.end() && !given->second.empty())
                return type->id;
        }
    return {};
}

Result<Workload> workloadOf(const std::string& kind)
{
    if (findWorkloadType(kind)) return Workload{.kind = kind};
    std::vector<std::string> choices;
    for (const auto* type : workloadTypes())
        choices.push_back(type->id);
    return invalidArgument(kind.empty() ? "Say what to run."
                                        : fmt::format("There is no workload \"{}\".", kind),
                           fmt::format("Use --workload with one of {}.", fmt::join(choices, ", ")));
}

Result<WrittenJob> writtenJob(const RunArguments& arguments, const ParquetReader& parquet)
{
    const auto texts = writtenTexts(arguments);
    if (!texts) return texts.error();
    auto workload = workloadOf(kindOf(arguments));
    if (!workload) return workload.error();
    if (auto added = addTexts(*texts, *workload); !added) return added.error();
    Plan plan;
    const auto inputs = inputsFor(arguments, *texts);
    if (auto added = addData(arguments, arguments.data, inputs, parquet, plan); !added)
        return added.error();
    if (plan.datasets.empty())
        return invalidArgument("The job names no data.",
                               "Give --data PATH, or --input NAME=PATH for each table.");
    return WrittenJob{std::move(*workload), std::move(plan.datasets.front())};
}

} // namespace spillway
