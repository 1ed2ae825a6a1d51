// The fingerprint is the hash that fingerprint.h describes, computed here in the plainest way; and
// a change of any byte of a small file changes it.

#include "memory_file.h"

#include "data/fingerprint.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <memory>

using namespace spillway;

namespace {

/// For files of at most 4 MiB, which are hashed whole.
std::string plainly(const std::vector<std::string>& files)
{
    std::string all;
    for (const auto& file : files) {
        for (int byte = 0; byte < 8; ++byte)
            all += static_cast<char>(file.size() >> (8 * byte));
        all += file;
    }
    const XXH128_hash_t hash = XXH3_128bits(all.data(), all.size());
    return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

std::string sampled(const std::vector<std::string>& contents)
{
    std::vector<std::unique_ptr<fuzz::MemoryFile>> files;
    std::vector<std::filesystem::path> paths;
    for (const auto& content : contents) {
        files.push_back(std::make_unique<fuzz::MemoryFile>(
            fuzz::Input(reinterpret_cast<const std::uint8_t*>(content.data()), content.size())));
        paths.push_back(files.back()->path());
    }
    const auto hash = sampledFingerprint(paths);
    fuzz::require(hash.has_value());
    return *hash;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 2) return 0;
    const std::size_t split = std::min<std::size_t>(data[0], size - 1);
    const std::string rest = fuzz::text({data + 1, size - 1});
    std::vector<std::string> files{rest.substr(0, split), rest.substr(split)};
    const std::string before = sampled(files);
    fuzz::require(before == plainly(files));
    if (files[1].empty()) return 0;
    files[1][data[0] % files[1].size()] ^= 1;
    fuzz::require(sampled(files) != before);
    return 0;
}
