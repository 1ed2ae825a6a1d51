#include "data/csv_header.h"
#include "data/csv_scanner.h"

#include "base/files.h"

#include <fcntl.h>

#include <algorithm>
#include <array>

namespace spillway {
namespace {

/// Line breaks in the first `size` bytes of a file: only needed to report a malformed row.
std::int64_t lineBreaks(const std::filesystem::path& path, Bytes size)
{
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::array<char, 65536> buffer;
    std::int64_t lines = 0;
    for (Bytes at = 0; fd && at < size;) {
        const auto wanted = std::min<Bytes>(size - at, buffer.size());
        const auto read =
            readAt(fd.get(), std::span(buffer).first(static_cast<std::size_t>(wanted)), at);
        if (!read || *read == 0) break;
        lines +=
            std::count(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(*read), '\n');
        at += static_cast<Bytes>(*read);
    }
    return lines;
}

} // namespace

BlockOrder::BlockOrder(const Dataset& dataset) : paths_(dataset.paths) {}

Result<BlockOrder::Outcome> BlockOrder::commit(const Block& block, const BlockScan& scan)
{
    if (block.file != file_) {
        file_ = block.file;
        fileBegin_ = block.begin;
        knownBegin_ = block.begin;
        linesBefore_ = 0;
    }
    const bool passedOver = *knownBegin_ >= block.end;
    if (scan.undecided && passedOver && scan.rows == 0) return Outcome::Stands;
    if (scan.undecided || scan.begin != *knownBegin_) return Outcome::Rescan;
    if (scan.fault) return faultError(block, *scan.fault);
    knownBegin_ = scan.end;
    linesBefore_ += scan.lines;
    rows_ += scan.rows;
    return Outcome::Stands;
}

Error BlockOrder::faultError(const Block& block, const CsvFault& fault) const
{
    const auto& path = paths_[static_cast<std::size_t>(block.file)];
    const std::int64_t line = lineBreaks(path, fileBegin_) + linesBefore_ + fault.line + 1;
    return malformed(path, fault.offset, line, fault.column, fault.expectation);
}

} // namespace spillway
