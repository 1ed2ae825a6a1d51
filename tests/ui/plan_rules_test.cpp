#include "suites/suites.h"
#include "window_fixture.h"

#include "base/json.h"
#include "data/open_dataset.h"
#include "experiment/plan_check.h"
#include "measure/machine.h"
#include "ui/data/data_page.h"
#include "ui/data/generate_panel.h"
#include "ui/engines/engine_row.h"
#include "ui/parts/wheel_guard.h"
#include "ui/plan/plan_page.h"
#include "ui/plan/quiet_check.h"
#include "ui/window/settings_dialog.h"
#include "work/run_controller.h"
#include "work/workbench.h"

#include <QAbstractSlider>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMetaProperty>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSlider>
#include <QSpinBox>
#include <QTabBar>
#include <QTabWidget>
#include <QWheelEvent>
#include <QtTest>

#include <algorithm>
#include <fstream>

using namespace spillway;

/// The rules that every page keeps, driven where they were seen to be broken: the wheel, what is
/// not ticked, refusals; and what the Plan page promises before Start.
class PlanRulesTest : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup() { window_.reset(); }
    void theWheelChangesNothingWithoutFocus();
    void aSliderAndAFieldWithTheFocusStillFollowTheWheel();
    void whatIsNotTickedIsNotSent();
    void aWrongValueIsSaidOnceAtItsField_data();
    void aWrongValueIsSaidOnceAtItsField();
    void whatNoEngineCanDoIsSaidOnce();
    void anEngineThatCannotDoTheJobIsOneLineWithItsReason();
    void scratchInMemoryIsSaidBeforeStart();
    void aFullScratchDirectoryIsSaidBeforeStart();
    void whatTheFormShowsIsWhatRuns();
    void aSessionThatIsOpenedShowsItsLastPlan();
    void anEngineThatHasBecomeReadyIsTickedAndNoOther();
    void aDatasetThatIsAddedTakesThePlaceOfOthersThatDiffer();
    void aDiscardedPlanComesBack();
    void anOfferToResumeEndsWithItsSession();
    void otherProgramsAreNamedBesideStart();
    void startWaitsForQuietWhenItIsAskedTo();
    void presetsSayWhatTheyAnswerAndWhetherTheyWereChanged();
    void thePaperAndSqueezeFollowTheData();

private:
    void open(const WindowOptions& options)
    {
        window_.reset();
        window_ = std::make_unique<MainWindow>(options);
        window_->resize(1280, 720);
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
        QTRY_VERIFY(window_->workbench().registry());
    }
    PlanPage& page() const { return window_->planPage(); }
    template <class Widget>
    Widget* named(const char* name) const
    {
        return window_->findChild<Widget*>(QLatin1String(name));
    }
    template <class Widget>
    Widget* called(const char* accessibleName) const
    {
        for (auto* widget : page().findChildren<Widget*>())
            if (widget->accessibleName() == QLatin1String(accessibleName)) return widget;
        return nullptr;
    }
    void tick(const char* name, bool on = true) { named<QCheckBox>(name)->setChecked(on); }
    /// How often words stand in the page, where they can be seen.
    int times(const QString& words) const
    {
        int count = 0;
        for (const auto* label : page().findChildren<QLabel*>())
            if (label->isVisible() && label->text().contains(words)) ++count;
        return count;
    }
    QString cost() const { return named<QLabel>("plan-cost")->text(); }
    void add(const char* file, const std::string& text)
    {
        std::ofstream(fixture_->path(file)) << text;
        const auto opened = openDataset(fixture_->path(file).string());
        QVERIFY(opened.has_value());
        const auto before = window_->workbench().datasets().size();
        window_->workbench().addDataset(*opened);
        QTRY_COMPARE(window_->workbench().datasets().size(), before + 1);
        window_->showPage(PageId::Plan);
    }
    void writeEngine(const char* id, const char* title, const Json& workloads)
    {
        const auto folder = fixture_->path("engines");
        std::filesystem::create_directories(folder);
        const Json manifest{{"version", 1},           {"id", id},
                            {"title", title},         {"family", "python"},
                            {"program", "/bin/true"}, {"workloads", workloads}};
        std::ofstream(folder / (std::string(id) + ".json")) << manifest.dump();
    }
    EngineRow* row(const std::string& id) const
    {
        for (auto* each : window_->findChildren<EngineRow*>())
            if (each->id() == id) return each;
        return nullptr;
    }
    QPushButton* buttonBeginning(const QString& words) const
    {
        for (auto* button : window_->findChildren<QPushButton*>())
            if (button->text().startsWith(words) && button->isVisible()) return button;
        return nullptr;
    }

    std::unique_ptr<WindowFixture> fixture_;
    std::unique_ptr<MainWindow> window_;
};

