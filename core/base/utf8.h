#pragma once

#include <string_view>

namespace spillway {

/// Whether a text is well-formed UTF-8 (Unicode, table 3-7): no overlong form, no surrogate.
bool isUtf8(std::string_view text);

} // namespace spillway
