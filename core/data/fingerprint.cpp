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
#include <functional>
#include <memory>
#include <span>

namespace spillway {
namespace {

constexpr Bytes sampleBytes = Bytes(64) << 10;
constexpr Bytes samples = 64;
constexpr std::size_t readBytes = std::size_t{1} << 20;

/// Eight bytes, the lowest first.
void addNumber(ContentHash& hash, Bytes number)
{
    std::array<char, 8> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<char>(static_cast<std::uint64_t>(number) >> (8 * i));
    hash.add(bytes);
}

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

/// Hands over [begin, end) of a file, piece by piece; Cancelled when stopped.
Result<void> readRange(const OpenFile& file, const std::filesystem::path& path, Bytes begin,
                       Bytes end, const std::stop_token& stop,
                       const std::function<void(std::span<const char>)>& use)
{
    std::vector<char> buffer(
        std::min<std::size_t>(static_cast<std::size_t>(end - begin), readBytes));
    while (begin < end) {
        if (stop.stop_requested())
            return makeError(ErrorCode::Cancelled, "The fingerprint was cancelled.");
        const auto wanted =
            std::min<std::size_t>(static_cast<std::size_t>(end - begin), buffer.size());
        const auto read = readAt(file.fd.get(), {buffer.data(), wanted}, begin);
        if (!read) return unreadableFile(path, read.error().message);
        if (*read < wanted) return unreadableFile(path, "It became shorter while it was read.");
        use({buffer.data(), wanted});
        begin += static_cast<Bytes>(wanted);
    }
    return {};
}

Result<void> addSamples(ContentHash& hash, const OpenFile& file, const std::filesystem::path& path)
{
    const auto use = [&](std::span<const char> data) { hash.add(data); };
    if (file.size <= samples * sampleBytes) return readRange(file, path, 0, file.size, {}, use);
    // 63 equal steps; multiplying first would overflow above 2^57 bytes, which no file has.
    for (Bytes sample = 0; sample < samples; ++sample) {
        const Bytes begin = (file.size - sampleBytes) * sample / (samples - 1);
        if (auto read = readRange(file, path, begin, begin + sampleBytes, {}, use); !read)
            return read.error();
    }
    return {};
}

} // namespace

struct ContentHash::State {
    std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> xxh{XXH3_createState(),
                                                                        XXH3_freeState};
};

ContentHash::ContentHash() : state_(std::make_unique<State>())
{
    XXH3_128bits_reset(state_->xxh.get());
}

ContentHash::~ContentHash() = default;
ContentHash::ContentHash(ContentHash&&) noexcept = default;
ContentHash& ContentHash::operator=(ContentHash&&) noexcept = default;

void ContentHash::add(std::span<const char> data)
{
    XXH3_128bits_update(state_->xxh.get(), data.data(), data.size());
}

std::string ContentHash::hexadecimal() const
{
    const XXH128_hash_t hash = XXH3_128bits_digest(state_->xxh.get());
    return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

Result<std::string> sampledFingerprint(const std::vector<std::filesystem::path>& paths)
{
    ContentHash hash;
    for (const auto& path : paths) {
        const auto file = openFile(path);
        if (!file) return file.error();
        addNumber(hash, file->size);
        if (auto added = addSamples(hash, *file, path); !added) return added.error();
    }
    return hash.hexadecimal();
}

Result<FullFingerprint> fullFingerprint(const std::vector<std::filesystem::path>& paths,
                                        std::stop_token stop, const ByteProgress& progress)
{
    Bytes total = 0;
    for (const auto& path : paths) {
        const auto stamp = stampOf(path);
        if (!stamp) return stamp.error();
        total += stamp->size;
    }
    Bytes done = 0;
    ContentHash all;
    ContentHash content;
    const auto use = [&](std::span<const char> data) {
        all.add(data);
        content.add(data);
        done += static_cast<Bytes>(data.size());
        if (progress) progress(std::min(done, total), total);
    };
    for (const auto& path : paths) {
        const auto file = openFile(path);
        if (!file) return file.error();
        addNumber(all, file->size);
        if (auto read = readRange(*file, path, 0, file->size, stop, use); !read)
            return read.error();
    }
    return FullFingerprint{all.hexadecimal(), content.hexadecimal()};
}

std::string stampFingerprint(const std::vector<FileStamp>& stamps)
{
    ContentHash hash;
    for (const auto& stamp : stamps)
        for (const auto number :
             {stamp.size, static_cast<Bytes>(stamp.device), static_cast<Bytes>(stamp.inode),
              stamp.modifiedNanoseconds, stamp.changedNanoseconds})
            addNumber(hash, static_cast<Bytes>(number));
    return hash.hexadecimal();
}

Result<std::string> stampsFingerprint(const std::vector<std::filesystem::path>& paths)
{
    std::vector<FileStamp> stamps;
    for (const auto& path : paths) {
        const auto stamp = stampOf(path);
        if (!stamp) return stamp.error();
        stamps.push_back(*stamp);
    }
    return stampFingerprint(stamps);
}

} // namespace spillway