namespace {

/// A notch downwards, as it comes from the mouse.
void turnWheel(QWidget& widget)
{
    const QPointF centre = widget.rect().center();
    QWheelEvent event(centre, widget.mapToGlobal(centre), {}, QPoint(0, -120), Qt::NoButton,
                      Qt::NoModifier, Qt::NoScrollPhase, false);
    QSpontaneKeyEvent::setSpontaneous(&event);
    qApp->notify(&widget, &event);
}

bool isField(const QWidget* widget)
{
    return qobject_cast<const QComboBox*>(widget) ||
           qobject_cast<const QAbstractSpinBox*>(widget) || qobject_cast<const QTabBar*>(widget) ||
           (qobject_cast<const QAbstractSlider*>(widget) &&
            !qobject_cast<const QScrollBar*>(widget));
}

QVariant valueOf(const QWidget* widget)
{
    if (const auto* tabs = qobject_cast<const QTabBar*>(widget)) return tabs->currentIndex();
    if (const auto* box = qobject_cast<const QComboBox*>(widget)) return box->currentIndex();
    return widget->metaObject()->userProperty().read(widget);
}

constexpr auto threeRows = "key,x,y\nA,1,2.5\nB,2,3.5\nA,3,4.5\n";

} // namespace

void PlanRulesTest::init()
{
    fixture_ = std::make_unique<WindowFixture>();
    open(fixture_->options());
}

void PlanRulesTest::theWheelChangesNothingWithoutFocus()
{
    add("data.csv", threeRows);
    tick("work-logreg");
    tick("work-query");
    window_->showSettings();
    window_->findChild<SettingsDialog*>()->show();
    int fields = 0;
    for (const PageId id : {PageId::Data, PageId::Plan, PageId::Live, PageId::Compare}) {
        window_->showPage(id);
        for (auto* button : window_->findChildren<QPushButton*>())
            if (button->property("role").toString() == QLatin1String("disclosure") &&
                button->isVisible() && !button->isChecked())
                button->click();
        QCoreApplication::processEvents();
        for (auto* widget : window_->findChildren<QWidget*>()) {
            if (!isField(widget) || !widget->isVisible() || !widget->isEnabled()) continue;
            if (auto* focus = QApplication::focusWidget()) focus->clearFocus();
            const QVariant before = valueOf(widget);
            for (int i = 0; i < 3; ++i)
                turnWheel(*widget);
            const auto what = widget->objectName() + QLatin1Char(' ') + widget->accessibleName();
            QVERIFY2(valueOf(widget) == before, qPrintable(what));
            QVERIFY2(!widget->hasFocus(), qPrintable(what));
            ++fields;
        }
    }
    QVERIFY2(fields > 12, qPrintable(QString::number(fields)));
}

