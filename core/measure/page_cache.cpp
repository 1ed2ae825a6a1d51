#include "measure/page_cache.h"

#include "base/files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace spillway {
namespace {

constexpr double kWarm = 0.99;
constexpr double kCold = 0.01;
constexpr int kRounds = 3;

struct PageCount {
    Bytes size = 0;     ///< bytes of the files
    Bytes resident = 0; ///< of them in the page cache

    double share() const
    {
        return size == 0 ? 1.0 : static_cast<double>(resident) / static_cast<double>(size);
    }
};

Error cancelled()
{
    return makeError(ErrorCode::Cancelled, "Preparing the page cache was cancelled.");
}

struct OpenFile {
    UniqueFd fd;
    Bytes size = 0;
};

Result<OpenFile> openFile(const std::filesystem::path& path)
{
    OpenFile file{UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK))};
    if (!file.fd) return systemError("Cannot open " + path.string(), errno);
    struct stat facts {};
    if (::fstat(file.fd.get(), &facts) != 0)
        return systemError("Cannot read " + path.string(), errno);
    if (!S_ISREG(facts.st_mode)) return invalidArgument(path.string() + " is not a regular file.");
    file.size = facts.st_size;
    return file;
}

/// Since Linux 5.2 mincore calls every page of a file resident that the caller neither owns nor may
/// write (mm/mincore.c, can_do_mincore): no answer is better than a wrong one.
bool mincoreTells(int fd)
{
    struct stat facts {};
    if (::fstat(fd, &facts) != 0) return false;
    const auto self = "/proc/self/fd/" + std::to_string(fd);
    return facts.st_uid == ::geteuid() ||
           ::faccessat(AT_FDCWD, self.c_str(), W_OK, AT_EACCESS) == 0;
}

/// Resident bytes of `length` bytes at `offset`, through a mapping that is never touched.
Result<Bytes> residentBytes(int fd, Bytes offset, Bytes length)
{
    const auto size = static_cast<std::size_t>(length);
    void* mapping = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, offset);
    if (mapping == MAP_FAILED) return systemError("Cannot map a file", errno);
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    std::vector<unsigned char> pages((size + page - 1) / page);
    const int failed = ::mincore(mapping, size, pages.data()) != 0 ? errno : 0;
    ::munmap(mapping, size);
    if (failed) return systemError("Cannot query resident pages", failed);
    const auto count = std::count_if(pages.begin(), pages.end(), [](auto p) { return p & 1; });
    const bool last = pages.back() & 1;
    const auto tail = static_cast<Bytes>(pages.size() * page) - length;
    return static_cast<Bytes>(count) * static_cast<Bytes>(page) - (last ? tail : 0);
}

Result<PageCount> countFile(const std::filesystem::path& path)
{
    constexpr Bytes kWindow = Bytes(1) << 30;
    const auto file = openFile(path);
    if (!file) return file.error();
    if (file->size > 0 && !mincoreTells(file->fd.get()))
        return makeError(ErrorCode::Unsupported,
                         "The system does not report how much of " + path.string() +
                             " is in the page cache: it is another user's file.",
                         "Copy the file, or measure with the cache state as it is.");
    PageCount count{.size = file->size, .resident = 0};
    for (Bytes at = 0; at < file->size; at += kWindow) {
        auto resident = residentBytes(file->fd.get(), at, std::min(kWindow, file->size - at));
        if (!resident) return resident.error();
        count.resident += *resident;
    }
    return count;
}

Result<PageCount> countFiles(const std::vector<std::filesystem::path>& paths)
{
    PageCount sum;
    for (const auto& path : paths) {
        const auto count = countFile(path);
        if (!count) return count.error();
        sum.size += count->size;
        sum.resident += count->resident;
    }
    return sum;
}

Result<void> readThrough(const std::filesystem::path& path, const std::stop_token& stop,
                         const std::function<void(Bytes)>& read)
{
    auto file = openFile(path);
    if (!file) return file.error();
    ::posix_fadvise(file->fd.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
    std::vector<char> buffer(std::size_t(1) << 20);
    for (Bytes at = 0; at < file->size;) {
        if (stop.stop_requested()) return cancelled();
        const auto count = readAt(file->fd.get(), buffer, at);
        if (!count) return count.error();
        if (*count == 0) break;
        at += static_cast<Bytes>(*count);
        read(static_cast<Bytes>(*count));
    }
    return {};
}

Result<void> dropPages(const std::filesystem::path& path)
{
    const auto file = openFile(path);
    if (!file) return file.error();
    // A read-only file system refuses fsync and has no dirty pages.
    if (::fsync(file->fd.get()) != 0 && errno != EROFS && errno != EINVAL)
        return systemError("Cannot write " + path.string() + " to disk", errno);
    if (const int failed = ::posix_fadvise(file->fd.get(), 0, 0, POSIX_FADV_DONTNEED); failed != 0)
        return systemError("Cannot drop " + path.string() + " from the page cache", failed);
    return {};
}

} // namespace

Result<double> residency(const std::vector<std::filesystem::path>& paths)
{
    const auto count = countFiles(paths);
    if (!count) return count.error();
    return count->share();
}

Result<CacheOutcome> warmCache(const std::vector<std::filesystem::path>& paths, Bytes room,
                               std::stop_token stop, const ByteProgress& progress)
{
    for (int round = 0;; ++round) {
        const auto count = countFiles(paths);
        if (!count && count.error().code == ErrorCode::Unsupported)
            for (const auto& path : paths) // as warm as possible, though that cannot be verified
                if (auto read = readThrough(path, stop, [](Bytes) {}); !read) return read.error();
        if (!count) return count.error();
        if (count->size > room) {
            auto evicted = evictCache(paths, stop);
            if (evicted) evicted->exceedsCache = true;
            return evicted;
        }
        const CacheOutcome outcome{.resident = count->share(), .exceedsCache = false};
        if (outcome.resident >= kWarm || round == kRounds) return outcome;
        Bytes done = 0;
        const auto read = [&](Bytes bytes) {
            done += bytes;
            if (progress) progress(std::min(done, count->size), count->size);
        };
        for (const auto& path : paths)
            if (auto through = readThrough(path, stop, read); !through) return through.error();
    }
}

Result<CacheOutcome> evictCache(const std::vector<std::filesystem::path>& paths,
                                std::stop_token stop)
{
    for (int round = 0;; ++round) {
        const auto count = countFiles(paths);
        if (!count && count.error().code == ErrorCode::Unsupported)
            for (const auto& path : paths)
                if (auto dropped = dropPages(path); !dropped) return dropped.error();
        if (!count) return count.error();
        const CacheOutcome outcome{.resident = count->share(), .exceedsCache = false};
        if (outcome.resident <= kCold || round == kRounds) return outcome;
        for (const auto& path : paths) {
            if (stop.stop_requested()) return cancelled();
            if (auto dropped = dropPages(path); !dropped) return dropped.error();
        }
    }
}

} // namespace spillway
