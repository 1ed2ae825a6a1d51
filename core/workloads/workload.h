#pragma once

#include "base/error.h"
#include "base/json_fwd.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace spillway {

/// A flag, an integer, a number, or one of a list of choices.
using ParameterValue = std::variant<bool, std::int64_t, double, std::string>;

/// What an engine is asked to compute: a workload kind, the columns that it reads by their roles,
/// and its parameters. A plain value; the WorkloadType of its kind (workloads/workload_type.h)
/// defines what it may hold, and each kind has its own struct that converts from and to it
/// (workloads/<kind>/).
struct Workload {
    std::string kind; ///< id of a WorkloadType, as on the command line and in records
    /// By role name. A role that takes one column has a list of one; an open role is absent.
    std::map<std::string, std::vector<std::string>> columns;
    /// By name, only those that differ from their defaults, so that equal workloads compare equal.
    std::map<std::string, ParameterValue> parameters;

    bool operator==(const Workload&) const = default;
};

/// Columns of a role; empty when it is open.
std::vector<std::string> columnsFor(const Workload& workload, std::string_view role);
/// All columns that it reads, in the order of its kind's roles.
std::vector<std::string> columnsOf(const Workload& workload);
/// Value of a parameter: as set, else the default. An empty text for a name that the kind does not
/// have.
ParameterValue parameterOf(const Workload& workload, std::string_view name);

/// Says what is wrong with it: an unknown kind, role or parameter, a role without a column, a
/// column named twice, a value out of range.
Result<void> validate(const Workload& workload);

/// `--param NAME=VALUE`; dashes stand for the underscores of a name. InvalidArgument with the names
/// and ranges that are allowed.
Result<void> setParameter(Workload& workload, std::string_view name, std::string_view value);

/// One object: "kind", then every role and every parameter by its name, defaults too:
///     {"kind": "etl", "group_by": "category", "values": ["x"], "materialise": "streamed"}
/// A role that is left open is an empty text, or an empty list where it takes many columns.
Json toJson(const Workload& workload);
/// What makes it this work and no other, as one line: the kind, and of columns and parameters only
/// what is set and not at its default. So a new parameter with a default changes no identity; a job
/// that was made of another text counts, not the text; and what the work is called does not.
std::string identityOf(const Workload& workload);
/// The same of a workload that toJson() wrote, on one line, whatever its version had; the text
/// itself when it is none.
std::string identityOf(std::string_view line);
/// Protocol error for an unknown kind or a field of another type, InvalidArgument for a parameter
/// out of its range; absent fields are left open or at their defaults.
Result<Workload> workloadFromJson(const Json& json);

} // namespace spillway
