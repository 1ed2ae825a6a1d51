#include "host/table_rows.h"

#include "base/files.h"
#include "host/line_reader.h"
#include "workloads/field_checks.h"
#include "workloads/result_form.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <fmt/format.h>

#include <cerrno>

namespace spillway {
namespace {

/// Bytes of the texts in the last row.
Bytes textBytesOfLast(const ResultTable& table)
{
    Bytes bytes = 0;
    for (const ResultColumn& column : table.columns)
        if (const auto* texts = std::get_if<std::vector<std::string>>(&column.values))
            bytes += static_cast<Bytes>(texts->back().size());
    return bytes;
}

/// One file of rows.
class RowsFile {
public:
    RowsFile(const RunResult& result)
        : form_(formOf(result.kind)),
          name_(form_.rowsFile()),
          result_(result),
          most_(result.tableRows == RunResult::unknownRows ? maxGroups : result.tableRows),
          rows_(result.table.withoutRows())
    {
    }
    Result<ResultTable> read(const std::filesystem::path& scratch, const std::stop_token& stop);

private:
    Result<UniqueFd> open(const std::filesystem::path& scratch) const;
    Result<void> addLines();

    const ResultForm& form_;
    const std::string name_;
    const RunResult& result_;
    const std::int64_t most_;
    LineReader lines_{std::size_t(1) << 20};
    ResultTable rows_;
    Bytes textBytes_ = 0;
};

Result<UniqueFd> RowsFile::open(const std::filesystem::path& scratch) const
{
    const UniqueFd directory(
        ::open(scratch.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    UniqueFd fd(
        ::openat(directory.get(), name_.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat status {};
    if (!fd || ::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode))
        return protocolError(
            fmt::format("The engine wrote no {} with the rows of its result.", name_));
    return fd;
}

/// Adds the whole lines that have been read.
Result<void> RowsFile::addLines()
{
    while (const auto line = lines_.next()) {
        if (static_cast<std::int64_t>(rows_.rows()) >= most_)
            return protocolError(fmt::format("{} holds more rows than {}.", name_,
                                             result_.tableRows == RunResult::unknownRows
                                                 ? "a result may have"
                                                 : "the result says"));
        if (auto added = form_.readRow(rows_, *line); !added) return added;
        textBytes_ += textBytesOfLast(rows_);
        if (textBytes_ > maxGroupKeyBytes)
            return protocolError(fmt::format("The texts of {} are longer than {} together.", name_,
                                             formatBytes(maxGroupKeyBytes)));
    }
    if (lines_.overflowed())
        return protocolError(fmt::format("A row of {} is longer than 1 MiB.", name_));
    return {};
}

Result<ResultTable> RowsFile::read(const std::filesystem::path& scratch,
                                   const std::stop_token& stop)
{
    const auto fd = open(scratch);
    if (!fd) return fd.error();
    std::vector<char> buffer(std::size_t(1) << 18);
    for (Bytes offset = 0;;) {
        if (stop.stop_requested())
            return makeError(ErrorCode::Cancelled, "Cancelled while reading the result's rows.");
        const auto count = readAt(fd->get(), buffer, offset);
        if (!count) return count.error();
        lines_.append(std::string_view(buffer.data(), *count));
        if (auto added = addLines(); !added) return added.error();
        offset += static_cast<Bytes>(*count);
        if (*count < buffer.size()) break;
    }
    const bool all = result_.tableRows == RunResult::unknownRows ||
                     static_cast<std::int64_t>(rows_.rows()) == result_.tableRows;
    if (!lines_.rest().empty())
        return protocolError(fmt::format("The last row of {} has no end of line.", name_));
    if (!all)
        return protocolError(fmt::format("{} holds {} rows; the result says {}.", name_,
                                         rows_.rows(), result_.tableRows));
    if (auto sound = form_.checkRows(result_, rows_); !sound) return sound.error();
    return std::move(rows_);
}

} // namespace

Result<ResultTable> readTableRows(const std::filesystem::path& scratch, const RunResult& result,
                                  std::stop_token stop)
{
    return RowsFile(result).read(scratch, stop);
}

} // namespace spillway
