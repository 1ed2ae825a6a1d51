#pragma once

#include <string>

namespace spillway {

/// `text` as a POSIX shell reads it back as one word: as it is when nothing in it is special, else
/// in single quotes.
std::string shellWord(const std::string& text);

} // namespace spillway
