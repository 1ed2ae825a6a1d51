#pragma once

#include "base/error.h"

#include <filesystem>
#include <string>
#include <vector>

namespace spillway {

/// What a session holds, as a list of sessions tells it.
struct SessionBrief {
    std::filesystem::path path;
    std::string name;  ///< the user's own; empty: none
    std::string tags;  ///< words, separated by spaces
    std::string began; ///< of its first run, else of its first plan: UTC, ISO 8601; empty: neither
    std::vector<std::string> datasets; ///< names, in the order in which they were added
    int engines = 0;                   ///< that have run, profiles of one as several
    int runs = 0;                      ///< without warm-ups

    bool operator==(const SessionBrief&) const = default;
};

/// Without reading the runs themselves. Errors as of SessionStore::openReadOnly.
Result<SessionBrief> readSessionBrief(const std::filesystem::path& path);

/// Whether createSessionIn() has named the file, and not a user.
bool isNamedByTime(const std::filesystem::path& path);

} // namespace spillway
