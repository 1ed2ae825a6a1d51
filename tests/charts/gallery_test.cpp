#include "charts/chart_export.h"
#include "charts/comparison_chart.h"
#include "charts/live_charts.h"
#include "comparisons.h"
#include "suites/suites.h"
#include "workloads/etl/etl.h"
#include "workloads/logreg/logreg.h"

#include <QApplication>
#include <QDir>
#include <QtTest>

#include <cmath>

using namespace spillway;

namespace {

const Workload etl = EtlWorkload{"category", {"x", "y"}, {}};
const Workload logreg = LogregWorkload{};

std::vector<std::pair<QString, Comparison>> scenes()
{
    std::vector<std::pair<QString, Comparison>> all;
    for (const auto& workload : {etl, logreg}) {
        const auto suffix = QString::fromStdString(workload.kind);
        const auto add = [&](const char* name, const Comparison& comparison) {
            all.emplace_back(QStringLiteral("%1-%2").arg(name, suffix), comparison);
        };
        add("normal", normalRuns(workload).comparison());
        add("failures", failingRuns(workload).comparison());
        add("single", singlePoint(workload).comparison());
        add("many", manyEngines(workload).comparison());
        add("twelve", twelveEngines(workload).comparison());
    }
    all.emplace_back(QStringLiteral("scaling-etl"), scalingRuns().comparison(24));
    Comparison empty;
    empty.workload = etl;
    all.emplace_back(QStringLiteral("empty-etl"), empty);
    Runs lost;
    lost.fail("dask", 1, RunStatus::OutOfMemory, "Killed.");
    lost.fail("dask", 2, RunStatus::MemoryLimit, "Stopped.");
    all.emplace_back(QStringLiteral("nothing-finished-etl"), lost.comparison());
    all.emplace_back(QStringLiteral("baseline-missing-etl"), failingRuns().comparison(4, 32));
    return all;
}

std::vector<Sample> samples()
{
    std::vector<Sample> all;
    for (int i = 0; i < 900; ++i) {
        Sample sample;
        const double t = i * 0.05;
        sample.t = Seconds(100 + t);
        const double work = 400e6 * (1 - std::exp(-t / 6)) + 60e6 * std::sin(t);
        sample.anonByRole = {{"driver", Bytes(180e6)},
                             {"worker", Bytes(std::max(0.0, work))},
                             {"other", Bytes(40e6)}};
        sample.anon = Bytes(220e6) + sample.anonByRole["worker"];
        sample.shared = Bytes(t > 10 ? 250e6 : 25e6 * t);
        all.push_back(sample);
    }
    return all;
}

std::vector<TaskSpan> tasks()
{
    std::vector<TaskSpan> all;
    for (int worker = 0; worker < 4; ++worker) {
        double t = 100 + 0.1 * worker;
        for (int i = 0; i < 60; ++i) {
            const double length = 0.25 + 0.2 * ((i * 7 + worker * 3) % 5);
            all.push_back({worker,
                           i % 9 == 8   ? "merge"
                           : i % 5 == 3 ? "gradient"
                                        : "scan",
                           Seconds(t), Seconds(t + length)});
            t += length + 0.05;
        }
    }
    return all;
}

} // namespace

/// Writes every chart to <build>/screenshots/charts, to be looked at, and checks that each shows
/// something.
class GalleryTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void everyComparisonChart_data();
    void everyComparisonChart();
    void liveCharts_data();
    void liveCharts();

private:
    QDir folder_{QStringLiteral(SPILLWAY_BINARY_DIR "/screenshots/charts")};
};

void GalleryTest::initTestCase()
{
    QVERIFY(folder_.mkpath(QStringLiteral(".")));
}

void GalleryTest::everyComparisonChart_data()
{
    QTest::addColumn<bool>("dark");
    QTest::addColumn<QSize>("size");
    for (const bool dark : {false, true})
        for (const auto size : {QSize(420, 260), QSize(1100, 620)})
            QTest::addRow("%s %d", dark ? "dark" : "light", size.width()) << dark << size;
}

void GalleryTest::everyComparisonChart()
{
    QFETCH(bool, dark);
    QFETCH(QSize, size);
    for (const auto& [scene, comparison] : scenes())
        for (const auto kind : chartKinds(comparison.workload)) {
            ComparisonChartView view(kind);
            ChartOptions options;
            options.usableCores = comparison.usableCores;
            options.theme = dark ? ChartTheme::darkTheme() : ChartTheme::light();
            view.resize(size);
            view.setComparison(comparison, options);
            const auto image = view.grab().toImage();
            const auto name = QStringLiteral("%1_%2_%3_%4.png")
                                  .arg(scene, chartId(kind), dark ? "dark" : "light")
                                  .arg(size.width());
            QVERIFY(image.save(folder_.filePath(name)));
            QCOMPARE(image.pixelColor(2, size.height() - 2), options.theme.background);
            int inked = 0;
            for (int y = 0; y < image.height(); y += 4)
                for (int x = 0; x < image.width(); ++x)
                    inked += image.pixel(x, y) != options.theme.background.rgb();
            QVERIFY2(inked > 75, qPrintable(name));
            // No text or line may run out of the chart: its last column stays empty.
            for (int y = 0; y < image.height(); ++y)
                QCOMPARE(image.pixel(image.width() - 1, y), options.theme.background.rgb());
        }
}

void GalleryTest::liveCharts_data()
{
    everyComparisonChart_data();
}

void GalleryTest::liveCharts()
{
    QFETCH(bool, dark);
    QFETCH(QSize, size);
    const auto theme = dark ? ChartTheme::darkTheme() : ChartTheme::light();
    const auto save = [&](QWidget& widget, const QString& name) {
        widget.resize(size.width(), size.height() * 2 / 3);
        QVERIFY(widget.grab().save(folder_.filePath(QStringLiteral("live-%1_%2_%3.png")
                                                        .arg(name, dark ? "dark" : "light")
                                                        .arg(size.width()))));
    };
    MemoryChartView memory;
    memory.setTheme(theme);
    save(memory, QStringLiteral("memory-empty"));
    QList<QPointF> managed;
    for (int i = 0; i < 300; ++i)
        managed.append({i * 0.15, 250e6 + 150e6 * std::sin(i * 0.05)});
    memory.setSamples(
        samples(), Seconds(100),
        {.limit = Bytes(1'000'000'000), .thresholds = {0.6, 0.7, 0.8}, .managed = managed});
    save(memory, QStringLiteral("memory"));
    RateChartView rate(QStringLiteral("Throughput"), QStringLiteral("MB/s"));
    rate.setTheme(theme);
    QList<QPointF> points;
    for (int i = 0; i < 450; ++i)
        points.append({i * 0.1, 900 + 300 * std::sin(i * 0.05) + (i % 7) * 20});
    rate.setPoints(points);
    save(rate, QStringLiteral("rate"));
    TaskStreamView stream;
    stream.setTheme(theme);
    save(stream, QStringLiteral("tasks-empty"));
    stream.setTasks(tasks(), 4, Seconds(100), Seconds(140));
    save(stream, QStringLiteral("tasks"));
}

SPILLWAY_TESTS(GalleryTest, QApplication)
#include "gallery_test.moc"
