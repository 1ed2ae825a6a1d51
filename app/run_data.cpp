#include "app/run_data.h"

#include "app/terminal.h"
#include "data/table_set.h"
#include "workloads/fill_columns.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace spillway {
namespace {

/// Guesses are printed with the option that overrides them.
Result<OpenedDataset> addDataset(const std::string& source, const SchemaHints& hints,
                                 const ParquetReader& parquet, Plan& plan)
{
    auto opened = openDataset(source, hints, parquet);
    if (!opened) return opened;
    for (const auto& note : opened->guess.notes)
        toStderr("{}: {}\n", opened->dataset.name, note);
    if (opened->guess.fault) return *opened->guess.fault; // it would stop every run
    plan.datasets.push_back(opened->dataset);
    return opened;
}

/// The named tables, as one dataset.
Result<OpenedDataset> addTables(const std::vector<std::string>& inputs, const SchemaHints& hints,
                                const ParquetReader& parquet, Plan& plan)
{
    std::vector<NamedTable> tables;
    OpenedDataset first;
    for (const auto& input : inputs) {
        const auto equals = input.find('=');
        if (equals == std::string::npos || equals == 0)
            return invalidArgument(fmt::format("--input takes NAME=PATH, not \"{}\".", input),
                                   "For instance --input orders=orders.csv.");
        auto opened = openDataset(input.substr(equals + 1), hints, parquet);
        if (!opened) return opened;
        for (const auto& note : opened->guess.notes)
            toStderr("{}: {}\n", input.substr(0, equals), note);
        if (opened->guess.fault) return *opened->guess.fault;
        tables.emplace_back(input.substr(0, equals), opened->dataset);
        if (tables.size() == 1) first = std::move(*opened);
    }
    auto all = tableSet(tables);
    if (!all) return all.error();
    plan.datasets.push_back(*all);
    first.dataset = std::move(*all);
    return first;
}

/// "--group-by and --values"
std::string columnOptions(const WorkloadType& type)
{
    std::vector<std::string> options;
    for (const auto& role : type.roles)
        options.push_back("--" + dashed(role.name));
    return fmt::format("{}", fmt::join(options, " and "));
}

/// Fills in the columns that a workload leaves open; every dataset of a plan has to have them.
Result<void> chooseColumns(const RunArguments& arguments, const OpenedDataset& first,
                           Workload& workload)
{
    const auto& type = typeOf(workload);
    if (type.roles.empty()) return {};
    bool open = false;
    for (const auto& role : type.roles) {
        const auto given = arguments.columns.find(role.name);
        if (given != arguments.columns.end() && !given->second.empty())
            workload.columns[role.name] = given->second;
        else
            open = true;
    }
    const auto choice = fillColumns(workload, first);
    if (!choice) return choice.error();
    toStderr("Columns: {}{}\n", choice->reason,
             open ? fmt::format("; {} say others", columnOptions(type)) : std::string());
    return {};
}

} // namespace

Result<void> addData(const RunArguments& arguments, const std::vector<std::string>& sources,
                     const std::vector<std::string>& inputs, const ParquetReader& parquet,
                     Plan& plan)
{
    const auto hints = hintsFrom(arguments.dialect);
    if (!hints) return hints.error();
    for (std::size_t i = 0; i < sources.size() + (inputs.empty() ? 0 : 1); ++i) {
        const auto opened = i < sources.size() ? addDataset(sources[i], *hints, parquet, plan)
                                               : addTables(inputs, *hints, parquet, plan);
        if (!opened) return opened.error();
        if (i > 0) continue;
        for (auto& workload : plan.workloads)
            if (auto chosen = chooseColumns(arguments, *opened, workload); !chosen) return chosen;
    }
    return {};
}

} // namespace spillway