void PlanRulesTest::aSliderAndAFieldWithTheFocusStillFollowTheWheel()
{
    QWidget place;
    auto* slider = new QSlider(Qt::Horizontal, &place);
    auto* spin = new QSpinBox(&place);
    spin->move(0, 60);
    spin->setValue(5);
    slider->setValue(50);
    place.show();
    place.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&place));
    spin->setFocus();
    turnWheel(*slider);
    QCOMPARE(slider->value(), 50);
    turnWheel(*spin);
    QCOMPARE(spin->value(), 4);
    slider->setFocus();
    turnWheel(*slider);
    QVERIFY(slider->value() != 50);
    turnWheel(*spin);
    QCOMPARE(spin->value(), 4);
}

/// Seen: solver=sgd with only group-by ticked was a dead end.
void PlanRulesTest::whatIsNotTickedIsNotSent()
{
    add("data.csv", threeRows);
    tick("work-logreg");
    auto* solver = named<QComboBox>("parameter-logreg-solver");
    solver->setCurrentText(QStringLiteral("sgd"));
    QTRY_VERIFY(page().plan().has_value());
    QCOMPARE(page().plan()->workloads.size(), std::size_t(2));
    tick("work-logreg", false);
    const auto plan = page().plan();
    QVERIFY2(plan.has_value(), plan ? "" : plan.error().message.c_str());
    QCOMPARE(plan->workloads.size(), std::size_t(1));
    QCOMPARE(plan->workloads.front().kind, std::string("etl"));
    QVERIFY(plan->workloads.front().parameters.empty() && plan->parameters.empty());
    QVERIFY(!solver->isEnabled());
    QTRY_VERIFY(named<QPushButton>("start")->isEnabled());
    // What was chosen is still there when it is ticked again.
    tick("work-logreg");
    QVERIFY(solver->isEnabled());
    QCOMPARE(solver->currentText(), QStringLiteral("sgd"));
    QCOMPARE(page().plan()->workloads.back().parameters.size(), std::size_t(1));
}

void PlanRulesTest::aWrongValueIsSaidOnceAtItsField_data()
{
    QTest::addColumn<QString>("field"); // accessible name
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("words");
    QTest::newRow("limit") << "Memory limit of one run"
                           << "much"
                           << "much";
    QTest::newRow("further limits") << "Further memory limits"
                                    << "2 GB, few"
                                    << "few";
    QTest::newRow("time-out") << "Time-out of one run"
                              << "soon"
                              << "soon";
    QTest::newRow("budget") << "Time budget"
                            << "long"
                            << "long";
    QTest::newRow("iterations") << "Iterations"
                                << "0"
                                << "1 to 1000000";
    QTest::newRow("scratch") << "Scratch directory"
                             << "here"
                             << "whole path";
}

void PlanRulesTest::aWrongValueIsSaidOnceAtItsField()
{
    QFETCH(QString, field);
    QFETCH(QString, value);
    QFETCH(QString, words);
    add("data.csv", threeRows);
    tick("work-logreg");
    QTRY_VERIFY(named<QPushButton>("start")->isEnabled());
    auto* edit = called<QLineEdit>(utf8(field).c_str());
    QVERIFY(edit);
    const QString before = edit->text();
    edit->setText(value);
    QTRY_VERIFY(!named<QPushButton>("start")->isEnabled());
    QCOMPARE(times(words), 1);
    QVERIFY(!page().plan().has_value());
    // The footer leads there.
    window_->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(window_.get()));
    QTest::mouseClick(named<QPushButton>("show-problem"), Qt::LeftButton);
    QTRY_VERIFY(edit->hasFocus());
    QVERIFY(!edit->visibleRegion().isEmpty());
    edit->setText(before);
    QTRY_VERIFY(named<QPushButton>("start")->isEnabled());
    QCOMPARE(times(words), 0);
}

/// Seen: one warning stood under each of seven engines.
void PlanRulesTest::whatNoEngineCanDoIsSaidOnce()
{
    add("several.csv", "city,country,x\nA,DE,1.5\nB,FR,2.5\n");
    QTRY_COMPARE(times(QStringLiteral("Several columns")), 1);
    QTRY_VERIFY(!named<QPushButton>("start")->isEnabled());
    QVERIFY(cost().contains(QStringLiteral("mended")));
    // The way out is the field above it.
    named<QComboBox>("column-etl-group_by")->setCurrentText(QStringLiteral("country"));
    QTRY_VERIFY(named<QPushButton>("start")->isEnabled());
    QCOMPARE(times(QStringLiteral("Several columns")), 0);
    QCOMPARE(named<QLabel>("meaning-etl")->text(),
             QStringLiteral("Mean of x by country (chosen by type)"));
}

