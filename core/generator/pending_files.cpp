#include "generator/pending_files.h"

#include "base/files.h"
#include "base/thread.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>

namespace spillway {
namespace {

constexpr std::size_t bufferBytes = std::size_t{4} << 20;
constexpr std::size_t alignment = 4096; ///< of O_DIRECT, on every disk we know
/// Without O_DIRECT at most this much is left for the end to be written back.
constexpr Bytes dirtyBytes = Bytes(32) << 20;

} // namespace

PendingFile::Buffer::Buffer(std::size_t capacity)
    : data(static_cast<char*>(std::aligned_alloc(alignment, capacity)), std::free)
{
    if (!data) throw std::bad_alloc();
}

std::uint64_t inodeOf(int fd)
{
    struct stat status {};
    return ::fstat(fd, &status) == 0 ? status.st_ino : 0;
}

PendingFile::PendingFile(std::filesystem::path target, std::filesystem::path temporary,
                         WriteJournal& journal)
    : target_(std::move(target)),
      temporary_(std::move(temporary)),
      journal_(journal),
      buffers_{Buffer(bufferBytes), Buffer(bufferBytes)}
{
}

PendingFile::~PendingFile()
{
    writer_ = {}; // stops and joins
    fd_.reset();
    if (named_) ::unlink(temporary_.c_str());
}

Result<std::unique_ptr<PendingFile>> PendingFile::create(const std::filesystem::path& target,
                                                         WriteJournal& journal,
                                                         const PendingFileOptions& options)
{
    std::unique_ptr<PendingFile> file(
        new PendingFile(target, nameBeside(target, randomNumber(), "partial"), journal));
    if (auto opened = file->open(options); !opened) return opened.error();
    auto writer =
        startThread([raw = file.get()](const std::stop_token& stop) { raw->writeLoop(stop); });
    if (!writer) return writer.error();
    file->writer_ = std::move(*writer);
    return file;
}

Result<void> PendingFile::open(const PendingFileOptions& options)
{
    if (options.anonymous)
        fd_ =
            UniqueFd(::open(directoryOf(target_).c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666));
    const bool refused = errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL;
    if (!options.anonymous || (!fd_ && refused)) {
        // Told before it is there: what a writer killed in between leaves is listed.
        if (auto told = journal_.announce(temporary_, target_, 0); !told) return told;
        constexpr int flags = O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW;
        fd_ = UniqueFd(::open(temporary_.c_str(), flags, 0666));
        named_ = static_cast<bool>(fd_);
    }
    if (!fd_) return failure(errno);
    inode_ = inodeOf(fd_.get());
    if (named_)
        if (auto told = journal_.announce(temporary_, target_, inode_); !told) return told;
    const int flags = ::fcntl(fd_.get(), F_GETFL);
    direct_ = options.direct && ::fcntl(fd_.get(), F_SETFL, flags | O_DIRECT) == 0;
    return {};
}

Result<void> PendingFile::append(std::string_view bytes)
{
    size_ += static_cast<Bytes>(bytes.size());
    while (!bytes.empty()) {
        Buffer& buffer = buffers_[filling_];
        const std::size_t count = std::min(bytes.size(), bufferBytes - buffer.size);
        std::memcpy(buffer.data.get() + buffer.size, bytes.data(), count);
        buffer.size += count;
        bytes.remove_prefix(count);
        if (buffer.size == bufferBytes)
            if (auto handed = hand(); !handed) return handed.error();
    }
    return {};
}

/// Gives the filled buffer to the writing thread, as soon as that has written the other one.
Result<void> PendingFile::hand()
{
    MutexLock lock(mutex_);
    changed_.wait(lock.native(), [this]() REQUIRES(mutex_) { return !handed_ || failure_; });
    if (failure_) return *failure_;
    handed_ = &buffers_[filling_];
    filling_ = 1 - filling_;
    changed_.notify_all();
    return {};
}

void PendingFile::writeLoop(const std::stop_token& stop)
{
    MutexLock lock(mutex_);
    while (changed_.wait(lock.native(), stop,
                         [this]() REQUIRES(mutex_) { return handed_ != nullptr; })) {
        Buffer* const buffer = handed_;
        lock.unlock();
        const auto written = write({buffer->data.get(), buffer->size});
        buffer->size = 0;
        lock.lock();
        if (!written) failure_ = written.error();
        handed_ = nullptr;
        changed_.notify_all();
        if (failure_) return;
    }
}

Result<void> PendingFile::write(std::string_view bytes)
{
    if (direct_) {
        const std::size_t whole = bytes.size() / alignment * alignment;
        if (auto written = writeDirect(bytes.substr(0, whole)); !written) return written.error();
        if (direct_) {
            bytes.remove_prefix(whole);
            if (bytes.empty()) return {};
            direct_ = false; // only the file's end has another length
            if (::fcntl(fd_.get(), F_SETFL, ::fcntl(fd_.get(), F_GETFL) & ~O_DIRECT) != 0)
                return failure(errno);
        }
    }
    return writeBuffered(bytes);
}

/// Leaves direct_ false, and nothing written, when the file system refuses after all.
Result<void> PendingFile::writeDirect(std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto count = ::pwrite(fd_.get(), bytes.data(), bytes.size(), written_);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EINVAL && written_ == 0) {
            direct_ = false;
            ::fcntl(fd_.get(), F_SETFL, ::fcntl(fd_.get(), F_GETFL) & ~O_DIRECT);
            return {};
        }
        if (count < 0) return failure(errno);
        written_ += count;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
}

