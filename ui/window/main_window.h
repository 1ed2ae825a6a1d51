#pragma once

#include "host/engine_registry.h"
#include "ui/window/sidebar.h"
#include "work/settings.h"

#include <QDBusConnection>
#include <QMainWindow>

#include <filesystem>
#include <memory>
#include <optional>

class QStackedWidget;

namespace spillway {

class ComparePage;
class DataPage;
class DesktopNotifier;
class HeaderBar;
class LivePage;
class ManualWindow;
class NoticeBar;
class PlanPage;
class RunController;
class SleepInhibitor;
class Workbench;
struct PlanOutcome;

/// What the program passes to its window.
struct WindowOptions {
    EngineRegistry::Locations engines;
    /// Opened at once: a session or data. A session that does not exist is created.
    std::optional<std::filesystem::path> file;
    std::filesystem::path guardProgram; ///< spillway-worker
    std::filesystem::path manual;       ///< docs/manual
    Settings settings = defaultSettings();
    SettingsWriter writeSettings; ///< called on every change; may be empty
    /// Buses of the desktop's services; disconnected unless the program sets them.
    QDBusConnection sessionBus{QString()};
    QDBusConnection systemBus{QString()};
};

/// The window: sidebar, header, pages, status bar. Assembles them and does nothing else.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(WindowOptions options);
    /// Stops a running plan and waits for it (at most about 2 s).
    ~MainWindow() override;

    Workbench& workbench() { return *workbench_; }
    RunController& runs() { return *runs_; }
    DataPage& dataPage() { return *data_; }
    PlanPage& planPage() { return *plan_; }
    LivePage& livePage() { return *live_; }
    ComparePage& comparePage() { return *compare_; }

    void showPage(PageId page);
    PageId currentPage() const;
    void showSettings();
    /// Opens the manual at the page for what is in front.
    void showManual(const QWidget* asker);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void buildPages();
    void buildFrame();
    void connectPages();
    void connectHeader(HeaderBar& header);
    void applyTheme();
    /// Whether a plan runs or an engine is being set up.
    bool isWorking() const;
    void closeWhenEnded();
    void askBeforeQuitting();
    void connectDesktop();
    /// Notifies on the desktop while the window is not active.
    void notifyIfAway(const QString& title, const QString& body);
    void tellPlanEnded(const PlanOutcome& outcome);
    void showNotes();
    void rememberLayout();
    void resetLayout();
    QString manualPageFor(const QWidget* focus) const;

    std::unique_ptr<Workbench> workbench_;
    std::unique_ptr<RunController> runs_;
    DesktopNotifier* notifier_;
    SleepInhibitor* inhibitor_;
    std::filesystem::path manualFolder_;
    std::unique_ptr<ManualWindow> manual_; ///< created on first use
    Sidebar* sidebar_ = nullptr;
    NoticeBar* notice_ = nullptr;
    QStackedWidget* stack_ = nullptr;
    DataPage* data_ = nullptr;
    PlanPage* plan_ = nullptr;
    LivePage* live_ = nullptr;
    ComparePage* compare_ = nullptr;
    bool quitWhenEnded_ = false;
};

} // namespace spillway
