#pragma once

#include "base/error.h"

#include <QString>

#include <string_view>

namespace spillway {

/// A message of the core, which names the terminal's options, with the window's fields in their
/// place: "--delimiter" is the field "Delimiter". Every message that may hold one is shown through
/// this.
QString windowWords(std::string_view message);
/// The same of an error with its remedy.
QString windowWords(const Error& error);

} // namespace spillway