Result<void> PendingFile::writeBuffered(std::string_view bytes)
{
    const Bytes begin = written_;
    while (!bytes.empty()) {
        const auto count = ::pwrite(fd_.get(), bytes.data(), bytes.size(), written_);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return failure(errno);
        written_ += count;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    // Starts writing this piece back and waits for an older one; only a hint, fsync decides.
    ::sync_file_range(fd_.get(), begin, written_ - begin, SYNC_FILE_RANGE_WRITE);
    if (begin >= dirtyBytes)
        ::sync_file_range(fd_.get(), begin - dirtyBytes, written_ - begin,
                          SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
                              SYNC_FILE_RANGE_WAIT_AFTER);
    return {};
}

Result<void> PendingFile::finish()
{
    if (buffers_[filling_].size > 0)
        if (auto handed = hand(); !handed) return handed.error();
    {
        MutexLock lock(mutex_);
        changed_.wait(lock.native(), [this]() REQUIRES(mutex_) { return !handed_ || failure_; });
        if (failure_) return *failure_;
    }
    if (::fsync(fd_.get()) != 0) return failure(errno);
    if (auto named = giveName(); !named) return named.error();
    writer_ = {};
    fd_.reset();
    for (auto& buffer : buffers_)
        buffer.data.reset();
    return {};
}

Result<void> PendingFile::giveName()
{
    if (named_) return {};
    if (auto told = journal_.announce(temporary_, target_, inode_); !told) return told;
    const std::string self = fmt::format("/proc/self/fd/{}", fd_.get());
    if (::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, temporary_.c_str(), AT_SYMLINK_FOLLOW) != 0)
        return failure(errno);
    named_ = true;
    return {};
}

Error PendingFile::failure(int errnoValue) const
{
    return systemError("Cannot write " + target_.string(), errnoValue);
}

namespace {

Result<void> syncDirectory(const std::filesystem::path& directory)
{
    const UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    // EINVAL: a file system that has nothing to sync there.
    if (!fd || (::fsync(fd.get()) != 0 && errno != EINVAL))
        return systemError("Cannot write " + directory.string(), errno);
    return {};
}

} // namespace

Result<void> commitFiles(const std::vector<std::unique_ptr<PendingFile>>& files,
                         const std::vector<std::filesystem::path>& obsolete, WriteJournal& journal)
{
    if (files.empty()) return {};
    for (const auto& file : files) {
        struct stat status {};
        if (::lstat(file->temporary().c_str(), &status) != 0)
            return systemError("Cannot find " + file->temporary().string(), errno);
        if (::lstat(file->target().c_str(), &status) == 0 && S_ISDIR(status.st_mode))
            return systemError("Cannot replace " + file->target().string(), EISDIR);
    }
    const auto directory = directoryOf(files.front()->target());
    if (auto synced = syncDirectory(directory); !synced) return synced;
    if (auto committed = journal.commit(obsolete); !committed) return committed;
    for (const auto& file : files)
        file->keep();
    if (auto finished = journal.finish(); !finished) return finished;
    return syncDirectory(directory);
}

} // namespace spillway
