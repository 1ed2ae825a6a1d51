#pragma once

#include "base/files.h"
#include "data/csv_rows.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace spillway {

/// A sliding view of one file for a reader that moves forward row by row: part of the file in its
/// own buffer, read in pieces of about 1 MiB, the structural positions of the indexed part, and a
/// cursor at the start of the next row.
///
/// Invariant: text().marks holds every mark of text(); positions count from text().data.
class CsvWindow {
public:
    static constexpr std::size_t pieceBytes = std::size_t(1) << 20;
    /// Readable bytes around the text that parsePlainDecimal() and indexStructure() may access.
    static constexpr std::size_t padding = 64;

    explicit CsvWindow(const CsvFormat& format);

    /// Puts the cursor at byte `from` of a file of `fileSize` bytes; nothing is read yet. Pieces
    /// end a little beyond `softEnd` unless a row needs more.
    void start(int fd, Bytes from, Bytes softEnd, Bytes fileSize);

    enum class Step {
        Indexed, ///< more of the buffer is in the text; positions and views are as before
        Refill,  ///< the buffer is used up: refill() is next
        AtEnd,   ///< the text reaches the end of the file
        Full     ///< maxRowBytes from the cursor on are in the text
    };
    /// Extends the text without moving it. The cursor's mark becomes 0.
    Step grow();
    /// Reads the next piece. The cursor becomes position 0 and views into the text become invalid.
    /// DataUnreadable when the file ends before fileSize.
    Result<void> refill();

    CsvText text() const;
    std::size_t row() const { return row_; }
    std::size_t mark() const { return mark_; }
    void advance(std::size_t row, std::size_t mark)
    {
        row_ = row;
        mark_ = mark;
    }
    Bytes fileOffset(std::size_t position) const { return base_ + static_cast<Bytes>(position); }

private:
    char* data() const { return buffer_.get() + padding; }
    Bytes readEnd() const { return fileOffset(size_); }
    void index(std::size_t to);
    void dropMarks(std::size_t shift);
    std::size_t nextRead() const;
    void reserve(std::size_t capacity);

    char delimiter_;
    char quote_;
    int fd_ = -1;
    Bytes base_ = 0; ///< file offset of data()[0]
    Bytes softEnd_ = 0;
    Bytes fileSize_ = 0;
    std::size_t row_ = 0;
    std::size_t mark_ = 0;
    std::size_t size_ = 0;        ///< bytes in the buffer
    std::size_t indexed_ = 0;     ///< of them, those in the text
    std::size_t lastGrownAt_ = 0; ///< the cursor when the text last grew
    std::size_t capacity_ = 0;
    std::unique_ptr<char[]> buffer_;
    std::vector<std::uint32_t> marks_;
    std::size_t markCount_ = 0;
};

} // namespace spillway
