#include "host/python_tool.h"

#include "base/files.h"
#include "base/json.h"
#include "host/guarded_command.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace spillway {
namespace {

namespace fs = std::filesystem;

/// The programs of nine engines for the longest job.
constexpr Bytes longestAnswer = Bytes(64) << 20;
constexpr int answerDepth = 64;
/// In front of a share, on a line of its own.
constexpr std::string_view progressMark = "progress ";

EngineManifest manifestOf(const char* id, const char* title, const char* module, Bytes disk)
{
    EngineManifest self;
    self.id = id;
    self.title = title;
    self.family = EngineFamily::Python;
    self.program = "@python";
    self.arguments = {"-I", "-m", module};
    self.requirements = id;
    self.diskBytes = disk;
    return self;
}

/// A new directory that is removed with this object.
class TemporaryDirectory {
public:
    static Result<TemporaryDirectory> make()
    {
        std::error_code failed;
        auto pattern = (fs::temp_directory_path(failed) / "spillway-tool-XXXXXX").string();
        if (failed || !::mkdtemp(pattern.data()))
            return makeError(ErrorCode::Io,
                             fmt::format("No temporary directory {} can be made.", pattern),
                             "Set TMPDIR to a directory that you may write to.");
        return TemporaryDirectory(pattern);
    }
    TemporaryDirectory(TemporaryDirectory&& other) noexcept
        : path_(std::exchange(other.path_, fs::path()))
    {
    }
    TemporaryDirectory& operator=(TemporaryDirectory&&) = delete;
    ~TemporaryDirectory()
    {
        std::error_code ignored;
        if (!path_.empty()) fs::remove_all(path_, ignored);
    }
    fs::path operator/(const char* name) const { return path_ / name; }

private:
    explicit TemporaryDirectory(fs::path path) : path_(std::move(path)) {}
    fs::path path_;
};

Error notSetUp(const PythonTool& tool, const EngineInfo& self)
{
    const auto& manifest = tool.manifest;
    return makeError(ErrorCode::NotFound,
                     fmt::format("{}, {}, is not set up ({}).", manifest.title, tool.purpose,
                                 formatBytes(manifest.diskBytes.value_or(0))),
                     self.advice().empty()
                         ? fmt::format("Run \"spillway engines install {}\".", manifest.id)
                         : self.advice());
}

/// Passes on lines that say how far the tool is.
void report(std::string_view line, const ToolProgress& progress)
{
    if (!progress || !line.starts_with(progressMark)) return;
    line.remove_prefix(progressMark.size());
    double share = 0;
    const auto [end, wrong] = std::from_chars(line.data(), line.data() + line.size(), share);
    if (wrong == std::errc() && share >= 0 && share <= 1) progress(share);
}

} // namespace

const PythonTool& plannerTool()
{
    static const PythonTool self{
        manifestOf("planner", "The planner", "spillway_adapters.planner", 30'000'000),
        "which reads queries"};
    return self;
}

const PythonTool& parquetTool()
{
    static const PythonTool self{
        manifestOf("parquet", "The Parquet library", "spillway_adapters.parquet", 190'000'000),
        "which reads and writes Parquet files"};
    return self;
}

std::vector<EngineInfo> toolInfos(const EngineRegistry& registry)
{
    return {registry.examine(plannerTool().manifest), registry.examine(parquetTool().manifest)};
}

Result<Json> ask(const EngineRegistry& registry, const PythonTool& tool, const Json& request,
                 std::stop_token stop, const ToolProgress& progress)
{
    const EngineInfo self = registry.examine(tool.manifest);
    if (self.state != EngineState::Ready) return notSetUp(tool, self);
    const auto place = TemporaryDirectory::make();
    if (!place) return place.error();
    const auto question = *place / "request.json";
    const auto answer = *place / "answer.json";
    if (auto written = writeFileAtomically(question, toLine(request)); !written)
        return written.error();
    // The folder may be a link, below which no guard works.
    std::error_code failed;
    const auto root = fs::canonical(registry.locations().environments, failed);
    if (failed)
        return systemError("Cannot find " + registry.locations().environments.string(),
                           failed.value());
    GuardedCommand command{.guardProgram = fs::absolute(registry.locations().worker),
                           .scratchRoot = root,
                           .line = {registry.environments().python(self.manifest).string()}};
    for (const auto& argument : self.manifest.arguments)
        command.line.push_back(argument);
    command.line.push_back(question.string());
    command.line.push_back(answer.string());
    const auto onLine = [&](std::string_view line) { report(line, progress); };
    if (auto ran = run(command, onLine, {}, std::move(stop)); !ran) return ran.error();
    const auto text = readFile(answer, longestAnswer);
    if (!text) return text.error();
    return parseJson(*text, answerDepth);
}

} // namespace spillway
