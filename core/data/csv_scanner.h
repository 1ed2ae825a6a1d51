#pragma once

#include "base/files.h"
#include "data/csv_blocks.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// Which columns of a schema are read; all others are skipped without being decoded.
struct ColumnSelection {
    std::vector<std::size_t> numeric; ///< schema positions, read as float64, correctly rounded
    std::optional<std::size_t> text;  ///< schema position of a group or label column, raw text
};

/// Decoded rows, column by column. Views are valid until the call that delivered them returns.
struct RowBatch {
    std::size_t rows = 0;                   ///< at most RowBatch::capacity
    std::span<const double* const> numeric; ///< numeric[c][row]; NaN where the value is missing
    std::span<const std::string_view> text; ///< text[row] when a text column is selected
    static constexpr std::size_t capacity = 1024;
};

/// Receives the rows of a block in file order.
class RowSink {
public:
    virtual ~RowSink() = default;
    virtual void onRows(const RowBatch& batch) = 0;
};

/// A malformed row as the scan of one block sees it. Its line number is relative to the block's
/// first row.
struct CsvFault {
    Bytes offset = 0;        ///< in the file, of the first byte that is wrong
    std::int64_t line = 0;   ///< lines before it since the block's first row
    std::size_t column = 0;  ///< 1-based field number
    std::string expectation; ///< "4 columns, found 3", "a number, found \"abc\"", …
};

/// What the scan of one block found. Whether `begin` was guessed right is known only once the
/// previous block has been scanned: see BlockOrder.
struct BlockScan {
    Bytes begin = 0; ///< assumed start of the first row
    Bytes end = 0;   ///< where the row after the last one starts
    std::int64_t rows = 0;
    std::int64_t lines = 0;            ///< line breaks in [begin, end), those inside quotes too
    std::vector<std::int64_t> missing; ///< per selected numeric column
    std::optional<CsvFault> fault;     ///< the scan ended here
    bool sawQuote = false;
    /// Without knownBegin: no row start was found in the block, or its last row reaches so far
    /// beyond the block that the begin is doubtful. BlockOrder requests another scan if that
    /// matters.
    bool undecided = false;
};

/// Scans blocks of one dataset. One scanner per thread: it owns its read buffer (1 MiB pieces
/// through pread) and keeps memory flat.
class CsvScanner {
public:
    /// Opens nothing yet. `schema` and `selection` are copied.
    CsvScanner(const Dataset& dataset, const ColumnSelection& selection);
    ~CsvScanner();
    CsvScanner(CsvScanner&&) noexcept;
    CsvScanner& operator=(CsvScanner&&) noexcept;

    /// Delivers the rows of `block` to `sink`. Without `knownBegin` the block is assumed to start
    /// outside quotes: its first row follows the first line break at or after block.begin − 1 (the
    /// first block of a file starts with a row). With it the scan starts at that very byte. `sink`
    /// may have received rows before a fault. Errors: DataUnreadable when the file cannot be opened
    /// or is not the one that was planned (it was truncated, grew, was modified or replaced), Io,
    /// Cancelled.
    Result<BlockScan> scan(const Block& block, std::optional<Bytes> knownBegin, RowSink& sink,
                           std::stop_token stop = {});

private:
    struct Private;
    std::unique_ptr<Private> d_;
};

/// Decides, block by block in order, whether a speculative scan stands. Not thread-safe: whoever
/// commits owns it.
class BlockOrder {
public:
    explicit BlockOrder(const Dataset& dataset);

    enum class Outcome {
        Stands, ///< the scan began where the block before it ended
        Rescan  ///< scan the block again with knownBegin()
    };
    /// For the next block in order. When the scan stands and has a fault, the Error names file,
    /// byte offset, line, column and what was expected (DataUnreadable).
    Result<Outcome> commit(const Block& block, const BlockScan& scan);
    /// Where the next block's first row starts; nothing before the first block of a file was
    /// committed.
    std::optional<Bytes> knownBegin() const { return knownBegin_; }
    std::int64_t rows() const { return rows_; }

private:
    Error faultError(const Block& block, const CsvFault& fault) const;

    std::vector<std::filesystem::path> paths_;
    std::int32_t file_ = -1;
    Bytes fileBegin_ = 0; ///< of the file's first row
    std::optional<Bytes> knownBegin_;
    std::int64_t linesBefore_ = 0;
    std::int64_t rows_ = 0;
};

} // namespace spillway
