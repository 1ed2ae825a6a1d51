#include "suites/suites.h"
#include "window_fixture.h"
#include "work/run_controller.h"
#include "work/workbench.h"

#include <QApplication>
#include <QSignalSpy>
#include <QtTest>

#include <fstream>

using namespace spillway;

class RunControllerTest : public QObject {
    Q_OBJECT
private slots:
    void aSessionThatCannotBeMadeEndsThePlanAtOnce();
    void aSessionThatIsGoneEndsThePlan();
    void aPlanStoppedBeforeItsSessionIsMadeStartsNothing();

private:
    WindowFixture fixture_;
};

void RunControllerTest::aSessionThatCannotBeMadeEndsThePlanAtOnce()
{
    auto options = fixture_.options();
    std::ofstream(fixture_.path("no-folder")) << "a file";
    options.settings.sessionFolder = fixture_.path("no-folder") / "sessions";
    Workbench workbench(options.engines, options.settings, {});
    RunController runs(workbench, options.guardProgram);
    QSignalSpy failed(&runs, &RunController::failed);
    QSignalSpy toldTwice(&workbench, &Workbench::failed);
    QSignalSpy changed(&runs, &RunController::runningChanged);
    runs.start(Plan{}, false);
    QVERIFY(runs.isRunning());
    QTRY_COMPARE(failed.size(), 1);
    QVERIFY(!runs.isRunning());
    QCOMPARE(changed.size(), 2);
    QCOMPARE(toldTwice.size(), 0);
    // And another try is one.
    runs.start(Plan{}, false);
    QTRY_COMPARE(failed.size(), 2);
    QVERIFY(!runs.isRunning());
}

void RunControllerTest::aSessionThatIsGoneEndsThePlan()
{
    const auto options = fixture_.options();
    Workbench workbench(options.engines, options.settings, {});
    RunController runs(workbench, options.guardProgram);
    const auto path = fixture_.path("gone.spillway");
    workbench.newSession(path);
    QTRY_VERIFY(workbench.hasSession());
    workbench.reloadEngines();
    QTRY_VERIFY(workbench.registry());
    std::filesystem::remove(path);
    QSignalSpy failed(&runs, &RunController::failed);
    runs.start(Plan{}, false);
    QTRY_COMPARE(failed.size(), 1);
    QVERIFY(!runs.isRunning());
}

void RunControllerTest::aPlanStoppedBeforeItsSessionIsMadeStartsNothing()
{
    const auto options = fixture_.options();
    Workbench workbench(options.engines, options.settings, {});
    RunController runs(workbench, options.guardProgram);
    workbench.reloadEngines();
    QTRY_VERIFY(workbench.registry());
    QSignalSpy started(&runs, &RunController::planStarted);
    QSignalSpy failed(&runs, &RunController::failed);
    runs.start(Plan{}, false);
    runs.stopPlan();
    QVERIFY(runs.isStopping());
    QTRY_VERIFY(!runs.isRunning());
    QVERIFY(!runs.isStopping());
    QCOMPARE(started.size() + failed.size(), 0);
}

SPILLWAY_TESTS(RunControllerTest, QApplication)
#include "run_controller_test.moc"
