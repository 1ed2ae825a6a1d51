#pragma once

#include "base/error.h"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace spillway {

inline constexpr const char* trustFileName = "trusted.json";

/// XXH3-128 as 32 hexadecimal digits.
std::string contentHash(std::string_view content);

/// Which of the user's manifests were confirmed: engine id → XXH3-128 of the file. The hash detects
/// any change; it is no defence against someone who can write to this directory, since they can
/// write the hash as well.
class TrustStore {
public:
    /// Empty when there is no file yet; Corrupt or Protocol when the file is invalid.
    static Result<TrustStore> read(const std::filesystem::path& directory);
    Result<void> write(const std::filesystem::path& directory) const;

    bool trusts(const std::string& id, std::string_view manifest) const;
    void add(const std::string& id, std::string_view manifest);

private:
    std::map<std::string, std::string> hashes_;
};

} // namespace spillway
