#pragma once

#include "base/files.h"
#include "base/json.h"

#include <QtTest>

namespace spillway {

/// What SciPy found for the numbers of `topic`; known_answers.py says how.
inline Json knownAnswers(const char* topic)
{
    const auto text =
        readFile(SPILLWAY_SOURCE_DIR "/tests/core/analysis/known_answers.json", Bytes(1) << 20);
    const auto json = text ? parseJson(*text) : Result<Json>(text.error());
    if (!json) qFatal("%s", json.error().message.c_str());
    return (*json)[topic];
}

/// Agreement to `digits` of the larger one.
inline bool agree(double found, const Json& expected, double tolerance = 1e-6)
{
    const auto value = expected.get<double>();
    return std::abs(found - value) <= tolerance * std::max(std::abs(found), std::abs(value));
}

} // namespace spillway
