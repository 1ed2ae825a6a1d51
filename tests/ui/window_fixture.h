#pragma once

#include "ui/window/main_window.h"
#include "work/text.h"

#include <QDir>
#include <QTemporaryDir>

#include <filesystem>
#include <memory>

namespace spillway {

/// A place on a real disk (scratch on memory is refused) and a window that keeps everything in it.
class WindowFixture {
public:
    explicit WindowFixture(const char* folder = SPILLWAY_BINARY_DIR "/ui-XXXXXX")
        : folder_(QDir::cleanPath(QLatin1String(folder)))
    {
    }

    std::filesystem::path path(const char* name) const { return pathOf(folder_.path()) / name; }

    WindowOptions options() const
    {
        WindowOptions options;
        options.engines = {.builtIn = SPILLWAY_SOURCE_DIR "/resources/engines",
                           .workloads = SPILLWAY_SOURCE_DIR "/core/workloads",
                           .user = path("engines"),
                           .worker = SPILLWAY_BINARY_DIR "/bin/spillway-worker",
                           .adapters = SPILLWAY_SOURCE_DIR "/adapters",
                           .environments = path("environments")};
        options.guardProgram = options.engines.worker;
        options.manual = SPILLWAY_SOURCE_DIR "/docs/manual";
        options.settings.appearance = Appearance::Light;
        options.settings.dataFolder = path("data");
        options.settings.sessionFolder = path("sessions");
        options.settings.scratchFolder = path("scratch");
        options.settings.measurement.repeats = 2;
        options.settings.measurement.warmup = 0;
        return options;
    }

private:
    QTemporaryDir folder_;
};

} // namespace spillway
