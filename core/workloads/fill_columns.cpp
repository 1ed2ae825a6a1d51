#include "workloads/fill_columns.h"

#include "workloads/workload_type.h"

namespace spillway {

Result<ColumnChoice> fillColumns(Workload& workload, const OpenedDataset& opened)
{
    const auto& roles = typeOf(workload).roles;
    if (roles.empty()) return ColumnChoice();
    std::string key;
    std::vector<std::string> values;
    for (const auto& role : roles) {
        auto columns = columnsFor(workload, role.name);
        if (role.many)
            values = std::move(columns);
        else if (!columns.empty())
            key = std::move(columns.front());
    }
    auto choice = chooseColumns(opened, key, values);
    if (!choice) return choice;
    for (const auto& role : roles)
        workload.columns[role.name] = role.many ? choice->values : std::vector{choice->key};
    return choice;
}

} // namespace spillway
