#include "data/fingerprint.h"

#include "base/files.h"
#include "data/file_stamp.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <memory>
#include <span>

namespace spillway {
namespace {

constexpr Bytes sampleBytes = Bytes(64) << 10;
constexpr Bytes samples = 64;
constexpr std::size_t readBytes = std::size_t{1} << 20;

/// One XXH3-128 over all that is added.
class Hash {
public:
    Hash() : state_(XXH3_createState(), XXH3_freeState) { XXH3_128bits_reset(state_.get()); }

    void add(std::span<const char> data)
    {
        XXH3_128bits_update(state_.get(), data.data(), data.size());
    }
    /// Eight bytes, the lowest first.
    void add(Bytes number)
    {
        std::array<char, 8> bytes{};
        for (std::size_t i = 0; i < bytes.size(); ++i)
            bytes[i] = static_cast<char>(static_cast<std::uint64_t>(number) >> (8 * i));
        add(bytes);
    }
    std::string hexadecimal() const
    {
        const XXH128_hash_t hash = XXH3_128bits_digest(state_.get());
        return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
    }

private:
    std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state_;
};

struct OpenFile {
    UniqueFd fd;
    Bytes size = 0;
};

Error unreadableFile(const std::filesystem::path& path, const std::string& reason)
{
    return unreadable(fmt::format("Cannot read {}: {}", path.string(), reason));
}

Result<OpenFile> openFile(const std::filesystem::path& path)
{
    OpenFile file;
    file.fd = UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status {};
    if (!file.fd || ::fstat(file.fd.get(), &status) != 0)
        return unreadableFile(path, std::string(std::strerror(errno)) + ".");
    if (!S_ISREG(status.st_mode)) return unreadableFile(path, "It is not a file.");
    file.size = status.st_size;
    return file;
}

/// Adds [begin, end) of a file, saying how many bytes after each read; Cancelled when stopped.
Result<void> addRange(Hash& hash, const OpenFile& file, const std::filesystem::path& path,
                      Bytes begin, Bytes end, const std::stop_token& stop,
                      const std::function<void(Bytes)>& added = {})
{
    std::vector<char> buffer(
        std::min<std::size_t>(static_cast<std::size_t>(end - begin), readBytes));
    while (begin < end) {
        if (stop.stop_requested())
            return Error{.code = ErrorCode::Cancelled,
                         .message = "The fingerprint was cancelled.",
                         .phase = {},
                         .remedy = {}};
        const auto wanted =
            std::min<std::size_t>(static_cast<std::size_t>(end - begin), buffer.size());
        const auto read = readAt(file.fd.get(), {buffer.data(), wanted}, begin);
        if (!read) return unreadableFile(path, read.error().message);
        if (*read < wanted) return unreadableFile(path, "It became shorter while it was read.");
        hash.add({buffer.data(), wanted});
        begin += static_cast<Bytes>(wanted);
        if (added) added(static_cast<Bytes>(wanted));
    }
    return {};
}

Result<void> addSamples(Hash& hash, const OpenFile& file, const std::filesystem::path& path)
{
    if (file.size <= samples * sampleBytes) return addRange(hash, file, path, 0, file.size, {});
    // 63 equal steps; multiplying first would overflow above 2^57 bytes, which no file has.
    for (Bytes sample = 0; sample < samples; ++sample) {
        const Bytes begin = (file.size - sampleBytes) * sample / (samples - 1);
        if (auto added = addRange(hash, file, path, begin, begin + sampleBytes, {}); !added)
            return added.error();
    }
    return {};
}

} // namespace

Result<std::string> sampledFingerprint(const std::vector<std::filesystem::path>& paths)
{
    Hash hash;
    for (const auto& path : paths) {
        const auto file = openFile(path);
        if (!file) return file.error();
        hash.add(file->size);
        if (auto added = addSamples(hash, *file, path); !added) return added.error();
    }
    return hash.hexadecimal();
}

Result<std::string> fullFingerprint(const std::vector<std::filesystem::path>& paths,
                                    std::stop_token stop, const ByteProgress& progress)
{
    Bytes total = 0;
    for (const auto& path : paths) {
        const auto stamp = stampOf(path);
        if (!stamp) return stamp.error();
        total += stamp->size;
    }
    Bytes done = 0;
    const auto added = [&](Bytes bytes) {
        done += bytes;
        if (progress) progress(std::min(done, total), total);
    };
    Hash hash;
    for (const auto& path : paths) {
        const auto file = openFile(path);
        if (!file) return file.error();
        hash.add(file->size);
        if (auto read = addRange(hash, *file, path, 0, file->size, stop, added); !read)
            return read.error();
    }
    return hash.hexadecimal();
}

std::string stampFingerprint(const std::vector<FileStamp>& stamps)
{
    Hash hash;
    for (const auto& stamp : stamps)
        for (const auto number :
             {stamp.size, static_cast<Bytes>(stamp.device), static_cast<Bytes>(stamp.inode),
              stamp.modifiedNanoseconds, stamp.changedNanoseconds})
            hash.add(static_cast<Bytes>(number));
    return hash.hexadecimal();
}

} // namespace spillway
