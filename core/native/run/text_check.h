#pragma once

#include "data/dataset.h"

#include <span>
#include <string>

namespace spillway {

/// Keys and classes travel as UTF-8. DataUnreadable with the first of `texts` that is none, where
/// its bytes first stand in the data, and how to say what they are: replaced by other characters
/// they would be other groups than the file's.
Result<void> checkTexts(const Dataset& dataset, std::span<const std::string> texts);

} // namespace spillway
