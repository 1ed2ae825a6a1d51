#include "app/engine_install.h"

#include "app/terminal.h"
#include "host/python_tool.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>

#include <utility>

namespace spillway {
namespace {

/// "Downloading pyarrow (45.9MiB) · 210 MB of 640 MB"
std::string progressText(const EngineManifest& manifest, const InstallProgress& progress)
{
    auto text = fmt::format("{}: {}", capitalised(manifest.title), progress.step);
    if (progress.expected > 0 && progress.written > 0)
        text += fmt::format(" · {} of about {}", formatBytes(progress.written),
                            formatBytes(progress.expected));
    return text;
}

} // namespace

namespace {

/// Tools have no version of their own.
std::string spaced(const std::string& version)
{
    return version.empty() ? version : " " + version;
}

void sayReady(const EngineInfo& engine)
{
    toStdout("{}{} is ready.\n", engine.manifest.id, spaced(engine.version));
}

Result<void> install(const EngineRegistry& registry, const EngineInfo& engine, std::stop_token stop)
{
    const auto& manifest = engine.manifest;
    ProgressLine line;
    line.print(fmt::format(
        "Setting up {}{}{}.", manifest.title, spaced(engine.version),
        manifest.diskBytes ? fmt::format(" (about {} on disk)", formatBytes(*manifest.diskBytes))
                           : std::string()));
    auto installed = registry.environments().install(
        manifest,
        [&](const InstallProgress& progress) { line.show(progressText(manifest, progress)); },
        std::move(stop));
    if (!installed) return installed;
    sayReady(engine);
    flushStdout(); // the next may take a minute
    return {};
}

} // namespace

Result<void> installOnTerminal(const EngineRegistry& registry, const EngineInfo& engine,
                               std::stop_token stop)
{
    if (engine.state == EngineState::Ready) {
        sayReady(engine);
    } else if (auto made = install(registry, engine, stop); !made) {
        return made;
    }
    const auto self = registry.examine(plannerTool().manifest);
    if (self.state == EngineState::Ready || engine.manifest.id == self.manifest.id) return {};
    auto made = install(registry, self, std::move(stop));
    if (made || made.error().code == ErrorCode::Cancelled) return made;
    // The engine is there, and only queries need the planner.
    toStderr("The planner, which reads queries, is not set up: {}\n", describe(made.error()));
    return {};
}

} // namespace spillway
