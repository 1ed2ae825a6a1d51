#include "app/export_on_terminal.h"

#include "app/overlay_option.h"
#include "app/terminal.h"
#include "work/session_view.h"

#include <QApplication>

namespace spillway {
namespace {

/// Qt's warnings about a session that a terminal does not have (XDG_RUNTIME_DIR) are irrelevant.
void keepQtQuiet(QtMsgType type, const QMessageLogContext&, const QString& message)
{
    if (type == QtCriticalMsg || type == QtFatalMsg)
        toStderr("spillway: {}\n", message.toStdString());
}

} // namespace

Result<std::vector<std::filesystem::path>> exportOnTerminal(const std::filesystem::path& session,
                                                            const std::string& overlay,
                                                            const ExportRequest& request)
{
    // Charts need a font engine, not a display.
    qputenv("QT_QPA_PLATFORM", "offscreen");
    qInstallMessageHandler(keepQtQuiet);
    int argc = 1;
    char name[] = "spillway";
    char* argv[] = {name, nullptr};
    const QApplication application(argc, argv);

    const auto view = openSessionView(session);
    if (!view) return view.error();
    return exportSession({.title = view->path.stem().string(),
                          .records = view->records,
                          .environments = view->environments,
                          .comparisons = view->comparisons,
                          .datasets = view->datasets,
                          .notes = view->notes,
                          .engines = view->engines,
                          .leftOut = view->leftOut,
                          .charts = {.published = overlayOf(overlay, *view)}},
                         request);
}

} // namespace spillway
