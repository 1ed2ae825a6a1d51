#include "base/json.h"
#include "suites/suites.h"
#include "window_fixture.h"

#include "session/session_store.h"
#include "ui/compare/compare_page.h"
#include "ui/compare/run_drawer.h"
#include "ui/data/data_page.h"
#include "ui/data/generate_panel.h"
#include "ui/data/open_panel.h"
#include "ui/engines/trust_dialog.h"
#include "ui/live/live_page.h"
#include "ui/live/live_view.h"
#include "ui/parts/notice_bar.h"
#include "ui/parts/theme.h"
#include "ui/plan/plan_page.h"
#include "ui/window/settings_dialog.h"
#include "work/run_controller.h"
#include "work/workbench.h"

#include <QApplication>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QTimer>
#include <QtTest>

#include <fstream>

using namespace spillway;

/// Every page in light and dark, at the size it is designed for and at a small one, as pictures in
/// <build>/screenshots/ui that people can look at. Asserted: each page fits, and is drawn.
class ScreenshotsTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QVERIFY(QDir().mkpath(folder()));
        fixture_ = std::make_unique<WindowFixture>();
    }

    void theWholeJourney_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::addColumn<QSize>("size");
        QTest::newRow("light-1280") << false << QSize(1280, 720);
        QTest::newRow("dark-1280") << true << QSize(1280, 720);
        QTest::newRow("light-1024") << false << QSize(1024, 640);
        QTest::newRow("dark-1024") << true << QSize(1024, 640);
    }

    void theWholeJourney()
    {
        QFETCH(bool, dark);
        QFETCH(QSize, size);
        prefix_ = QString::fromLatin1(QTest::currentDataTag());
        WindowOptions options = fixture_->options();
        options.settings.appearance = dark ? Appearance::Dark : Appearance::Light;
        options.settings.recentSessions = {"/home/ada/measurements/taxi-2025.spillway",
                                           "/home/ada/measurements/paper.spillway"};
        MainWindow window(options);
        window.resize(size);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QTRY_VERIFY(window.workbench().registry());
        settledShot(window, "1-first-launch");
        emptyPages(window);
        generate(window);
        open(window);
        plan(window);
        settings(window);
        run(window);
    }

    void enginesInEveryState_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }

    void enginesInEveryState()
    {
        QFETCH(bool, dark);
        prefix_ = QStringLiteral("engines-") + QString::fromLatin1(QTest::currentDataTag());
        WindowFixture place;
        WindowOptions options = place.options();
        options.settings.appearance = dark ? Appearance::Dark : Appearance::Light;
        const auto user = place.path("engines");
        std::filesystem::create_directories(user);
        writeEngine(user, "long", "/bin/true", "An engine of mine whose title is much too long");
        writeEngine(user, "broken", "@python", "No recipe");
        QVERIFY(EngineRegistry(options.engines).trust(user / "broken.json"));
        MainWindow window(options);
        window.resize(1280, 720);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QTRY_VERIFY(window.workbench().registry());
        generate(window);
        window.showPage(PageId::Plan);
        settledShot(window, "plan");
        EngineSetup& setup = window.workbench().engineSetup();
        setup.setUp(window.workbench().findEngine("broken")->manifest);
        QTRY_COMPARE(setup.status("broken").stage, EngineSetup::Stage::Failed);
        setup.setUp(window.workbench().findEngine("dask")->manifest);
        setup.setUp(window.workbench().findEngine("pandas")->manifest);
        QTRY_VERIFY(setup.status("dask").progress.written > 0);
        settledShot(window, "plan-busy");
        window.showSettings();
        auto* dialog = window.findChild<SettingsDialog*>();
        dialog->findChild<QTabWidget*>()->setCurrentIndex(2);
        QCoreApplication::processEvents();
        shot(*dialog, "settings");
        dialog->reject();
        askToTrust(window.workbench(), &window, user / "long.json");
        QTRY_VERIFY(isSettled(window));
        shot(*window.findChild<TrustDialog*>(), "trust");
        setup.cancelAll();
        QTRY_VERIFY_WITH_TIMEOUT(!setup.isBusy(), 20000);
    }