void PlanRulesTest::anEngineThatCannotDoTheJobIsOneLineWithItsReason()
{
    writeEngine("mine", "Mine", {"etl"});
    QVERIFY(
        EngineRegistry(fixture_->options().engines).trust(fixture_->path("engines") / "mine.json"));
    open(fixture_->options());
    add("data.csv", threeRows);
    QVERIFY(row("mine") && row("mine")->isReady());
    QTRY_VERIFY(named<QPushButton>("start")->isEnabled());
    QCOMPARE(times(QStringLiteral("Cannot do this")), 0);
    tick("work-etl", false);
    tick("work-logreg");
    QTRY_COMPARE(times(QStringLiteral("Cannot do this: Mine has no logistic regression.")), 1);
    QCOMPARE(times(QStringLiteral("Mine has no logistic regression")), 1);
}

/// Seen: a scratch directory in memory was found by 19 failed runs.
void PlanRulesTest::scratchInMemoryIsSaidBeforeStart()
{
    if (!isMemoryFileSystem("/dev/shm")) QSKIP("/dev/shm is not in memory here");
    add("data.csv", threeRows);
    QTRY_VERIFY(named<QPushButton>("start")->isEnabled());
    auto* scratch = named<QLineEdit>("scratch");
    scratch->setText(QStringLiteral("/dev/shm/spillway-test"));
    QTRY_VERIFY(!named<QPushButton>("start")->isEnabled());
    QCOMPARE(times(QStringLiteral("is in memory")), 1);
    QVERIFY(scratch->isVisible());
    QVERIFY(!std::filesystem::exists("/dev/shm/spillway-test"));
    scratch->clear();
    QTRY_VERIFY(named<QPushButton>("start")->isEnabled());
    QCOMPARE(times(QStringLiteral("is in memory")), 0);
}

void PlanRulesTest::aFullScratchDirectoryIsSaidBeforeStart()
{
    const auto room = std::filesystem::space(fixture_->path("")).available;
    const auto more = static_cast<Bytes>(room) + 1'000'000'000;
    QVERIFY(checkScratch(fixture_->path("scratch"), 1'000'000).has_value());
    const auto full = checkScratch(fixture_->path("scratch"), more);
    QVERIFY(full.has_error() && full.error().code == ErrorCode::NoSpace);
    QVERIFY(full.error().message.find("free") != std::string::npos);
    QVERIFY(!full.error().remedy.empty());
    // The plan's own bound holds.
    QVERIFY(checkScratch(fixture_->path("scratch"), more, 1'000'000).has_value());
    std::ofstream(fixture_->path("file")) << "x";
    QVERIFY(checkScratch(fixture_->path("file"), 0).has_error());
}

void PlanRulesTest::whatTheFormShowsIsWhatRuns()
{
    add("one.csv", threeRows);
    add("two.csv", "key,x,y,z\nA,1,2.5,1\nB,2,3.5,0\n");
    QTRY_VERIFY(page().plan().has_value());
    Plan plan = *page().plan();
    QCOMPARE(plan.datasets.size(), std::size_t(2));
    plan.datasets.erase(plan.datasets.begin());
    plan.workloads = {{.kind = "logreg",
                       .columns = {{"label", {"key"}}, {"features", {"x", "z"}}},
                       .parameters = {{"solver", std::string("sgd")},
                                      {"max_iterations", std::int64_t(7)},
                                      {"standardise", false}}}};
    plan.engines = {{"chunked", {}}};
    plan.workers = {1, 3};
    plan.repeats = 7;
    plan.warmup = 2;
    plan.memoryLimit = 1'234'567'891;
    plan.furtherLimits = {987'654'321};
    plan.timeout = Seconds(75);
    plan.budget = Seconds(5400);
    plan.cache = CacheState::AsIs;
    plan.seed = 12;
    plan.scratch = fixture_->path("elsewhere").string();
    page().showPlan(plan);
    const auto shown = page().plan();
    QVERIFY(shown.has_value());
    QCOMPARE(QString::fromStdString(toLine(toJson(*shown))),
             QString::fromStdString(toLine(toJson(plan))));
}

