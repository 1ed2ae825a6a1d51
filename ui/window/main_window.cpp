#include "ui/window/main_window.h"

#include "protocol/counted.h"
#include "ui/compare/compare_page.h"
#include "ui/data/data_page.h"
#include "ui/live/live_page.h"
#include "ui/manual/manual_place.h"
#include "ui/manual/manual_window.h"
#include "ui/parts/icons.h"
#include "ui/parts/notice_bar.h"
#include "ui/parts/plain_text.h"
#include "ui/parts/remembered_splitter.h"
#include "ui/parts/screen_fit.h"
#include "ui/parts/theme.h"
#include "ui/parts/wheel_guard.h"
#include "ui/plan/plan_page.h"
#include "ui/window/about_dialog.h"
#include "ui/window/header_bar.h"
#include "ui/window/notes_dialog.h"
#include "ui/window/run_status_bar.h"
#include "ui/window/settings_dialog.h"
#include "work/desktop_notifier.h"
#include "work/run_controller.h"
#include "work/sleep_inhibitor.h"
#include "work/text.h"
#include "work/window_words.h"
#include "work/workbench.h"

#include <QApplication>
#include <QCloseEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMessageBox>
#include <QPushButton>
#include <QScreen>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace spillway {
namespace {

constexpr QSize defaultSize(1280, 720);
constexpr QSize smallestSize(960, 600);
constexpr Seconds longPlan(30); ///< a plan that took longer is also announced outside the window

/// "36 runs: 34 done, 2 failed".
QString outcomeText(const PlanOutcome& outcome)
{
    const int all = outcome.ok + outcome.failed + outcome.unsupported + outcome.skipped;
    QStringList parts;
    for (const auto& [count, words] : {std::pair(outcome.ok, MainWindow::tr("%1 done")),
                                       {outcome.failed, MainWindow::tr("%1 failed")},
                                       {outcome.unsupported, MainWindow::tr("%1 unsupported")},
                                       {outcome.skipped, MainWindow::tr("%1 skipped")}})
        if (count > 0) parts << words.arg(count);
    if (outcome.cancelled) parts << MainWindow::tr("stopped");
    if (outcome.leftOut) parts << text(describe(*outcome.leftOut));
    return QStringLiteral("%1: %2").arg(runsText(all), parts.join(QStringLiteral(", ")));
}

} // namespace

MainWindow::MainWindow(WindowOptions options)
    : workbench_(std::make_unique<Workbench>(std::move(options.engines),
                                             std::move(options.settings),
                                             std::move(options.writeSettings))),
      runs_(std::make_unique<RunController>(*workbench_, std::move(options.guardProgram))),
      notifier_(new DesktopNotifier(options.sessionBus, this)),
      inhibitor_(new SleepInhibitor(options.systemBus, this)),
      manualFolder_(std::move(options.manual))
{
    keepTextPlain();
    guardWheel();
    setWindowIcon(programIcon());
    setMinimumSize(smallestSize);
    resize(fittingScreen(*this, defaultSize));
    if (!workbench_->settings().geometry.isEmpty())
        restoreGeometry(workbench_->settings().geometry);
    applyTheme();
    buildPages();
    buildFrame();
    connectPages();
    connectDesktop();
    restoreSplitters(*this, workbench_->settings().splitters);
    showPage(PageId::Data);
    stack_->setFocus(); // no control looks chosen before the keyboard is used
    qApp->installEventFilter(this);
    if (!options.file) return;
    std::error_code ignored;
    if (options.file->extension() == ".spillway" &&
        !std::filesystem::exists(*options.file, ignored))
        workbench_->newSession(*options.file);
    else
        data_->openFile(pathText(*options.file));
}

MainWindow::~MainWindow()
{
    // Pages refer to the controller and the workbench: they go first.
    delete takeCentralWidget();
    runs_.reset();
    workbench_.reset();
}

