#pragma once

#include "base/progress.h"
#include "data/dataset_manifest.h"

#include <filesystem>
#include <stop_token>
#include <string>

namespace spillway {

/// Whether a manifest's rows, groups and weights apply to the file beside it, which may have been
/// edited where a fingerprint takes no samples.
enum class ManifestStanding {
    Holds,
    Unproven, ///< same samples, another time: copied, touched or edited; only reading all bytes can
              ///< tell
    Refuted   ///< other bytes
};

/// The standing as far as it is known without reading the file: `samples` is its
/// sampledFingerprint(). A manifest of an older version has no hash and applies to a file that is
/// no newer than the manifest, which was written last; for a newer file it is Refuted, since
/// nothing could prove it.
ManifestStanding manifestStanding(const DatasetManifest& manifest, const std::filesystem::path& csv,
                                  const std::string& samples);

/// The standing once all bytes were read: `content` is the file's ContentHash. Never Unproven.
ManifestStanding provenStanding(const DatasetManifest& manifest, const std::filesystem::path& csv,
                                const std::string& samples, const std::string& content);

/// Reads the whole file if necessary. DataUnreadable, or Cancelled.
Result<ManifestStanding> proveManifest(const DatasetManifest& manifest,
                                       const std::filesystem::path& csv, std::stop_token stop,
                                       const ByteProgress& progress = {});

} // namespace spillway
