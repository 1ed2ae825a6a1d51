#include "native/serve/groups_file.h"

#include "base/files.h"

#include <fcntl.h>

#include <cerrno>

namespace spillway {
namespace {

constexpr std::size_t bufferBytes = std::size_t(1) << 20;

} // namespace

Result<void> writeGroups(const std::filesystem::path& scratch, const EtlResult& result)
{
    const auto path = scratch / "groups.jsonl";
    const UniqueFd file(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file) return systemError("Cannot write " + path.string(), errno);
    std::string buffer;
    for (const GroupMean& group : result.groups) {
        buffer += groupLine(result, group);
        buffer += '\n';
        if (buffer.size() < bufferBytes) continue;
        if (auto written = writeAll(file.get(), buffer); !written) return written;
        buffer.clear();
    }
    return writeAll(file.get(), buffer);
}

} // namespace spillway
