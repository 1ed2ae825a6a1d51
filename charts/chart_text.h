#pragma once

#include "base/escape.h"

#include <QString>

namespace spillway {

/// Untrusted text made safe for a chart and its files: terminalText().
inline QString chartText(std::string_view text)
{
    return QString::fromStdString(terminalText(text));
}

} // namespace spillway
