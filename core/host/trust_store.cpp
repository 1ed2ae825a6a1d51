#include "host/trust_store.h"

#include "base/files.h"
#include "base/json.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <system_error>

namespace spillway {

std::string contentHash(std::string_view content)
{
    const auto hash = XXH3_128bits(content.data(), content.size());
    return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

Result<TrustStore> TrustStore::read(const std::filesystem::path& directory)
{
    TrustStore store;
    const auto path = directory / trustFileName;
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) return store;
    const auto text = readFile(path, Bytes(1) << 20);
    if (!text) return text.error();
    const auto json = parseJson(*text, 4);
    if (!json) return json.error();
    const auto hashes = field<std::map<std::string, std::string>>(*json, "hashes");
    if (!hashes) return hashes.error();
    store.hashes_ = *hashes;
    return store;
}

Result<void> TrustStore::write(const std::filesystem::path& directory) const
{
    return writeFileAtomically(directory / trustFileName,
                               Json{{"version", 1}, {"hashes", hashes_}}.dump(2) + '\n', 0600);
}

bool TrustStore::trusts(const std::string& id, std::string_view manifest) const
{
    const auto found = hashes_.find(id);
    return found != hashes_.end() && found->second == contentHash(manifest);
}

void TrustStore::add(const std::string& id, std::string_view manifest)
{
    hashes_[id] = contentHash(manifest);
}

} // namespace spillway
