#pragma once

#include "data/dataset.h"

#include <string>
#include <string_view>

namespace spillway {

/// Position of the first byte of `text` that is not well-formed UTF-8 (Unicode 15, table 3-7);
/// text.size() when all is.
std::size_t firstBadUtf8(std::string_view text);

/// Whether every byte is below 0x80: the same text in every encoding.
bool isAscii(std::string_view text);

/// `text` in UTF-8. UTF-8 input is unchanged. The five bytes that windows-1252 leaves undefined
/// become the control characters of the same number, as in web browsers.
std::string toUtf8(std::string_view text, TextEncoding encoding);

} // namespace spillway
