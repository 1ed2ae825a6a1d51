#include "session/session_mark.h"

#include "base/files.h"
#include "session/session_store.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace spillway {

bool isSession(const std::filesystem::path& path)
{
    // https://www.sqlite.org/fileformat.html: the file's first bytes, and the application's id,
    // big-endian.
    constexpr std::string_view magic("SQLite format 3\0", 16);
    constexpr std::size_t idAt = 68;
    std::array<char, idAt + 4> header{};
    const auto fd = openRegularFile(path);
    if (!fd) return false;
    const auto length = readAt(fd->get(), header, 0);
    if (!length || *length != header.size() ||
        !std::string_view(header.data(), 16).starts_with(magic))
        return false;
    std::uint32_t id = 0;
    for (std::size_t i = idAt; i < header.size(); ++i)
        id = id << 8 | static_cast<unsigned char>(header[i]);
    return id == static_cast<std::uint32_t>(SessionStore::applicationId);
}

} // namespace spillway
