#include "host/tool_files.h"

#include "base/files.h"
#include "base/json.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>

#include <cstdlib>
#include <system_error>
#include <utility>

namespace spillway {
namespace {

namespace fs = std::filesystem;

/// The programs of nine engines for the longest job.
constexpr Bytes longestAnswer = Bytes(64) << 20;
constexpr int answerDepth = 64;

Error notSetUp(const PythonTool& tool, const EngineInfo& self)
{
    const auto& manifest = tool.manifest;
    return makeError(ErrorCode::NotFound,
                     fmt::format("{}, {}, is not set up ({}).", capitalised(manifest.title),
                                 tool.purpose, formatBytes(manifest.diskBytes.value_or(0))),
                     self.advice().empty()
                         ? fmt::format("Run \"spillway engines install {}\".", manifest.id)
                         : self.advice());
}

} // namespace

Result<ToolFiles> ToolFiles::make(const Json& request)
{
    std::error_code failed;
    auto pattern = (fs::temp_directory_path(failed) / "spillway-tool-XXXXXX").string();
    if (failed || !::mkdtemp(pattern.data()))
        return makeError(ErrorCode::Io,
                         fmt::format("No temporary directory {} can be made.", pattern),
                         "Set TMPDIR to a directory that you may write to.");
    ToolFiles files{fs::path(pattern)};
    if (auto written = writeFileAtomically(files.question(), toLine(request)); !written)
        return written.error();
    return files;
}

ToolFiles::ToolFiles(ToolFiles&& other) noexcept : path_(std::exchange(other.path_, fs::path())) {}

ToolFiles::~ToolFiles()
{
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
}

Result<Json> ToolFiles::read() const
{
    const auto text = readFile(answer(), longestAnswer);
    if (!text) return text.error();
    return parseJson(*text, answerDepth);
}

Result<EngineInfo> readyTool(const EngineRegistry& registry, const PythonTool& tool)
{
    EngineInfo self = registry.examine(tool.manifest);
    if (self.state != EngineState::Ready) return notSetUp(tool, self);
    return self;
}

Result<fs::path> toolScratchRoot(const EngineRegistry& registry)
{
    // The folder may be a link, below which no guard works.
    std::error_code failed;
    auto root = fs::canonical(registry.locations().environments, failed);
    if (failed)
        return systemError("Cannot find " + registry.locations().environments.string(),
                           failed.value());
    return root;
}

} // namespace spillway
