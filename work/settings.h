#pragma once

#include "base/units.h"
#include "protocol/run_record.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <filesystem>
#include <functional>
#include <map>
#include <vector>

class QSettings;

namespace spillway {

/// HighContrast: on light or dark ground, as the desktop prefers.
enum class Appearance { System, Light, Dark, HighContrast };

/// Splitters that the user has moved, by name.
using SplitterStates = std::map<QString, QByteArray>;

/// What a new plan starts with.
struct MeasurementDefaults {
    int repeats = 6;
    int warmup = 1;
    Seconds timeout{600};
    double memoryShare = 0.75; ///< of the RAM, see defaultMemoryLimit(); 0: no limit
    CacheState cache = CacheState::Warm;

    bool operator==(const MeasurementDefaults&) const = default;
};

/// Everything the window remembers between two launches. A plain value: only the program that opens
/// the window reads and stores it.
struct Settings {
    Appearance appearance = Appearance::System;
    std::filesystem::path dataFolder;    ///< where generated files go by default
    std::filesystem::path sessionFolder; ///< where sessions without a name go
    std::filesystem::path scratchFolder; ///< on a real disk; empty: the cache directory
    MeasurementDefaults measurement;
    std::vector<std::filesystem::path> recentSessions; ///< newest first
    QStringList recentJobs; ///< texts of jobs of the user's own, newest first
    QByteArray geometry;    ///< of the window; empty: default size
    SplitterStates splitters;
    bool welcomed = false; ///< one of the three welcome cards has been used

    bool operator==(const Settings&) const = default;
};

/// Folders below the XDG directories, everything else as initialised above.
Settings defaultSettings();
Settings loadSettings(QSettings& source);
void storeSettings(const Settings& settings, QSettings& target);

/// `recent` with `path` in front, once, at most ten.
std::vector<std::filesystem::path> withRecent(std::vector<std::filesystem::path> recent,
                                              const std::filesystem::path& path);

using SettingsWriter = std::function<void(const Settings&)>;

} // namespace spillway
