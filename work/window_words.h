#pragma once

#include "base/error.h"

#include <QString>

#include <string_view>

namespace spillway {

/// A message of the core with the terminal's options replaced by the window's fields: "--delimiter"
/// becomes the field "Delimiter". Every message that may name an option is shown through this.
QString windowWords(std::string_view message);
/// The same for an error with its remedy.
QString windowWords(const Error& error);

} // namespace spillway
