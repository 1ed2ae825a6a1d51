#include "base/files.h"
#include "session/session_store.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>

namespace spillway {

namespace fs = std::filesystem;

fs::path sessionDirectory()
{
    return stateDirectory() / "sessions";
}

Result<SessionStore> createSessionIn(const fs::path& directory)
{
    const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    const auto stem = fmt::format("{:%Y-%m-%dT%H%M%SZ}", fmt::gmtime(now));
    for (int i = 1;; ++i) {
        const auto name = i == 1 ? stem : fmt::format("{}-{}", stem, i);
        auto created = SessionStore::create(directory / (name + ".spillway"));
        if (created || created.error().code != ErrorCode::AlreadyExists) return created;
    }
}

} // namespace spillway