void PlanRulesTest::aSessionThatIsOpenedShowsItsLastPlan()
{
    add("data.csv", threeRows);
    QTRY_VERIFY(page().plan().has_value());
    Plan plan = *page().plan();
    plan.engines = {{"chunked", {}}};
    plan.workers = {1};
    plan.repeats = 1;
    plan.workloads.front().columns["values"] = {"y"};
    page().showPlan(plan);
    QSignalSpy over(&window_->runs(), &RunController::planEnded);
    page().start();
    QTRY_COMPARE_WITH_TIMEOUT(over.count(), 1, 60000);
    const auto session = window_->workbench().sessionPath();
    WindowOptions options = fixture_->options();
    options.file = session;
    open(options);
    QTRY_VERIFY(page().plan().has_value() && page().plan()->repeats == 1);
    const auto shown = page().plan();
    QVERIFY(shown->engines == plan.engines);
    QVERIFY(shown->workers == plan.workers);
    QCOMPARE(columnsFor(shown->workloads.front(), "values"), std::vector<std::string>{"y"});
}

void PlanRulesTest::anEngineThatHasBecomeReadyIsTickedAndNoOther()
{
    writeEngine("mine", "Mine", {"etl"});
    open(fixture_->options());
    add("data.csv", threeRows);
    QTRY_VERIFY(row("mine"));
    QVERIFY(!row("mine")->isReady());
    QTRY_VERIFY(page().plan().has_value());
    row("objectstore")->setProfiles({});
    emit row("objectstore")->edited();
    QVERIFY(
        EngineRegistry(fixture_->options().engines).trust(fixture_->path("engines") / "mine.json"));
    window_->workbench().reloadEngines();
    QTRY_VERIFY(row("mine") && row("mine")->isReady());
    QVERIFY(!row("mine")->profiles().empty());
    QVERIFY(row("objectstore")->profiles().empty());
    QVERIFY(!row("chunked")->profiles().empty());
}

void PlanRulesTest::aDatasetThatIsAddedTakesThePlaceOfOthersThatDiffer()
{
    add("one.csv", threeRows);
    add("two.csv", "key,x,y,z\nA,1,2.5,1\nB,2,3.5,0\n");
    QTRY_COMPARE(page().plan()->datasets.size(), std::size_t(2));
    add("other.csv", "city,temperature\nBerlin,1.5\nParis,2.5\n");
    QTRY_COMPARE(page().plan()->datasets.size(), std::size_t(1));
    QCOMPARE(page().plan()->datasets.front().name, std::string("other.csv"));
    QTRY_VERIFY(named<QPushButton>("start")->isEnabled());
}

void PlanRulesTest::aDiscardedPlanComesBack()
{
    add("data.csv", threeRows);
    QTRY_VERIFY(page().plan().has_value());
    Plan plan = *page().plan();
    plan.repeats = 90;
    page().showPlan(plan);
    QSignalSpy ended(&window_->runs(), &RunController::runEnded);
    QSignalSpy over(&window_->runs(), &RunController::planEnded);
    page().start();
    QTRY_VERIFY_WITH_TIMEOUT(ended.count() >= 1, 30000);
    window_->runs().stopPlan();
    QTRY_COMPARE_WITH_TIMEOUT(over.count(), 1, 20000);
    window_->showPage(PageId::Plan);
    QTRY_VERIFY(buttonBeginning(QStringLiteral("Resume (")));
    QTest::mouseClick(buttonBeginning(QStringLiteral("Discard")), Qt::LeftButton);
    QTRY_VERIFY(window_->workbench().plans().back().finished);
    QVERIFY(!buttonBeginning(QStringLiteral("Resume (")));
    QTest::mouseClick(buttonBeginning(QStringLiteral("Undo")), Qt::LeftButton);
    QTRY_VERIFY(buttonBeginning(QStringLiteral("Resume (")));
    QVERIFY(!window_->workbench().plans().back().finished);
}