void MainWindow::buildPages()
{
    data_ = new DataPage(*workbench_, *runs_);
    plan_ = new PlanPage(*workbench_, *runs_);
    live_ = new LivePage(*workbench_, *runs_);
    compare_ = new ComparePage(*workbench_, *runs_);
    setManualPage(data_, QStringLiteral("your-data"));
    setManualPage(plan_, QStringLiteral("plan"));
    setManualPage(live_, QStringLiteral("live"));
    setManualPage(compare_, QStringLiteral("verdict"));
    stack_ = new QStackedWidget;
    for (QWidget* page : {static_cast<QWidget*>(data_), static_cast<QWidget*>(plan_),
                          static_cast<QWidget*>(live_), static_cast<QWidget*>(compare_)})
        stack_->addWidget(page);
}

void MainWindow::buildFrame()
{
    auto* header = new HeaderBar(*workbench_);
    auto* status = new RunStatusBar(*runs_, workbench_->engineSetup());
    sidebar_ = new Sidebar;
    notice_ = new NoticeBar;
    setManualPage(notice_, QStringLiteral("troubleshooting"));
    auto* page = new QVBoxLayout;
    page->setSpacing(0);
    auto* noticeFrame = new QVBoxLayout;
    noticeFrame->setContentsMargins(12, 8, 12, 0);
    noticeFrame->addWidget(notice_);
    page->addLayout(noticeFrame);
    page->addWidget(stack_, 1);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(0);
    middle->addWidget(sidebar_);
    middle->addLayout(page, 1);
    auto* central = new QWidget;
    auto* layout = new QVBoxLayout(central);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(header);
    layout->addLayout(middle, 1);
    layout->addWidget(status);
    setCentralWidget(central);
    connect(sidebar_, &Sidebar::chosen, this, &MainWindow::showPage);
    connectHeader(*header);
}

void MainWindow::connectPages()
{
    for (Page* page : {static_cast<Page*>(data_), static_cast<Page*>(plan_),
                       static_cast<Page*>(live_), static_cast<Page*>(compare_)}) {
        connect(page, &Page::dataPageRequested, this, [this] { showPage(PageId::Data); });
        connect(page, &Page::planPageRequested, this, [this] { showPage(PageId::Plan); });
        connect(page, &Page::livePageRequested, this, [this] { showPage(PageId::Live); });
        connect(page, &Page::comparePageRequested, this, [this] {
            showPage(PageId::Compare);
            compare_->showLatest();
        });
        connect(page, &Page::replayRequested, this, [this](qint64 runId) {
            showPage(PageId::Live);
            live_->replay(runId);
        });
    }
    connect(data_, &DataPage::presetRequested, this, [this](const QString& preset) {
        showPage(PageId::Plan);
        plan_->applyPreset(preset);
    });
    connect(data_, &DataPage::startRequested, this, [this](const QString& preset) {
        showPage(PageId::Plan);
        plan_->applyPreset(preset);
        plan_->start();
    });
    connect(live_, &LivePage::planContinued, plan_, &PlanPage::showPlan);
    connect(data_, &DataPage::planRequested, this, [this](const Plan& plan) {
        plan_->showPlan(plan);
        runs_->start(plan, false);
        showPage(PageId::Live);
    });
    connect(workbench_.get(), &Workbench::failed, notice_,
            qOverload<const Error&>(&NoticeBar::show));
    connect(workbench_.get(), &Workbench::sessionChanged, notice_, &NoticeBar::clear);
    for (const auto changed : {&Workbench::sessionChanged, &Workbench::sessionRenamed,
                               &Workbench::recordsChanged, &Workbench::datasetsChanged})
        connect(workbench_.get(), changed, this,
                [this] { setWindowTitle(workbench_->sessionName()); });
    connect(workbench_.get(), &Workbench::sessionOpened, this, [this] {
        // The answer first.
        if (std::ranges::any_of(workbench_->records(), counts)) showPage(PageId::Compare);
    });
    connect(workbench_.get(), &Workbench::settingsChanged, this, &MainWindow::applyTheme);
    connect(runs_.get(), &RunController::failed, notice_,
            qOverload<const Error&>(&NoticeBar::show));
    connect(runs_.get(), &RunController::noted, notice_,
            [this](const QString& note) { notice_->show(NoticeBar::Kind::Warning, note); });
    connect(runs_.get(), &RunController::planStarted, notice_, &NoticeBar::clear);
    connect(runs_.get(), &RunController::planEnded, this, &MainWindow::tellPlanEnded);
    connect(runs_.get(), &RunController::runningChanged, this, [this] {
        workbench_->engineSetup().hold(runs_->isRunning());
        closeWhenEnded();
    });
    connect(&workbench_->engineSetup(), &EngineSetup::busyChanged, this,
            &MainWindow::closeWhenEnded);
    setWindowTitle(workbench_->sessionName()); // Qt adds the program's name
}

