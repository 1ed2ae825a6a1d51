#include "host/group_rows.h"

#include "base/files.h"
#include "host/line_reader.h"
#include "host/run_protocol.h"
#include "protocol/result.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <fmt/format.h>

#include <cerrno>

namespace spillway {
namespace {

Result<UniqueFd> openRows(const std::filesystem::path& scratch)
{
    const UniqueFd directory(
        ::open(scratch.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    UniqueFd fd(
        ::openat(directory.get(), "groups.jsonl", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat status {};
    if (!fd || ::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode))
        return protocolError("The engine wrote no groups.jsonl with the rows of its result.");
    return fd;
}

/// Adds the whole lines that `lines` holds; `keyBytes` is the sum of their keys so far.
Result<void> addRows(LineReader& lines, const EtlResult& result, std::vector<GroupMean>& rows,
                     Bytes& keyBytes)
{
    while (const auto line = lines.next()) {
        if (static_cast<std::int64_t>(rows.size()) >= result.groupsCount)
            return protocolError("groups.jsonl holds more rows than the result says.");
        auto row = groupFromLine(*line, result.values);
        if (!row) return row.error();
        keyBytes += static_cast<Bytes>(row->key.size());
        if (keyBytes > maxGroupKeyBytes)
            return protocolError(
                fmt::format("The keys of groups.jsonl are longer than {} together.",
                            formatBytes(maxGroupKeyBytes)));
        rows.push_back(std::move(*row));
    }
    if (lines.overflowed()) return protocolError("A row of groups.jsonl is longer than 1 MiB.");
    return {};
}

} // namespace

Result<std::vector<GroupMean>> readGroupRows(const std::filesystem::path& scratch,
                                             const EtlResult& result, std::stop_token stop)
{
    const auto fd = openRows(scratch);
    if (!fd) return fd.error();
    std::vector<GroupMean> rows;
    LineReader lines(std::size_t(1) << 20);
    std::vector<char> buffer(std::size_t(1) << 18);
    Bytes keyBytes = 0;
    for (Bytes offset = 0;;) {
        if (stop.stop_requested())
            return makeError(ErrorCode::Cancelled, "Cancelled while reading the result's rows.");
        const auto count = readAt(fd->get(), buffer, offset);
        if (!count) return count.error();
        lines.append(std::string_view(buffer.data(), *count));
        if (auto added = addRows(lines, result, rows, keyBytes); !added) return added.error();
        offset += static_cast<Bytes>(*count);
        if (*count < buffer.size()) break;
    }
    if (static_cast<std::int64_t>(rows.size()) != result.groupsCount || !lines.rest().empty())
        return protocolError(fmt::format("groups.jsonl holds {} rows; the result says {}.",
                                         rows.size(), result.groupsCount));
    if (groupsHash(rows) != result.groupsHash)
        return protocolError("groups.jsonl does not have the hash that the result names.");
    if (auto sound = checkGroups(rows, result); !sound) return sound.error();
    return rows;
}

} // namespace spillway
