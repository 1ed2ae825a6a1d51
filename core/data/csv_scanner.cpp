#include "data/csv_scanner.h"

#include "data/csv_window.h"
#include "data/row_collector.h"

#include <fmt/format.h>

#include <fcntl.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace spillway {
namespace {

/// How far a row may reach beyond its block before a scan that only guessed its begin gives up:
/// inside out, a quote may seem to stay open to the end of the file.
constexpr Bytes doubtfulBytes = Bytes(1) << 20;

Error cancelled()
{
    return makeError(ErrorCode::Cancelled, "Reading was stopped.");
}

} // namespace

struct CsvScanner::Private {
    Private(const Dataset& dataset, const ColumnSelection& selection);

    Result<FileStamp> open(const Block& block);
    Result<BlockScan> scanFrom(std::optional<Bytes> begin, RowSink& sink);
    Result<bool> seekRow();
    Result<void> readRows();
    void plainRows();
    template <bool comments>
    std::size_t placePlainRows(std::size_t most);
    bool parsedRow(RowParser::Outcome outcome);
    enum class More { Yes, No };
    Result<More> more();
    void fail(const RowFault& fault);
    void failRow(std::size_t field, const CsvText& text);
    std::string expectedNumber(std::string_view content) const;

    std::vector<std::filesystem::path> paths;
    std::size_t columns;
    char delimiter;
    char comment;
    char decimal;
    RowParser parser;
    CsvWindow window;
    RowCollector collector;
    UniqueFd fd;
    std::int32_t openFile = -1;
    FileStamp openStamp;
    /// Where the rows that were placed start.
    struct RowStart {
        std::size_t row = 0;
        std::size_t mark = 0;
    };
    std::array<RowStart, RowBatch::capacity> starts;
    // Of the scan that is under way:
    Block block;
    bool guessed = false; ///< the begin is not known to be right
    std::stop_token stop;
    BlockScan found;
};

CsvScanner::Private::Private(const Dataset& dataset, const ColumnSelection& selection)
    : paths(dataset.paths),
      columns(dataset.schema.columns.size()),
      delimiter(dataset.schema.format.delimiter),
      comment(dataset.schema.format.comment),
      decimal(dataset.schema.format.decimal),
      parser(dataset.schema.format, columns),
      window(dataset.schema.format),
      collector(selection, dataset.schema.format)
{
}

/// Opens the file of `block` unless it is open; its stamp as it is now.
Result<FileStamp> CsvScanner::Private::open(const Block& next)
{
    const auto& path = paths[static_cast<std::size_t>(next.file)];
    if (auto same = checkUnchanged(path, next.stamp); !same) return same.error();
    const auto stamp = stampOf(path);
    if (!stamp) return stamp.error();
    if (next.file == openFile && *stamp == openStamp) return *stamp;
    fd = UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd)
        return unreadable(fmt::format("Cannot read {}: {}.", path.string(), std::strerror(errno)));
    openFile = next.file;
    openStamp = *stamp;
    return *stamp;
}

Result<BlockScan> CsvScanner::Private::scanFrom(std::optional<Bytes> begin, RowSink& sink)
{
    found = {};
    collector.start(sink);
    if (!begin && block.first) begin = block.begin;
    guessed = !begin;
    window.start(fd.get(), begin.value_or(block.begin - 1), block.end, openStamp.size);
    if (guessed) {
        const auto sought = seekRow();
        if (!sought) return sought.error();
        found.undecided = !*sought;
    }
    found.begin = found.end = found.undecided ? block.end : window.fileOffset(window.row());
    if (!found.undecided)
        if (auto read = readRows(); !read) return read.error();
    collector.flush();
    found.missing = collector.missing();
    return std::move(found);
}

/// Moves the cursor behind the first line break. False when no row starts in the block.
Result<bool> CsvScanner::Private::seekRow()
{
    while (true) {
        const CsvText text = window.text();
        for (std::size_t mark = window.mark(); mark < text.marks.size(); ++mark) {
            const std::size_t at = text.marks[mark];
            if (text.data[at] != '\n') continue;
            window.advance(at + 1, mark + 1);
            return window.fileOffset(at + 1) < block.end;
        }
        window.advance(text.size, text.marks.size());
        if (window.fileOffset(text.size) >= block.end) return false;
        const auto grown = more();
        if (!grown) return grown.error();
        if (*grown == More::No) return false;
    }
}

Result<void> CsvScanner::Private::readRows()
{
    while (window.fileOffset(window.row()) < block.end && !found.fault && !found.undecided) {
        plainRows();
        const CsvText text = window.text();
        if (window.fileOffset(window.row()) >= block.end) break;
        const auto outcome = text.size == window.row() && !text.final
                                 ? RowParser::Outcome::NeedMore
                                 : parser.parse(text, window.row(), window.mark());
        found.sawQuote |= parser.sawQuote();
        if (parsedRow(outcome)) continue;
        found.undecided = guessed && window.fileOffset(text.size) > block.end + doubtfulBytes;
        if (found.undecided) break;
        const auto grown = more();
        if (!grown) return grown.error();
        if (*grown == More::No)
            fail({.position = window.row(),
                  .column = 1,
                  .expectation = "a row of at most 16 MiB (is a quote left open?)"});
    }
    found.end = window.fileOffset(window.row());
    return {};
}

