#pragma once

#include "host/scratch.h"

#include <filesystem>
#include <string>
#include <vector>

namespace spillway::test {

/// Names in a scratch root, and in Spillway's own place in it: of users' files and of runs. The
/// place itself and its mark stay.
inline std::vector<std::string> scratchLeftovers(const std::filesystem::path& root)
{
    std::vector<std::string> names;
    const auto place = scratchPlace(root);
    for (const auto& folder : {root, place}) {
        std::error_code absent;
        for (const auto& entry : std::filesystem::directory_iterator(folder, absent))
            if (entry.path() != place && entry.path().filename() != "made-by-spillway")
                names.push_back(entry.path().filename().string());
    }
    return names;
}

} // namespace spillway::test
