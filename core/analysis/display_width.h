#pragma once

#include <string>
#include <string_view>

namespace spillway {

/// Columns that UTF-8 text takes on a terminal: combining marks none, control characters one (that
/// of fitted()'s replacement), East Asian wide characters and emoji two. Independent of the locale;
/// ranges from Unicode's East Asian Width, coarsened to blocks.
int displayWidth(std::string_view text);

/// terminalText() of `text`, cut to `width` columns, the last one an ellipsis when something was
/// cut.
std::string fitted(std::string_view text, int width);

} // namespace spillway