void PlanRulesTest::anOfferToResumeEndsWithItsSession()
{
    add("data.csv", threeRows);
    QTRY_VERIFY(page().plan().has_value());
    Plan plan = *page().plan();
    plan.engines = {{"chunked", {}}, {"polars", {}}}; // this one is not ready
    plan.workers = {1};
    plan.warmup = 0;
    plan.repeats = 3;
    for (const char* file : {"first.spillway", "second.spillway"}) {
        auto store = SessionStore::create(fixture_->path(file));
        QVERIFY(store.has_value() && store->addPlan(toJson(plan)).has_value());
    }
    QVERIFY(SessionStore::create(fixture_->path("empty.spillway")).has_value());
    const auto show = [this](const char* file) {
        window_->workbench().openSession(fixture_->path(file));
        QTRY_COMPARE(window_->workbench().sessionPath(), fixture_->path(file));
        window_->showPage(PageId::Plan);
    };
    const auto resume = [this] { return buttonBeginning(QStringLiteral("Resume (")); };
    show("first.spillway");
    QTRY_VERIFY(resume());
    QCOMPARE(resume()->text(), QStringLiteral("Resume (3 left)"));
    QCOMPARE(named<QPushButton>("resume")->text(), resume()->text()); // Live's
    show("empty.spillway");
    QVERIFY(!resume());
    show("first.spillway");
    QTRY_VERIFY(resume());
    QTest::mouseClick(buttonBeginning(QStringLiteral("Discard")), Qt::LeftButton);
    QTRY_VERIFY(buttonBeginning(QStringLiteral("Undo")));
    QTRY_VERIFY(window_->workbench().plans().back().finished);
    // The other session's plan has the same number, and nobody has discarded it.
    show("second.spillway");
    QVERIFY(!buttonBeginning(QStringLiteral("Undo")));
    QTRY_VERIFY(resume());
    // Another program is done with it: nothing is left to offer.
    auto store = SessionStore::open(fixture_->path("second.spillway"));
    QVERIFY(store.has_value() && store->finishPlan(1).has_value());
    QTRY_VERIFY(!resume());
}

void PlanRulesTest::otherProgramsAreNamedBesideStart()
{
    add("data.csv", threeRows);
    QTRY_VERIFY(named<QPushButton>("start")->isEnabled());
    page().quietCheck().hold(true); // what this machine does meanwhile is not asked for
    page().quietCheck().take(OtherLoad{.cores = 1.4, .names = {"cc1plus", "ninja"}});
    const int cores = usableCores();
    const auto words =
        QStringLiteral("Other programs use 1.4 of %1 cores (cc1plus, ninja).").arg(cores);
    if (cores > 1) QCOMPARE(named<QLabel>("plan-note")->text(), words);
    QVERIFY(named<QPushButton>("wait-for-quiet")->isVisible());
    QCOMPARE(named<QPushButton>("start")->text(), QStringLiteral("Start anyway"));
    page().quietCheck().take(OtherLoad{.cores = 0.1, .names = {}});
    QVERIFY(!named<QPushButton>("wait-for-quiet")->isVisible());
    QCOMPARE(named<QPushButton>("start")->text(), QStringLiteral("Start"));
}

