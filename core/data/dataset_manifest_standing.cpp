#include "data/dataset_manifest_standing.h"

#include "data/file_stamp.h"
#include "data/fingerprint.h"

#include <utility>

namespace spillway {
namespace {

/// Of a manifest without a hash.
ManifestStanding standingByTime(const std::filesystem::path& csv)
{
    const auto file = stampOf(csv);
    const auto manifest = stampOf(datasetManifestPath(csv));
    const bool older =
        file && manifest && file->modifiedNanoseconds <= manifest->modifiedNanoseconds;
    return older ? ManifestStanding::Holds : ManifestStanding::Refuted;
}

} // namespace

ManifestStanding manifestStanding(const DatasetManifest& manifest, const std::filesystem::path& csv,
                                  const std::string& samples)
{
    if (samples != manifest.fingerprint) return ManifestStanding::Refuted;
    if (manifest.contentHash.empty()) return standingByTime(csv);
    const auto stamp = stampOf(csv);
    const bool untouched = stamp && stamp->modifiedNanoseconds == manifest.modifiedNanoseconds;
    return untouched ? ManifestStanding::Holds : ManifestStanding::Unproven;
}

ManifestStanding provenStanding(const DatasetManifest& manifest, const std::filesystem::path& csv,
                                const std::string& samples, const std::string& content)
{
    if (manifest.contentHash.empty()) return manifestStanding(manifest, csv, samples);
    return content == manifest.contentHash ? ManifestStanding::Holds : ManifestStanding::Refuted;
}

Result<ManifestStanding> proveManifest(const DatasetManifest& manifest,
                                       const std::filesystem::path& csv, std::stop_token stop,
                                       const ByteProgress& progress)
{
    const auto samples = sampledFingerprint({csv});
    if (!samples) return samples.error();
    const auto standing = manifestStanding(manifest, csv, *samples);
    if (standing != ManifestStanding::Unproven) return standing;
    const auto full = fullFingerprint({csv}, std::move(stop), progress);
    if (!full) return full.error();
    return provenStanding(manifest, csv, *samples, full->content);
}

} // namespace spillway
