#include "suites/suites.h"
#include "work/engine_facts.h"

#include "analysis/recommendation.h"
#include "analysis/trade_off.h"
#include "charts/chart_model.h"
#include "charts/report.h"
#include "workloads/etl/etl.h"

#include <QApplication>
#include <QtTest>

using namespace spillway;

namespace {

EngineInfo engineOf(const std::string& id, const std::string& title, const std::string& colour,
                    bool deployable)
{
    EngineInfo engine;
    engine.manifest.id = id;
    engine.manifest.title = title;
    engine.manifest.colour = colour;
    engine.manifest.deployable = deployable;
    engine.manifest.family = EngineFamily::Script;
    return engine;
}

RunRecord runOf(const std::string& engine, double seconds)
{
    RunRecord record;
    record.datasetName = "large_data.csv";
    record.workload = EtlWorkload{"category", {"x"}, {}};
    record.cell.engine = engine;
    record.cell.profile = "default";
    record.cell.workers = 2;
    record.seconds = seconds;
    record.peakBytes = 80'000'000;
    return record;
}

} // namespace

/// What a user's manifest says, from the manifest to what is shown.
class EngineFactsTest : public QObject {
    Q_OBJECT
private slots:
    void titleAndColourOfAManifestReachChartsAndReport();
    void whatAManifestCallsNotDeployableIsNeitherRecommendedNorOnTheFrontier();
};

void EngineFactsTest::titleAndColourOfAManifestReachChartsAndReport()
{
    const auto catalogue = catalogueOf({engineOf("our-engine", "Our <engine>", "#2e8b2e", true)});
    const std::vector<RunRecord> records{runOf("our-engine", 2)};
    const auto comparisons = compare(records, 4, {.engines = catalogue});
    const auto model = chartModel(comparisons.front(), ChartKind::Runtime, {});
    QCOMPARE(model.lines.front().title, QStringLiteral("Our <engine>"));
    QCOMPARE(model.lines.front().style.light, QColor(0x2e, 0x8b, 0x2e));
    const auto report =
        QString::fromStdString(htmlReport({.records = records, .comparisons = comparisons}));
    QVERIFY(report.contains(QStringLiteral("Fastest on large_data.csv: Our &lt;engine&gt;, ")));
    QVERIFY(report.contains(QStringLiteral("<td>Our &lt;engine&gt;</td>")));
    QVERIFY(report.contains(QStringLiteral("#2e8b2e"))); // its line in the SVG
}

void EngineFactsTest::whatAManifestCallsNotDeployableIsNeitherRecommendedNorOnTheFrontier()
{
    const auto catalogue = catalogueOf(
        {engineOf("toy", "A toy", {}, false), engineOf("our-engine", "Our engine", {}, true)});
    const std::vector<RunRecord> records{runOf("toy", 1), runOf("our-engine", 2)};
    const auto comparison = compare(records, 4, {.engines = catalogue}).front();
    const auto recommendation = recommend(comparison, {});
    QCOMPARE(recommendation.leader->name, std::string("Our engine"));
    QCOMPARE(recommendation.reference->name, std::string("A toy"));
    const auto frontier = paretoFrontier(comparison);
    QCOMPARE(frontier.size(), std::size_t(1));
    QCOMPARE(frontier.front()->cell.engine, std::string("our-engine"));
}

SPILLWAY_TESTS(EngineFactsTest, QApplication)
#include "engine_facts_test.moc"
