#pragma once

#include "data/dataset.h"

#include <string>
#include <utility>
#include <vector>

namespace spillway {

/// Most tables of one dataset.
inline constexpr std::size_t maxTables = 100;

/// A table as its user named it, with the dataset that it was opened as.
using NamedTable = std::pair<std::string, Dataset>;

/// One dataset of several tables: its name is theirs (of the first three), its fingerprint covers
/// all files, the names and how each is read. InvalidArgument for a name that cannot stand in a
/// query, two tables of one name, more than maxTables; DataUnreadable.
Result<Dataset> tableSet(const std::vector<NamedTable>& tables);

/// Whether the tables of a dataset that was read from a plan or a session are sound: names, and as
/// many files as the dataset has. Protocol error.
Result<void> checkTables(const Dataset& dataset);

/// Whether `name` can stand for a table: at most 60 letters, digits and _, no digit first.
bool isTableName(std::string_view name);

} // namespace spillway
