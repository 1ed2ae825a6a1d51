#pragma once

#include <QString>
#include <QStringList>

#include <filesystem>
#include <vector>

namespace spillway {

/// One page of the manual, as the table of contents lists it.
struct ManualEntry {
    QString page;  ///< "verdict"
    QString title; ///< "Reading the verdict"
    QString text;  ///< all its words, for searching
};

/// The pages in reading order: what index.md in `folder` links to, itself first. Empty when there
/// is no manual.
std::vector<ManualEntry> manualEntries(const std::filesystem::path& folder);

/// Whether every one of `words` occurs on the page, ignoring case.
bool mentions(const ManualEntry& entry, const QStringList& words);

} // namespace spillway
