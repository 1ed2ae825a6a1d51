#include "native/spill/spill_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <memory>

namespace spillway {

/// An open spill file that removes itself.
class SpillFile {
public:
    SpillFile(std::filesystem::path filePath, UniqueFd descriptor)
        : path(std::move(filePath)), fd(std::move(descriptor))
    {
    }
    ~SpillFile() { ::unlink(path.c_str()); }
    SpillFile(const SpillFile&) = delete;
    SpillFile& operator=(const SpillFile&) = delete;

    const std::filesystem::path path;
    const UniqueFd fd;
};

namespace {

struct Header {
    std::uint64_t bytes = 0;
    std::uint64_t checksum = 0;
};
constexpr Bytes headerBytes = sizeof(Header);
/// Read or written at once; between two of them a stop is seen.
constexpr std::size_t pieceBytes = std::size_t(4) << 20;

class Checksum {
public:
    Checksum() : state_(XXH3_createState(), XXH3_freeState) { XXH3_64bits_reset(state_.get()); }
    void add(std::span<const std::byte> data)
    {
        XXH3_64bits_update(state_.get(), data.data(), data.size());
    }
    std::uint64_t value() const { return XXH3_64bits_digest(state_.get()); }

private:
    std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state_;
};

Error stopped()
{
    return makeError(ErrorCode::Cancelled, "The run was stopped.");
}

Error writeFailed(const std::filesystem::path& path, int errnoValue)
{
    Error error = systemError("Cannot write the spill file " + path.string(), errnoValue);
    if (errnoValue == EFBIG) error.code = ErrorCode::NoSpace;
    if (error.code == ErrorCode::NoSpace)
        error.remedy = "Free some disk space or choose another scratch directory.";
    return error;
}

Error damaged(const SpillRecord& record, std::string_view what)
{
    return makeError(ErrorCode::Corrupt,
                     fmt::format("The spill file {} is damaged: the record at byte {} {}.",
                                 record.path().string(), record.offset(), what),
                     "Run again; if it happens again, check the disk.");
}

Result<void> writeAt(const SpillFile& file, std::span<const std::byte> data, Bytes offset)
{
    while (!data.empty()) {
        const auto count = ::pwrite(file.fd.get(), data.data(), data.size(), offset);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return writeFailed(file.path, errno);
        data = data.subspan(static_cast<std::size_t>(count));
        offset += count;
    }
    return {};
}

/// Whether all of `target` was there to read.
Result<bool> readWhole(const SpillFile& file, std::span<std::byte> target, Bytes offset)
{
    const auto count =
        readAt(file.fd.get(), {reinterpret_cast<char*>(target.data()), target.size()}, offset);
    if (!count) {
        Error error = count.error();
        error.message = fmt::format("Cannot read the spill file {} at byte {}: {}",
                                    file.path.string(), offset, error.message);
        return error;
    }
    return *count == target.size();
}

} // namespace

SpillRecord::SpillRecord(std::shared_ptr<SpillFile> file, Bytes offset, Bytes bytes)
    : file_(std::move(file)), offset_(offset), bytes_(bytes)
{
}

SpillRecord& SpillRecord::operator=(SpillRecord&& other) noexcept
{
    std::swap(file_, other.file_);
    std::swap(offset_, other.offset_);
    std::swap(bytes_, other.bytes_);
    return *this;
}

SpillRecord::~SpillRecord()
{
    // If the file system cannot do this, the space is freed with the file.
    if (file_ && file_.use_count() > 1)
        ::fallocate(file_->fd.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset_,
                    headerBytes + bytes_);
}

const std::filesystem::path& SpillRecord::path() const
{
    return file_->path;
}

Result<void> SpillRecord::write(SpillSource source, const std::stop_token& stop) const
{
    Checksum checksum;
    Bytes at = offset_ + headerBytes;
    for (auto rest : source)
        while (!rest.empty()) {
            if (stop.stop_requested()) return stopped();
            const auto piece = rest.first(std::min(rest.size(), pieceBytes));
            checksum.add(piece);
            if (auto ok = writeAt(*file_, piece, at); !ok) return ok;
            at += static_cast<Bytes>(piece.size());
            rest = rest.subspan(piece.size());
        }
    const Header header{.bytes = static_cast<std::uint64_t>(bytes_), .checksum = checksum.value()};
    return writeAt(*file_, std::as_bytes(std::span(&header, 1)), offset_);
}

Result<void> SpillRecord::read(SpillTarget target, const std::stop_token& stop) const
{
    Header header;
    const auto known = readWhole(*file_, std::as_writable_bytes(std::span(&header, 1)), offset_);
    if (!known) return known.error();
    if (!*known) return damaged(*this, "is truncated");
    if (header.bytes != static_cast<std::uint64_t>(bytes_))
        return damaged(*this, "has another length than was written");
    Checksum checksum;
    Bytes at = offset_ + headerBytes;
    for (auto rest : target)
        while (!rest.empty()) {
            if (stop.stop_requested()) return stopped();
            const auto piece = rest.first(std::min(rest.size(), pieceBytes));
            const auto whole = readWhole(*file_, piece, at);
            if (!whole) return whole.error();
            if (!*whole) return damaged(*this, "is truncated");
            checksum.add(piece);
            at += static_cast<Bytes>(piece.size());
            rest = rest.subspan(piece.size());
        }
    if (checksum.value() != header.checksum) return damaged(*this, "has a wrong checksum");
    return {};
}

SpillDirectory::SpillDirectory(std::filesystem::path directory, Bytes fileBytes)
    : directory_(std::move(directory)), fileBytes_(fileBytes)
{
}

Result<SpillRecord> SpillDirectory::place(Bytes bytes)
{
    const MutexLock lock(mutex_);
    auto file = current_.lock();
    if (!file || end_ >= fileBytes_) {
        auto path = directory_ / fmt::format("spill-{}", nextName_++);
        UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (!fd) return writeFailed(path, errno);
        file = std::make_shared<SpillFile>(std::move(path), std::move(fd));
        current_ = file;
        end_ = 0;
    }
    const Bytes offset = end_;
    end_ += headerBytes + bytes;
    return SpillRecord(std::move(file), offset, bytes);
}

Result<SpillRecord> SpillDirectory::append(SpillSource source, const std::stop_token& stop)
{
    Bytes bytes = 0;
    for (const auto part : source)
        bytes += static_cast<Bytes>(part.size());
    auto record = place(bytes);
    if (!record) return record;
    if (auto written = record->write(source, stop); !written) return written.error();
    return record;
}

} // namespace spillway
