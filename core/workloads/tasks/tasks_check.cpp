#include "workloads/tasks/tasks_check.h"

#include "workloads/tasks/tasks_oracle.h"

#include <fmt/format.h>

#include <algorithm>

namespace spillway::tasks {
namespace {

/// The column of this name and type; null when there is none.
template <class T>
const std::vector<T>* columnOf(const ResultTable& table, std::string_view name)
{
    const auto found = std::ranges::find(table.columns, name, &ResultColumn::name);
    return found == table.columns.end() ? nullptr : std::get_if<std::vector<T>>(&found->values);
}

/// The number of a part's tasks and their checksum, against what it has to give.
std::optional<Error> partDisagreement(const Part& part, std::int64_t tasks,
                                      const std::string& checksum)
{
    if (tasks != part.tasks)
        return wrongResult(
            fmt::format("{} tasks of \"{}\", expected {}", tasks, part.name, part.tasks));
    if (const auto expected = fmt::format("{:016x}", part.checksum); checksum != expected)
        return wrongResult(fmt::format("the answers of \"{}\" have the checksum {}, expected {}",
                                       part.name, shownKey(checksum), expected));
    return std::nullopt;
}

std::optional<Error> tasksDisagreement(const ResultTable& table, const std::vector<Part>& expected)
{
    const auto* names = columnOf<std::string>(table, "part");
    const auto* tasks = columnOf<std::int64_t>(table, "tasks");
    const auto* sums = columnOf<std::string>(table, "checksum");
    if (!names || !tasks || !sums)
        return wrongResult("the result has no table of part, tasks and checksum");
    for (const auto& name : *names)
        if (std::ranges::count(*names, name) > 1 ||
            std::ranges::find(expected, name, &Part::name) == expected.end())
            return wrongResult(fmt::format("there is no part \"{}\", or twice", shownKey(name)));
    for (const Part& part : expected) {
        const auto found = std::ranges::find(*names, part.name);
        if (found == names->end()) {
            if (part.name == actorsPart) continue;
            return wrongResult(fmt::format("the part \"{}\" is missing", part.name));
        }
        const auto row = static_cast<std::size_t>(found - names->begin());
        if (auto wrong = partDisagreement(part, (*tasks)[row], (*sums)[row])) return wrong;
    }
    return std::nullopt;
}

class TasksChecker : public ResultChecker {
public:
    std::optional<Workload> pass(const Workload&) const override { return std::nullopt; }
    CheckOutcome check(const CheckInput& input) const override
    {
        const auto size = parameterOf(input.workload, "size");
        return {.wrong = tasksDisagreement(input.table,
                                           partsOf(std::get<std::string>(size), input.seed)),
                .flags = {}};
    }
};

} // namespace

const ResultChecker& tasksChecker()
{
    static const TasksChecker checker;
    return checker;
}

} // namespace spillway::tasks
