#include "data/csv_window.h"

#include "data/csv_index.h"
#include "data/file_stamp.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace spillway {
namespace {

/// What is indexed at a time: small enough that text and marks stay in the second-level cache.
constexpr std::size_t stepBytes = std::size_t(64) << 10;
/// Read beyond a block's end at once, for the row that reaches over it.
constexpr Bytes overlapBytes = 4096;
/// Of the buffer: for small files, and for a piece with what is kept of the one before.
constexpr std::size_t smallCapacity = std::size_t(64) << 10;
constexpr std::size_t usualCapacity = CsvWindow::pieceBytes + (std::size_t(128) << 10);

std::size_t capacityFor(std::size_t needed)
{
    if (needed <= smallCapacity) return smallCapacity;
    return needed <= usualCapacity ? usualCapacity : 2 * needed;
}

} // namespace

CsvWindow::CsvWindow(const CsvFormat& format)
    : delimiter_(format.delimiter), quote_(format.quote == '\0' ? format.delimiter : format.quote)
{
    reserve(smallCapacity);
}

void CsvWindow::start(int fd, Bytes from, Bytes softEnd, Bytes fileSize)
{
    fd_ = fd;
    base_ = from;
    softEnd_ = softEnd;
    fileSize_ = fileSize;
    row_ = mark_ = size_ = indexed_ = lastGrownAt_ = markCount_ = 0;
}

CsvText CsvWindow::text() const
{
    return {.data = data(),
            .size = indexed_,
            .marks = {marks_.data(), markCount_},
            .final = indexed_ == size_ && readEnd() >= fileSize_};
}

CsvWindow::Step CsvWindow::grow()
{
    if (indexed_ == size_) {
        if (readEnd() >= fileSize_) return Step::AtEnd;
        return static_cast<Bytes>(size_ - row_) >= maxRowBytes ? Step::Full : Step::Refill;
    }
    // A row that did not end within the last step gets all there is: it must not be parsed again
    // and again for a little more of it each time.
    const bool longRow = row_ == lastGrownAt_ && indexed_ > row_;
    lastGrownAt_ = row_;
    dropMarks(0);
    index(longRow ? size_ : std::min(size_, std::max(indexed_, row_) + stepBytes));
    return Step::Indexed;
}

Result<void> CsvWindow::refill()
{
    const std::size_t kept = size_ - row_;
    if (kept > 0) std::memmove(data(), data() + row_, kept);
    dropMarks(row_);
    base_ += static_cast<Bytes>(row_);
    indexed_ -= row_;
    row_ = 0;
    size_ = kept;
    const std::size_t wanted = nextRead();
    if (kept + wanted > capacity_) reserve(capacityFor(kept + wanted));
    const auto read = readAt(fd_, {data() + kept, wanted}, readEnd());
    if (!read) return read.error();
    size_ += *read;
    if (*read < wanted)
        return unreadable(fmt::format("A file became shorter while it was being read: it ends at "
                                      "byte {} and had {} bytes.",
                                      readEnd(), fileSize_),
                          "Run again when nothing writes to it.");
    // Nearly every piece begins within a row; only one longer than a step counts as long.
    lastGrownAt_ = indexed_ > stepBytes ? 0 : pieceBytes;
    return {};
}

std::size_t CsvWindow::nextRead() const
{
    constexpr Bytes piece = static_cast<Bytes>(pieceBytes);
    Bytes wanted = softEnd_ + overlapBytes - readEnd();
    if (wanted > piece + piece / 16)
        wanted = piece;
    else if (wanted <= 0)
        wanted = std::clamp(static_cast<Bytes>(size_), Bytes(64) << 10, piece);
    wanted = std::min(wanted, maxRowBytes - static_cast<Bytes>(size_));
    return static_cast<std::size_t>(std::min(wanted, fileSize_ - readEnd()));
}

void CsvWindow::reserve(std::size_t capacity)
{
    auto larger = std::make_unique_for_overwrite<char[]>(capacity + 2 * padding);
    std::fill_n(larger.get(), padding, '\0');
    if (size_ > 0) std::memcpy(larger.get() + padding, data(), size_);
    buffer_ = std::move(larger);
    capacity_ = capacity;
}

/// Forgets the marks before the cursor; the rest move by `shift` positions.
void CsvWindow::dropMarks(std::size_t shift)
{
    const std::size_t kept = markCount_ - mark_;
    for (std::size_t i = 0; i < kept; ++i)
        marks_[i] = marks_[mark_ + i] - static_cast<std::uint32_t>(shift);
    markCount_ = kept;
    mark_ = 0;
}

void CsvWindow::index(std::size_t to)
{
    const std::size_t room = markCount_ + (to - indexed_) + 64;
    if (marks_.size() < room) marks_.resize(std::max(room, 2 * marks_.size()));
    markCount_ +=
        indexStructure(data(), indexed_, to, delimiter_, quote_, marks_.data() + markCount_);
    indexed_ = to;
}

} // namespace spillway