/// The common case at full speed: rows without quotes that are complete in the text. Stops at the
/// first row that is anything else, which the parser then decides.
void CsvScanner::Private::plainRows()
{
    const char* const data = window.text().data;
    while (true) {
        const std::size_t room = collector.room();
        const std::size_t placed =
            comment == '\0' ? placePlainRows<false>(room) : placePlainRows<true>(room);
        const std::size_t read = collector.readPlaced(data);
        if (read < placed) window.advance(starts[read].row, starts[read].mark);
        found.rows += static_cast<std::int64_t>(read);
        found.lines += static_cast<std::int64_t>(read);
        if (read < room) return;
    }
}

/// Gives the collector at most `most` rows and moves the cursor behind them; tells how many. A file
/// without `comments` does not pay for them.
template <bool comments>
std::size_t CsvScanner::Private::placePlainRows(std::size_t most)
{
    const CsvText text = window.text();
    const char* const data = text.data;
    const std::size_t limit = static_cast<std::size_t>(block.end - window.fileOffset(0));
    std::size_t row = window.row();
    std::size_t mark = window.mark();
    std::size_t rows = 0;
    while (rows < most && row < limit && mark + columns < text.marks.size()) {
        const std::uint32_t* const ends = text.marks.data() + mark;
        bool plain = true;
        for (std::size_t i = 0; i + 1 < columns; ++i)
            plain &= data[ends[i]] == delimiter;
        const std::uint32_t last = ends[columns - 1];
        const bool carriage = data[last] == '\r' && ends[columns] == last + 1;
        const std::size_t end = last + carriage;
        plain &= data[end] == '\n' && last > row;
        if constexpr (comments) plain &= data[row] != comment;
        if (!plain) break;
        starts[rows++] = {.row = row, .mark = mark};
        collector.placePlain(data, row, ends);
        row = end + 1;
        mark += columns + carriage;
    }
    window.advance(row, mark);
    return rows;
}

/// Takes what the parser found. False when it needs more text.
bool CsvScanner::Private::parsedRow(RowParser::Outcome outcome)
{
    if (outcome == RowParser::Outcome::NeedMore) return false;
    if (outcome == RowParser::Outcome::Fault) {
        fail(parser.fault());
        return true;
    }
    const CsvText text = window.text();
    if (outcome == RowParser::Outcome::Row) {
        if (const auto garbage = collector.add(text.data, parser.fields())) {
            failRow(*garbage, text);
            return true;
        }
        ++found.rows;
    }
    found.lines += static_cast<std::int64_t>(parser.lines());
    window.advance(parser.next(), parser.nextMark());
    return true;
}

/// More text for the row at the cursor; No at the end of the file or when the row is too long.
Result<CsvScanner::Private::More> CsvScanner::Private::more()
{
    if (stop.stop_requested()) return cancelled();
    CsvWindow::Step step = window.grow();
    if (step == CsvWindow::Step::Refill) {
        collector.flush();
        if (auto filled = window.refill(); !filled) return filled.error();
        step = window.grow();
    }
    return step == CsvWindow::Step::Indexed ? More::Yes : More::No;
}

void CsvScanner::Private::fail(const RowFault& fault)
{
    found.fault = CsvFault{.offset = window.fileOffset(fault.position),
                           .line = found.lines + static_cast<std::int64_t>(fault.lines),
                           .column = fault.column,
                           .expectation = fault.expectation};
}

void CsvScanner::Private::failRow(std::size_t field, const CsvText& text)
{
    const FieldSpan& span = parser.fields()[field];
    fail({.position = span.begin - (span.quoted ? 1u : 0u),
          .lines = span.lines,
          .column = field + 1,
          .expectation = expectedNumber({text.data + span.begin, span.end - span.begin})});
}

std::string CsvScanner::Private::expectedNumber(std::string_view content) const
{
    const std::string mark = decimal == '.' ? "" : fmt::format(" with a decimal \"{}\"", decimal);
    return fmt::format("a number{}, found {}", mark, quotedExcerpt(content));
}

CsvScanner::CsvScanner(const Dataset& dataset, const ColumnSelection& selection)
    : d_(std::make_unique<Private>(dataset, selection))
{
}

CsvScanner::~CsvScanner() = default;
CsvScanner::CsvScanner(CsvScanner&&) noexcept = default;
CsvScanner& CsvScanner::operator=(CsvScanner&&) noexcept = default;

Result<BlockScan> CsvScanner::scan(const Block& block, std::optional<Bytes> knownBegin,
                                   RowSink& sink, std::stop_token stop)
{
    const auto stamp = d_->open(block);
    if (!stamp) return stamp.error();
    d_->block = block;
    d_->stop = std::move(stop);
    auto scan = d_->scanFrom(knownBegin, sink);
    // A changed file is a better explanation than whatever error it caused.
    if (scan || scan.error().code != ErrorCode::Cancelled)
        if (auto same = checkUnchanged(d_->paths[static_cast<std::size_t>(block.file)], *stamp);
            !same)
            return same.error();
    return scan;
}

} // namespace spillway
