#include "charts/live_charts.h"
#include "suites/suites.h"

#include <QApplication>
#include <QAreaSeries>
#include <QChart>
#include <QHelpEvent>
#include <QLineSeries>
#include <QToolTip>
#include <QWheelEvent>
#include <QtTest>

#include <cmath>

using namespace spillway;

namespace {

std::vector<Sample> manySamples(int count)
{
    std::vector<Sample> samples;
    for (int i = 0; i < count; ++i) {
        Sample sample;
        sample.t = Seconds(1000 + i * 0.05);
        sample.anonByRole = {{"driver", 10'000'000}, {"worker", 20'000'000 + i * 1000}};
        sample.anon = 35'000'000 + i * 1000; // 5 MB are of no known role
        sample.shared = i == 5000 ? 900'000'000 : 50'000'000;
        samples.push_back(sample);
    }
    return samples;
}

const QAreaSeries* band(const QChartView& view, int index)
{
    return qobject_cast<QAreaSeries*>(view.chart()->series().at(index));
}

} // namespace

class LiveChartsTest : public QObject {
    Q_OBJECT
private slots:
    void decimationKeepsPeaksAndTwoPointsAPixel();
    void fewPointsStayAsTheyAre();
    void longRunsDrawAtMostTwoPointsAPixel();
    void bandsStackToTheTotal();
    void thresholdsAreSharesOfTheLimit();
    void rateKeepsItsHighest();
    void clearedViewsShowNothingAndSurviveTheMouse();
    void taskStreamPaintsALaneAWorker();
    void taskStreamIgnoresWhatCannotBe();
    void taskTipsTellKindAndWorker();
};

void LiveChartsTest::decimationKeepsPeaksAndTwoPointsAPixel()
{
    QList<QPointF> points;
    for (int i = 0; i < 10000; ++i)
        points.append({i * 0.1, i == 4321 ? 99.0 : i == 8765 ? -5.0 : std::sin(i * 0.01)});
    const auto thinned = decimate(points, 300);
    QVERIFY(thinned.size() <= 600);
    QVERIFY(thinned.contains(points[4321]));
    QVERIFY(thinned.contains(points[8765]));
    for (qsizetype i = 1; i < thinned.size(); ++i)
        QVERIFY(thinned[i - 1].x() < thinned[i].x());
}

void LiveChartsTest::fewPointsStayAsTheyAre()
{
    const QList<QPointF> points{{0, 1}, {1, 2}, {2, 0}};
    QCOMPARE(decimate(points, 100), points);
    QVERIFY(decimate({}, 100).isEmpty());
    const QList<QPointF> atOnce(50, QPointF(1, 1));
    QVERIFY(decimate(atOnce, 10).size() <= 20);
}

