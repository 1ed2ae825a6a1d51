#pragma once

#include "base/error.h"

#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// The names in `record`, which is one record of CSV: separated by commas; one that holds a comma
/// or a double quote is put in double quotes, in which a double quote is doubled. Nothing is
/// trimmed, and nothing is dropped except an empty record. InvalidArgument when quotes do not close
/// or end within a name.
Result<std::vector<std::string>> namesOfRecord(std::string_view record);

/// The record that namesOfRecord() reads back as `names`.
std::string recordOfNames(const std::vector<std::string>& names);

/// "A", "A and B", "A, B and C": for a sentence.
std::string listed(const std::vector<std::string>& names);

} // namespace spillway
