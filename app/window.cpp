#include "app/window.h"

#include "app/terminal.h"
#include "base/files.h"
#include "base/program.h"
#include "ui/parts/icons.h"
#include "ui/parts/theme.h"
#include "ui/window/main_window.h"
#include "work/desktop_notifier.h"
#include "work/message_bus.h"
#include "work/text.h"

#include <QApplication>
#include <QSettings>

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <system_error>

namespace spillway {
namespace {

/// The file named on the command line, from which Qt has taken its own options.
std::optional<std::filesystem::path> fileOf(int argc, char** argv)
{
    if (argc < 2) return std::nullopt;
    std::error_code failed; // the name as it is will be refused where it cannot be found
    const auto absolute = std::filesystem::absolute(argv[1], failed);
    return failed ? std::filesystem::path(argv[1]) : absolute;
}

} // namespace

bool hasDisplay()
{
    return std::getenv("DISPLAY") || std::getenv("WAYLAND_DISPLAY") ||
           std::getenv("QT_QPA_PLATFORM");
}

int showWindow(int argc, char** argv)
{
    if (!hasDisplay())
        return fail(makeError(ErrorCode::Unsupported, "There is no display to open the window on.",
                              "The terminal commands need none: spillway --help"));
    QApplication application(argc, argv);
    QGuiApplication::setDesktopFileName(text(desktopId()));
    QApplication::setApplicationName(QStringLiteral("spillway"));
    QApplication::setApplicationDisplayName(QStringLiteral("Spillway"));
    QApplication::setApplicationVersion(text(programVersion()));
    QApplication::setWindowIcon(programIcon());

    // <config directory>/spillway/spillway.ini
    QSettings stored(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("spillway"),
                     QStringLiteral("spillway"));
    WindowOptions options;
    options.engines = EngineRegistry::defaultLocations();
    options.guardProgram = options.engines.worker;
    options.manual = programFiles().manual;
    options.file = fileOf(argc, argv);
    options.settings = loadSettings(stored);
    options.writeSettings = [&stored](const Settings& settings) {
        storeSettings(settings, stored);
    };
    options.sessionBus = connectInTime(&DesktopNotifier::sessionBus);
    options.systemBus = connectInTime(&QDBusConnection::systemBus);
    applyAppearance(application, options.settings.appearance);
    MainWindow window(std::move(options));
    window.show();
    return QApplication::exec();
}

} // namespace spillway