void PlanRulesTest::startWaitsForQuietWhenItIsAskedTo()
{
    add("data.csv", threeRows);
    QTRY_VERIFY(named<QPushButton>("start")->isEnabled());
    page().quietCheck().hold(true);
    page().quietCheck().take(OtherLoad{.cores = 1.4, .names = {"cc1plus"}});
    QTest::mouseClick(named<QPushButton>("wait-for-quiet"), Qt::LeftButton);
    QVERIFY(!window_->runs().isRunning());
    // Waiting goes on while one looks at another page, and is not taken for quiet on the way back.
    window_->showPage(PageId::Data);
    window_->showPage(PageId::Plan);
    QVERIFY(!window_->runs().isRunning());
    QVERIFY(named<QPushButton>("wait-for-quiet")->isVisible());
    page().quietCheck().take(OtherLoad{.cores = 0.9, .names = {"cc1plus"}});
    QVERIFY(!window_->runs().isRunning());
    page().quietCheck().take(OtherLoad{.cores = 0.1, .names = {}});
    QVERIFY(window_->runs().isRunning());
    QCOMPARE(window_->currentPage(), PageId::Live);
    window_->runs().stopPlan();
    QTRY_VERIFY_WITH_TIMEOUT(!window_->runs().isRunning(), 20000);
}

void PlanRulesTest::presetsSayWhatTheyAnswerAndWhetherTheyWereChanged()
{
    add("data.csv", threeRows);
    const auto line = [this] { return named<QWidget>("preset-line")->accessibleDescription(); };
    for (const char* id : {"quick", "paper", "sweep", "squeeze"}) {
        auto* button = named<QPushButton>((std::string("preset-") + id).c_str());
        QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY2(button->isChecked(), id);
        QVERIFY2(line().size() > 20, id);
    }
    QTest::mouseClick(named<QPushButton>("preset-sweep"), Qt::LeftButton);
    QVERIFY2(line().startsWith(QStringLiteral("How each engine scales")), qPrintable(line()));
    QVERIFY(!line().contains(QStringLiteral("changed")));
    called<QSpinBox>("Repeats")->setValue(9);
    QTRY_VERIFY(line().contains(QStringLiteral("changed")));
    QTest::mouseClick(named<QPushButton>("preset-sweep"), Qt::LeftButton);
    QVERIFY(!line().contains(QStringLiteral("changed")));
    QVERIFY(called<QSpinBox>("Repeats")->value() != 9);
}

void PlanRulesTest::thePaperAndSqueezeFollowTheData()
{
    std::string rows = "key,x,y\n";
    while (rows.size() < 230'000'000)
        rows += "A,1.123456789012345,2.123456789012345\nB,3.123456789012345,4.123456789012345\n";
    add("large.csv", rows);
    for (auto* each : window_->findChildren<EngineRow*>())
        each->setProfiles(each->id() == "chunked" ? std::vector<std::string>{""}
                                                  : std::vector<std::string>());
    page().applyPreset(QStringLiteral("paper"));
    QTRY_VERIFY(page().plan().has_value());
    const double ratio = static_cast<double>(largestData(*page().plan())) /
                         static_cast<double>(*page().plan()->memoryLimit);
    QVERIFY2(ratio >= 1.1 && ratio <= 1.2, qPrintable(QString::number(ratio)));
    page().applyPreset(QStringLiteral("squeeze"));
    QTRY_VERIFY(page().plan().has_value());
    const auto limits = limitsOf(*page().plan());
    QCOMPARE(*limits.front(), Bytes(230'000'000));
    QCOMPARE(limits.size(), std::size_t(2)); // 64 MB is the least
    // A limit of the user's own stays when the data change.
    called<QLineEdit>("Memory limit of one run")->setText(QStringLiteral("3 GB"));
    add("small.csv", threeRows);
    QTRY_VERIFY(page().plan().has_value());
    QCOMPARE(*page().plan()->memoryLimit, Bytes(3'000'000'000));
}

SPILLWAY_TESTS(PlanRulesTest, QApplication)
#include "plan_rules_test.moc"