void MainWindow::connectHeader(HeaderBar& header)
{
    connect(&header, &HeaderBar::settingsRequested, this, &MainWindow::showSettings);
    connect(&header, &HeaderBar::notesRequested, this, &MainWindow::showNotes);
    connect(&header, &HeaderBar::compareRequested, this, [this](const QString& file) {
        showPage(PageId::Compare);
        compare_->compareWith(pathOf(file));
    });
    connect(&header, &HeaderBar::manualRequested, this,
            [this] { showManual(QApplication::focusWidget()); });
    connect(&header, &HeaderBar::shortcutsRequested, this, [this] { showShortcuts(this); });
    connect(&header, &HeaderBar::aboutRequested, this, [this] { showAbout(this); });
    connect(&header, &HeaderBar::resetLayoutRequested, this, &MainWindow::resetLayout);
    connect(&header, &HeaderBar::quitRequested, this, &MainWindow::close);
}

void MainWindow::showPage(PageId page)
{
    if (notice_->kind() == NoticeBar::Kind::Info) notice_->clear(); // errors stay until read
    sidebar_->setCurrent(page);
    stack_->setCurrentIndex(static_cast<int>(page));
}

PageId MainWindow::currentPage() const
{
    return static_cast<PageId>(stack_->currentIndex());
}

void MainWindow::showSettings()
{
    auto* dialog = new SettingsDialog(*workbench_, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::showNotes()
{
    auto* dialog = new NotesDialog(text(workbench_->notes()), text(workbench_->tags()), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &NotesDialog::edited, this, [this](const QString& notes, const QString& tags) {
        workbench_->setNotes(notes);
        workbench_->setTags(tags);
    });
    dialog->open();
}

QString MainWindow::manualPageFor(const QWidget* focus) const
{
    if (auto page = manualPageAround(focus); !page.isEmpty()) return page;
    if (auto page = manualPageWithin(stack_->currentWidget()); !page.isEmpty()) return page;
    return QStringLiteral("index");
}

void MainWindow::showManual(const QWidget* asker)
{
    const QString page = manualPageFor(asker);
    if (!manual_) manual_ = std::make_unique<ManualWindow>(manualFolder_);
    manual_->open(page);
}

/// F1 in any window of the program: shortcuts of this one rest while a dialog asks something.
bool MainWindow::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::KeyPress || !watched->isWidgetType())
        return QMainWindow::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->key() != Qt::Key_F1 || key->modifiers() != Qt::NoModifier)
        return QMainWindow::eventFilter(watched, event);
    showManual(static_cast<QWidget*>(watched));
    return true;
}

void MainWindow::applyTheme()
{
    if (auto* application = qobject_cast<QApplication*>(QCoreApplication::instance()))
        applyAppearance(*application, workbench_->settings().appearance);
}

