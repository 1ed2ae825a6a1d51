#include "app/window.h"

#include "app/terminal.h"
#include "base/files.h"
#include "ui/parts/icons.h"
#include "ui/parts/theme.h"
#include "ui/window/main_window.h"
#include "ui/work/desktop_notifier.h"
#include "ui/work/message_bus.h"

#include <QApplication>
#include <QSettings>

#include <fmt/format.h>

#include <cstdlib>
#include <string_view>

namespace spillway {
namespace {

bool hasDisplay()
{
    return std::getenv("DISPLAY") || std::getenv("WAYLAND_DISPLAY") ||
           std::getenv("QT_QPA_PLATFORM");
}

/// The session named on the command line, made absolute before Qt changes anything.
std::optional<std::filesystem::path> sessionOf(int argc, char** argv)
{
    for (int i = 1; i < argc; ++i)
        if (std::string_view(argv[i]).ends_with(".spillway")) {
            std::error_code ignored; // the name as it is will be refused where it cannot be found
            const auto absolute = std::filesystem::absolute(argv[i], ignored);
            return ignored ? std::filesystem::path(argv[i]) : absolute;
        }
    return std::nullopt;
}

} // namespace

int showWindow(int argc, char** argv)
{
    if (!hasDisplay())
        return fail({.code = ErrorCode::Unsupported,
                     .message = "There is no display to open the window on.",
                     .remedy = "The terminal commands need none: spillway --help"});
    const auto session = sessionOf(argc, argv);
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("spillway"));
    QApplication::setApplicationDisplayName(QStringLiteral("Spillway"));
    QApplication::setApplicationVersion(QStringLiteral(SPILLWAY_VERSION));
    QApplication::setWindowIcon(programIcon());

    // <config directory>/spillway/spillway.conf
    QSettings stored(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("spillway"),
                     QStringLiteral("spillway"));
    WindowOptions options;
    options.engines = EngineRegistry::defaultLocations();
    options.guardProgram = options.engines.worker;
    options.session = session;
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