private:
    static void writeEngine(const std::filesystem::path& folder, const std::string& id,
                            const std::string& program, const std::string& title)
    {
        const Json manifest{{"version", 1},        {"id", id},
                            {"title", title},      {"family", "python"},
                            {"program", program},  {"requirements", "no-recipe"},
                            {"workloads", {"etl"}}};
        std::ofstream(folder / (id + ".json")) << manifest.dump(2);
    }

    static QString folder() { return QStringLiteral(SPILLWAY_BINARY_DIR "/screenshots/ui/"); }

    /// Nothing that was put off or started for these widgets is still to come.
    static bool isSettled(MainWindow& window)
    {
        for (const auto* timer : window.findChildren<QTimer*>())
            if (timer->isSingleShot() && timer->isActive()) return false;
        return window.workbench().jobs().findChildren<BackgroundJob*>().isEmpty();
    }

    void settledShot(MainWindow& window, const char* name)
    {
        QCoreApplication::processEvents(); // what was asked for just now begins
        QTRY_VERIFY(isSettled(window));
        QCoreApplication::processEvents(); // and new parts are laid out
        shot(window, name);
    }

    void shot(QWidget& widget, const char* name)
    {
        const QPixmap picture = widget.grab();
        QVERIFY(!picture.isNull());
        QVERIFY(picture.save(folder() + prefix_ + QLatin1Char('-') + QLatin1String(name) +
                             QStringLiteral(".png")));
    }

    void emptyPages(MainWindow& window)
    {
        window.showPage(PageId::Plan);
        settledShot(window, "2-plan-empty");
        window.showPage(PageId::Live);
        settledShot(window, "2-live-idle");
        window.showPage(PageId::Compare);
        settledShot(window, "2-compare-empty");
    }

    void generate(MainWindow& window)
    {
        window.showPage(PageId::Data);
        window.dataPage().showGenerate();
        GeneratePanel& panel = window.dataPage().generatePanel();
        GeneratorSpec spec;
        spec.bytes = 60'000'000;
        spec.signal = 4;
        panel.setSpec(spec);
        settledShot(window, "3-generate");
        panel.generateNow();
        QSignalSpy added(&window.workbench(), &Workbench::datasetAdded);
        const auto* progress = panel.findChild<QProgressBar*>();
        QTRY_VERIFY(progress->value() > 0 || !panel.isGenerating());
        shot(window, "4-generating");
        QTRY_VERIFY_WITH_TIMEOUT(!added.isEmpty(), 30000);
        settledShot(window, "5-generated");
    }

    void open(MainWindow& window)
    {
        const auto path = fixture_->path("taxi.csv");
        std::ofstream file(path);
        file << "pickup;zone;distance;fare;passengers;note\n";
        for (int i = 0; i < 400; ++i)
            file << "2025-01-" << 1 + i % 28 << ";zone " << i % 7 << ';' << i % 31 / 3.0 << ';'
                 << 4.5 + i % 90 / 2.0 << ';' << 1 + i % 4 << ";\"paid, in cash\"\n";
        file.close();
        window.dataPage().showOpen();
        settledShot(window, "6-open-empty");
        window.dataPage().openPanel().inspect(pathText(path));
        settledShot(window, "7-open-preview");
        window.dataPage().openPanel().inspect(QStringLiteral("/does/not/exist.csv"));
        settledShot(window, "7-open-error");
    }

    void plan(MainWindow& window)
    {
        window.showPage(PageId::Plan);
        window.planPage().applyPreset(QStringLiteral("quick"));
        settledShot(window, "8-plan");
        for (auto* button : window.planPage().findChildren<QPushButton*>())
            if (button->property("role").toString() == QLatin1String("disclosure")) button->click();
        settledShot(window, "8-plan-advanced");
    }

    void settings(MainWindow& window)
    {
        window.showSettings();
        auto* dialog = window.findChild<SettingsDialog*>();
        QVERIFY(dialog);
        auto* tabs = dialog->findChild<QTabWidget*>();
        for (int tab = 0; tab < tabs->count(); ++tab) {
            tabs->setCurrentIndex(tab);
            QTRY_VERIFY(isSettled(window));
            shot(*dialog, qPrintable(QStringLiteral("9-settings-%1").arg(tab)));
        }
        dialog->reject();
    }

    void run(MainWindow& window)
    {
        RunController& runs = window.runs();
        window.planPage().start();
        QTRY_VERIFY_WITH_TIMEOUT(!window.workbench().records().empty() || !runs.isRunning(), 30000);
        window.showPage(PageId::Live);
        const int drawn = window.livePage().view()->redraws();
        QTRY_VERIFY(window.livePage().view()->redraws() > drawn);
        shot(window, "10-live-running");
        QTRY_VERIFY_WITH_TIMEOUT(!runs.isRunning(), 600000);
        settledShot(window, "11-live-ended");
        window.showPage(PageId::Compare);
        settledShot(window, "12-compare");
        compareParts(window);
        window.showPage(PageId::Data);
        settledShot(window, "13-data-after");
    }

    /// With the paper's curves in each form, and without again.
    void publishedFigures(MainWindow& window)
    {
        const std::pair<const char*, const char*> forms[]{
            {"The paper's figures as &published", "12-compare-published"},
            {"The paper's figures &recomputed from its authors' logs", "12-compare-recomputed"}};
        const auto trigger = [&](const char* title) {
            for (auto* action : window.comparePage().findChildren<QAction*>())
                if (action->text() == title) action->trigger();
        };
        for (const auto& [title, name] : forms) {
            trigger(title);
            settledShot(window, name);
            trigger(title);
        }
        settledShot(window, "12-compare");
    }

    void compareParts(MainWindow& window)
    {
        publishedFigures(window);
        auto* tabs = window.comparePage().findChild<QTabBar*>();
        tabs->setCurrentIndex(2);
        settledShot(window, "12-compare-trade-off");
        for (int i = 0; i < tabs->count(); ++i)
            if (tabs->tabText(i) == "Table") tabs->setCurrentIndex(i);
        settledShot(window, "12-compare-table");
        for (auto* table : window.comparePage().findChildren<QTableView*>())
            if (table->accessibleName() == "All runs")
                emit table->activated(table->model()->index(0, 0));
        QVERIFY(window.comparePage().findChild<RunDrawer*>()->isVisible());
        settledShot(window, "12-compare-drawer");
        window.comparePage().findChild<RunDrawer*>()->hide();
        besideAnother(window);
    }

    /// The session as if it had run on another machine, beside itself.
    void besideAnother(MainWindow& window)
    {
        const auto path = fixture_->path((utf8(prefix_) + "-other.spillway").c_str());
        auto store = SessionStore::create(path);
        QVERIFY(store.has_value());
        for (auto record : window.workbench().records()) {
            record.machine = "AMD EPYC 7763, 64 cores, 512 GiB, 0a1b";
            if (record.seconds) *record.seconds *= 0.7;
            QVERIFY(store->addRun(record, {}, {}).has_value());
        }
        window.comparePage().compareWith(path);
        QTRY_VERIFY(window.comparePage().findChild<NoticeBar*>()->isVisible());
        settledShot(window, "12-compare-beside-table");
        window.comparePage().findChild<QTabBar*>()->setCurrentIndex(1);
        settledShot(window, "12-compare-beside");
    }

    std::unique_ptr<WindowFixture> fixture_;
    QString prefix_;
};

SPILLWAY_TESTS(ScreenshotsTest, QApplication)
#include "screenshots_test.moc"