void MainWindow::changeEvent(QEvent* event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::ThemeChange) applyTheme();
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (isWorking()) {
        event->ignore();
        if (!quitWhenEnded_) askBeforeQuitting();
        return;
    }
    rememberLayout();
    if (manual_) manual_->close();
    event->accept();
}

bool MainWindow::isWorking() const
{
    return runs_->isRunning() || workbench_->engineSetup().isBusy();
}

void MainWindow::closeWhenEnded()
{
    if (quitWhenEnded_ && !isWorking()) close();
}

void MainWindow::askBeforeQuitting()
{
    const bool plan = runs_->isRunning();
    auto* box = new QMessageBox(
        QMessageBox::Question, plan ? tr("A plan is running") : tr("An engine is being set up"),
        plan ? tr("Stop the plan and quit?")
             : tr("Stop the set-up of %1 and quit?").arg(workbench_->engineSetup().currentTitle()),
        QMessageBox::Cancel, this);
    box->setInformativeText(
        plan ? tr("Finished runs are kept in the session. The plan can be resumed later.")
             : tr("The incomplete environment is removed. It can be set up again later."));
    QPushButton* stop = box->addButton(tr("Stop and quit"), QMessageBox::DestructiveRole);
    box->setAttribute(Qt::WA_DeleteOnClose);
    connect(stop, &QPushButton::clicked, this, [this] {
        quitWhenEnded_ = true;
        workbench_->engineSetup().cancelAll();
        runs_->stopPlan();
        closeWhenEnded(); // it may have ended while the question was open
    });
    box->open();
}

void MainWindow::connectDesktop()
{
    connect(runs_.get(), &RunController::runningChanged, this, [this] {
        if (runs_->isRunning())
            inhibitor_->hold(tr("A plan is being measured"));
        else
            inhibitor_->release();
    });
    connect(inhibitor_, &SleepInhibitor::refused, this, [](const QString& why) {
        qInfo("Sleep is not prevented while a plan runs: %s", qPrintable(why));
    });
    connect(runs_.get(), &RunController::failed, this, [this](const Error& error) {
        notifyIfAway(tr("The plan could not continue"), windowWords(error));
    });
    connect(notifier_, &DesktopNotifier::activated, this, [this] {
        setWindowState(windowState() & ~Qt::WindowMinimized);
        raise();
        activateWindow();
    });
}

void MainWindow::notifyIfAway(const QString& title, const QString& body)
{
    if (isActiveWindow()) return;
    QApplication::alert(this);                         // the task bar entry asks for attention
    const Seconds began = runs_->progress().startedAt; // 0: it never did
    if (began > Seconds(0) && monotonicNow() - began > longPlan) notifier_->notify(title, body);
}

void MainWindow::tellPlanEnded(const PlanOutcome& outcome)
{
    notifyIfAway(tr("The plan has ended"), outcomeText(outcome));
    // The live and the compare page say so themselves.
    const bool elsewhere = currentPage() == PageId::Data || currentPage() == PageId::Plan;
    if (elsewhere && !quitWhenEnded_) {
        notice_->show(NoticeBar::Kind::Info,
                      outcome.leftOut
                          ? tr("The plan has ended: %1.").arg(text(describe(*outcome.leftOut)))
                          : tr("The plan has ended."));
        QPushButton* compare = notice_->addAction(tr("Compare the results"));
        connect(compare, &QPushButton::clicked, this, [this] {
            notice_->clear();
            showPage(PageId::Compare);
        });
    }
}

void MainWindow::rememberLayout()
{
    Settings settings = workbench_->settings();
    settings.geometry = saveGeometry();
    settings.splitters = splitterStates(*this);
    workbench_->setSettings(settings);
}

void MainWindow::resetLayout()
{
    showNormal();
    resize(fittingScreen(*this, defaultSize));
    move(screen()->availableGeometry().center() - rect().center());
    resetSplitters(*this);
    rememberLayout();
}

} // namespace spillway
