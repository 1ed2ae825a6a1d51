#include "native/serve/table_file.h"

#include "base/files.h"
#include "workloads/result_form.h"

#include <fcntl.h>

#include <cerrno>

namespace spillway {
namespace {

constexpr std::size_t bufferBytes = std::size_t(1) << 20;

} // namespace

Result<void> writeTable(const std::filesystem::path& scratch, const RunResult& result)
{
    const ResultForm& form = formOf(result.kind);
    const auto path = scratch / form.rowsFile();
    const UniqueFd file(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file) return systemError("Cannot write " + path.string(), errno);
    std::string buffer;
    for (std::size_t row = 0; row < result.table.rows(); ++row) {
        buffer += form.writeRow(result.table, row);
        buffer += '\n';
        if (buffer.size() < bufferBytes) continue;
        if (auto written = writeAll(file.get(), buffer); !written) return written;
        buffer.clear();
    }
    return writeAll(file.get(), buffer);
}

} // namespace spillway