void LiveChartsTest::longRunsDrawAtMostTwoPointsAPixel()
{
    MemoryChartView view;
    view.resize(600, 200);
    view.grab();
    const auto samples = manySamples(10000);
    for (int tick = 0; tick < 20; ++tick)
        view.setSamples(samples, Seconds(1000), {.limit = Bytes(1'000'000'000)});
    const auto width = view.chart()->plotArea().width();
    QVERIFY(width > 300);
    double highest = 0;
    for (int i = 0; i < 4; ++i) {
        const auto points = band(view, i)->upperSeries()->points();
        QVERIFY(points.size() <= 2 * width);
        QVERIFY(points.size() > 300);
        for (const auto& point : points)
            highest = std::max(highest, point.y());
    }
    QCOMPARE(highest, 900e6 + 35e6 + 5000e3);
}

void LiveChartsTest::bandsStackToTheTotal()
{
    MemoryChartView view;
    view.resize(600, 200);
    const auto samples = manySamples(50);
    view.setSamples(samples, Seconds(1000), {});
    QCOMPARE(band(view, 0)->upperSeries()->at(0), QPointF(0, 50e6));
    QCOMPARE(band(view, 1)->upperSeries()->at(0), QPointF(0, 60e6));
    QCOMPARE(band(view, 2)->upperSeries()->at(0), QPointF(0, 80e6));
    QCOMPARE(band(view, 3)->upperSeries()->at(0), QPointF(0, 85e6));
    QCOMPARE(band(view, 3)->upperSeries()->at(49).y(), double(samples.back().total()));
    for (int i = 1; i < 4; ++i)
        QCOMPARE(band(view, i)->lowerSeries()->points(),
                 band(view, i - 1)->upperSeries()->points());
    QVERIFY(view.accessibleDescription().contains("peak 85.0 MB"));
}

void LiveChartsTest::thresholdsAreSharesOfTheLimit()
{
    MemoryChartView view;
    view.resize(900, 200);
    const auto lineAt = [&](int i) {
        return qobject_cast<QLineSeries*>(view.chart()->series().at(4 + i))->points();
    };
    const QList<QPointF> managed{{0, 10e6}, {1, 30e6}};
    view.setSamples(manySamples(50), Seconds(1000),
                    {.limit = Bytes(100'000'000), .thresholds = {0.6, 0.7}, .managed = managed});
    QCOMPARE(lineAt(0).front().y(), 100e6);
    QCOMPARE(lineAt(1).front().y(), 60e6);
    QCOMPARE(lineAt(2).front().y(), 70e6);
    QVERIFY(lineAt(3).isEmpty());
    QCOMPARE(lineAt(5), managed);
    QVERIFY(view.accessibleDescription().contains("at 60, 70 %"));

    view.setSamples(manySamples(50), Seconds(1000), {.thresholds = {0.6, 0.7}});
    for (int i = 0; i < 5; ++i)
        QVERIFY(lineAt(i).isEmpty());
}

void LiveChartsTest::rateKeepsItsHighest()
{
    RateChartView view("Throughput", "MB/s");
    view.resize(400, 150);
    QList<QPointF> points;
    for (int i = 0; i < 10000; ++i)
        points.append({i * 0.1, i == 700 ? 5000.0 : 100.0});
    view.setPoints(points);
    const auto* line = qobject_cast<QLineSeries*>(view.chart()->series().at(2));
    QVERIFY(line->count() <= 800);
    QVERIFY(line->points().contains(QPointF(70, 5000)));
    view.setTheme(ChartTheme::darkTheme());
    QCOMPARE(view.chart()->backgroundBrush().color(), ChartTheme::darkTheme().background);
}

void LiveChartsTest::clearedViewsShowNothingAndSurviveTheMouse()
{
    MemoryChartView view;
    view.resize(400, 150);
    view.show();
    view.setSamples(manySamples(50), Seconds(1000), {});
    view.clear("Nothing is running");
    QCOMPARE(band(view, 0)->upperSeries()->count(), 0);
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, {200, 80});
    QTest::mouseDClick(view.viewport(), Qt::LeftButton, {}, {200, 80});
    view.setSamples({}, Seconds(0), {});
    QCOMPARE(view.accessibleDescription(), QStringLiteral("No samples yet"));
    QWheelEvent wheel({50, 50}, {50, 50}, {}, {0, 120}, Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(view.viewport(), &wheel);
    QVERIFY(!wheel.isAccepted());
}

void LiveChartsTest::taskStreamPaintsALaneAWorker()
{
    TaskStreamView view;
    view.resize(600, 226);
    std::vector<TaskSpan> tasks;
    for (int worker = 0; worker < 2; ++worker)
        for (int i = 0; i < 5000; ++i)
            tasks.push_back(
                {worker, "scan", Seconds(10 + i * 0.001), Seconds(10 + i * 0.001 + 0.001)});
    tasks.push_back({1, "merge", Seconds(16), Seconds(20)});
    view.setTasks(tasks, 2, Seconds(10), Seconds(20));
    const auto image = view.grab().toImage();
    const auto background = ChartTheme::light().background;
    // Both lanes are filled over the first half; in the second only the lower one goes on.
    QVERIFY(image.pixelColor(200, 60) != background);
    QCOMPARE(image.pixelColor(200, 60), image.pixelColor(200, 150));
    QVERIFY(image.pixelColor(200, 60) != image.pixelColor(500, 60));
    QVERIFY(image.pixelColor(500, 60) != image.pixelColor(500, 150));
}

void LiveChartsTest::taskStreamIgnoresWhatCannotBe()
{
    TaskStreamView view;
    view.resize(300, 120);
    view.setTasks({{7, "scan", Seconds(1), Seconds(2)},
                   {-1, "scan", Seconds(1), Seconds(2)},
                   {0, "scan", Seconds(2), Seconds(1)},
                   {0, "scan", Seconds(-50), Seconds(500)}},
                  1, Seconds(0), Seconds(0));
    QVERIFY(!view.grab().isNull());
    view.setTasks({}, 0, Seconds(0), Seconds(0));
    QVERIFY(!view.grab().isNull());
}

void LiveChartsTest::taskTipsTellKindAndWorker()
{
    TaskStreamView view;
    view.resize(400, 120);
    view.setTasks({{0, "scan", Seconds(0), Seconds(10)}}, 1, Seconds(0), Seconds(10));
    view.show();
    QHelpEvent help(QEvent::ToolTip, {200, 60}, view.mapToGlobal(QPoint(200, 60)));
    QVERIFY(QCoreApplication::sendEvent(&view, &help));
    QTRY_COMPARE(QToolTip::text(), QStringLiteral("scan, worker 1, 10.0 s"));
}

SPILLWAY_TESTS(LiveChartsTest, QApplication)
#include "live_charts_test.moc"
