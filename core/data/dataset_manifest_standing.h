#pragma once

#include "base/progress.h"
#include "data/dataset_manifest.h"

#include <filesystem>
#include <stop_token>
#include <string>

namespace spillway {

/// Whether what a manifest says of rows, groups and weights is true of the file beside it, which
/// may have been edited where the samples of a fingerprint do not look.
enum class ManifestStanding {
    Holds,
    Unproven, ///< same samples, another time: copied, touched or edited; only all bytes tell
    Refuted   ///< other bytes
};

/// What can be told without reading the file: `samples` is its sampledFingerprint(). A manifest of
/// an older version has no hash and is believed of a file that is no newer than the manifest, which
/// was written last; of a newer one it is Refuted, since nothing could prove it.
ManifestStanding manifestStanding(const DatasetManifest& manifest, const std::filesystem::path& csv,
                                  const std::string& samples);

/// What remains when all bytes were read: `content` is the file's ContentHash. Never Unproven.
ManifestStanding provenStanding(const DatasetManifest& manifest, const std::filesystem::path& csv,
                                const std::string& samples, const std::string& content);

/// Reads the file whole where nothing less tells. DataUnreadable, or Cancelled.
Result<ManifestStanding> proveManifest(const DatasetManifest& manifest,
                                       const std::filesystem::path& csv, std::stop_token stop,
                                       const ByteProgress& progress = {});

} // namespace spillway
