#include "host/python_tool.h"

#include "base/json.h"
#include "host/guarded_command.h"
#include "host/tool_files.h"

#include <fmt/format.h>

#include <charconv>
#include <system_error>
#include <utility>

namespace spillway {
namespace {

namespace fs = std::filesystem;

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
        manifestOf("planner", "the planner", "spillway_adapters.planner", 30'000'000),
        "which reads queries"};
    return self;
}

const PythonTool& parquetTool()
{
    static const PythonTool self{
        manifestOf("parquet", "the Parquet library", "spillway_adapters.parquet", 190'000'000),
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
    const auto self = readyTool(registry, tool);
    if (!self) return self.error();
    const auto files = ToolFiles::make(request);
    if (!files) return files.error();
    const auto root = toolScratchRoot(registry);
    if (!root) return root.error();
    GuardedCommand command{.guardProgram = fs::absolute(registry.locations().worker),
                           .scratchRoot = *root,
                           .line = {registry.environments().python(self->manifest).string()}};
    for (const auto& argument : self->manifest.arguments)
        command.line.push_back(argument);
    command.line.push_back(files->question().string());
    command.line.push_back(files->answer().string());
    const auto onLine = [&](std::string_view line) { report(line, progress); };
    if (auto ran = run(command, onLine, {}, std::move(stop)); !ran) return ran.error();
    return files->read();
}

} // namespace spillway
