#include "charts/live_charts.h"
#include "charts/time_navigator.h"
#include "suites/suites.h"

#include <QApplication>
#include <QAreaSeries>
#include <QChart>
#include <QLineSeries>
#include <QWheelEvent>
#include <QtTest>

using namespace spillway;

namespace {

void drag(QWidget* surface, QPoint from, QPoint to)
{
    QTest::mousePress(surface, Qt::LeftButton, {}, from);
    QMouseEvent move(QEvent::MouseMove, to, surface->mapToGlobal(to), Qt::LeftButton,
                     Qt::LeftButton, {});
    QCoreApplication::sendEvent(surface, &move);
    QTest::mouseRelease(surface, Qt::LeftButton, {}, to);
}

/// A chart of 100 s with a point each 0.1 s, moved by a navigator.
struct Stage {
    TimeNavigator time;
    RateChartView view{"Throughput", "MB/s"};

    Stage()
    {
        view.resize(600, 200);
        view.show();
        time.add(&view, view.viewport(), [this] { return view.plotArea(); });
        time.setLast(100);
        QObject::connect(&time, &TimeNavigator::changed, &view, [this] { draw(); });
        draw();
    }
    void draw()
    {
        QList<QPointF> points;
        for (int i = 0; i <= 1000; ++i)
            points.append({i * 0.1, i == 500 ? 900.0 : 100.0});
        view.setTime({time.window().begin(), time.window().end(), false});
        view.setPoints(points);
    }
    QList<QPointF> drawn() const
    {
        return qobject_cast<QLineSeries*>(view.chart()->series().at(2))->points();
    }
};

} // namespace

class TimeNavigatorTest : public QObject {
    Q_OBJECT
private slots:
    void aWindowFollowsUntilItIsMoved();
    void aWindowStaysWithinTheRun();
    void zoomingOutOfTheWholeRunFollowsIt();
    void draggingPausesAndADoubleClickFollows();
    void anUnsteadyClickDoesNotPause();
    void keysDoWhatTheMouseDoes();
    void theWheelZoomsOnlyWithControl();
    void aMovedChartDrawsItsPartAndKeepsItsScale();
};

void TimeNavigatorTest::aWindowFollowsUntilItIsMoved()
{
    TimeWindow window;
    window.setLast(0.2);
    QCOMPARE(window.end(), 1.0);
    window.setLast(20);
    QCOMPARE(window.end(), 20.0);
    window.pan(0);
    window.setLast(40);
    QCOMPARE(window.end(), 20.0);
    QVERIFY(!window.follows());
    window.follow();
    QCOMPARE(window.end(), 40.0);
}

void TimeNavigatorTest::aWindowStaysWithinTheRun()
{
    TimeWindow window;
    window.setLast(100);
    window.zoom(0.1, 50);
    QCOMPARE(window.span(), 10.0);
    window.pan(-1000);
    QCOMPARE(window.begin(), 0.0);
    window.pan(1000);
    QCOMPARE(window.begin(), 97.5); // a quarter of it is still filled
    for (int i = 0; i < 100; ++i)
        window.zoom(0.5, 99);
    QVERIFY(window.span() > 0.049);
}

void TimeNavigatorTest::zoomingOutOfTheWholeRunFollowsIt()
{
    TimeWindow window;
    window.setLast(10);
    window.zoom(0.5, 5);
    QVERIFY(!window.follows());
    window.zoom(4, 5);
    QVERIFY(window.follows());
    QCOMPARE(window.span(), 10.0);
}

void TimeNavigatorTest::draggingPausesAndADoubleClickFollows()
{
    Stage stage;
    auto* surface = stage.view.viewport();
    QTest::keyClick(&stage.view, Qt::Key_Plus);
    const double before = stage.time.window().begin();
    drag(surface, {300, 100}, {400, 100});
    QVERIFY(!stage.time.window().follows());
    const double moved = 100 / stage.view.plotArea().width() * stage.time.window().span();
    QCOMPARE(stage.time.window().begin(), std::max(0.0, before - moved));
    QTest::mouseDClick(surface, Qt::LeftButton, {}, {300, 100});
    QVERIFY(stage.time.window().follows());
}

void TimeNavigatorTest::anUnsteadyClickDoesNotPause()
{
    Stage stage;
    drag(stage.view.viewport(), {300, 100}, {302, 101});
    QVERIFY(stage.time.window().follows());
}

void TimeNavigatorTest::keysDoWhatTheMouseDoes()
{
    Stage stage;
    QTest::keyClick(&stage.view, Qt::Key_Right);
    QVERIFY(!stage.time.window().follows());
    QCOMPARE(stage.time.window().begin(), 10.0);
    QTest::keyClick(&stage.view, Qt::Key_Left);
    QCOMPARE(stage.time.window().begin(), 0.0);
    QTest::keyClick(&stage.view, Qt::Key_Plus);
    QCOMPARE(stage.time.window().span(), 80.0);
    QTest::keyClick(&stage.view, Qt::Key_Home);
    QCOMPARE(stage.time.window().begin(), 0.0);
    QTest::keyClick(&stage.view, Qt::Key_End);
    QVERIFY(stage.time.window().follows());
}

void TimeNavigatorTest::theWheelZoomsOnlyWithControl()
{
    Stage stage;
    for (const bool control : {false, true}) {
        QWheelEvent wheel({300, 80}, {300, 80}, {}, {0, 120}, Qt::NoButton,
                          control ? Qt::ControlModifier : Qt::NoModifier, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(stage.view.viewport(), &wheel);
        QCOMPARE(stage.time.window().span() < 100, control);
    }
}

void TimeNavigatorTest::aMovedChartDrawsItsPartAndKeepsItsScale()
{
    Stage stage;
    QCOMPARE(stage.drawn().back().x(), 100.0);
    while (stage.time.window().span() > 10)
        QTest::keyClick(&stage.view, Qt::Key_Plus);
    QTest::keyClick(&stage.view, Qt::Key_Home);
    QVERIFY(stage.drawn().back().x() < 11);
    QVERIFY(!stage.drawn().contains(QPointF(50, 900)));
    QCOMPARE(stage.view.accessibleDescription(), QStringLiteral("MB/s, now 100"));
    stage.view.setTime({0, 100, true});
    stage.view.redraw();
    QCOMPARE(stage.view.accessibleDescription(), QStringLiteral("MB/s, peak 900"));
}

SPILLWAY_TESTS(TimeNavigatorTest, QApplication)
#include "time_navigator_test.moc"
