#pragma once

#include "base/escape.h"

#include <QString>

namespace spillway {

/// Text from outside as a chart and the files made of it can hold it: terminalText().
inline QString chartText(std::string_view text)
{
    return QString::fromStdString(terminalText(text));
}

} // namespace spillway
