#include "charts/chart_model.h"
#include "charts/engine_styles.h"
#include "comparisons.h"
#include "suites/suites.h"

#include <QApplication>
#include <QtTest>

#include <set>

using namespace spillway;

namespace {

const std::vector<std::string> builtIn{"dask",  "ray",     "polars",  "duckdb",     "pandas",
                                       "modin", "pyspark", "chunked", "objectstore"};

EngineCatalogue usersEngines(int count, const std::string& colour = {})
{
    std::vector<EngineFacts> engines;
    for (int i = 0; i < count; ++i)
        engines.push_back({.id = "engine-" + std::to_string(i), .colour = colour});
    return EngineCatalogue(engines);
}

} // namespace

class EngineStylesTest : public QObject {
    Q_OBJECT
private slots:
    void noTwoEnginesHaveOneColour_data();
    void noTwoEnginesHaveOneColour();
    void everyColourCanBeSeenOnBothThemes();
    void aManifestGetsTheColourItWants();
    void aTakenColourIsGivenToNobodyElse();
    void aColourFollowsFromTheIdAlone();
    void aChartOfTwelveEnginesHasTwelveColoursAndTitles();
};

void EngineStylesTest::noTwoEnginesHaveOneColour_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<QString>("colour");
    QTest::addColumn<double>("distance");
    QTest::newRow("a few") << 4 << "" << 0.06;
    QTest::newRow("all of the same wish") << 6 << "#92573d" << 0.06;
    QTest::newRow("more than the palette has") << 60 << "" << 1e-6;
}

void EngineStylesTest::noTwoEnginesHaveOneColour()
{
    QFETCH(int, count);
    QFETCH(QString, colour);
    QFETCH(double, distance);
    const auto catalogue = usersEngines(count, colour.toStdString());
    const EngineStyles styles(catalogue);
    auto ids = builtIn;
    for (const auto& engine : catalogue.engines())
        ids.push_back(engine.id);
    for (std::size_t i = 0; i < ids.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) {
            const auto a = styles.of(ids[i]);
            const auto b = styles.of(ids[j]);
            const auto text = ids[i] + " and " + ids[j];
            const bool both = i < builtIn.size();
            const double least = both ? 0.03 : distance;
            QVERIFY2(colourDistance(a.light, b.light) >= least, text.c_str());
            QVERIFY2(colourDistance(a.dark, b.dark) >= least, text.c_str());
        }
}

void EngineStylesTest::everyColourCanBeSeenOnBothThemes()
{
    const auto catalogue = usersEngines(30);
    const EngineStyles styles(catalogue);
    auto ids = builtIn;
    for (const auto& engine : catalogue.engines())
        ids.push_back(engine.id);
    for (const auto& id : ids) {
        QVERIFY2(contrastRatio(styles.of(id).light, ChartTheme::light().background) >= 3,
                 id.c_str());
        QVERIFY2(contrastRatio(styles.of(id).dark, ChartTheme::darkTheme().background) >= 3,
                 id.c_str());
    }
}

void EngineStylesTest::aManifestGetsTheColourItWants()
{
    const EngineStyles styles(EngineCatalogue(
        {{.id = "green", .colour = "#2e8b2e"}, {.id = "pale", .colour = "#ffe0c0"}}));
    QCOMPARE(styles.of("green").light, QColor(0x2e, 0x8b, 0x2e));
    // Too pale for white paper: the same hue, darker.
    const auto pale = styles.of("pale");
    QCOMPARE(pale.dark, QColor(0xff, 0xe0, 0xc0));
    QVERIFY(contrastRatio(pale.light, Qt::white) >= 3);
    QVERIFY(std::abs(pale.light.hslHue() - pale.dark.hslHue()) <= 2);
}

void EngineStylesTest::aTakenColourIsGivenToNobodyElse()
{
    const EngineStyles alone(EngineCatalogue({{.id = "b"}}));
    const EngineStyles styles(EngineCatalogue({{.id = "b", .colour = "#2e8b2e"},
                                               {.id = "a", .colour = "#2e8b2f"},
                                               {.id = "like-ray", .colour = "#2b8bfd"}}));
    QCOMPARE(styles.of("a").light, QColor(0x2e, 0x8b, 0x2f));
    QCOMPARE(styles.of("b").light, alone.of("b").light); // the one that its id leads to
    QCOMPARE(styles.of("ray").light, QColor(0x2b, 0x8b, 0xfd));
    QVERIFY(colourDistance(styles.of("like-ray").light, styles.of("ray").light) >= 0.06);
}

void EngineStylesTest::aColourFollowsFromTheIdAlone()
{
    const EngineStyles one(EngineCatalogue({{.id = "mine"}, {.id = "yours"}}));
    const EngineStyles other(EngineCatalogue({{.id = "dask"}, {.id = "yours"}, {.id = "mine"}}));
    for (const char* id : {"mine", "yours"}) {
        QCOMPARE(one.of(id).light, other.of(id).light);
        QCOMPARE(one.of(id).dark, other.of(id).dark);
        QVERIFY(one.of(id).marker == other.of(id).marker);
    }
}

void EngineStylesTest::aChartOfTwelveEnginesHasTwelveColoursAndTitles()
{
    const auto model = chartModel(twelveEngines().comparison(), ChartKind::Runtime, {});
    std::set<QString> titles;
    std::set<QRgb> colours;
    for (const auto& line : model.lines) {
        titles.insert(line.title);
        colours.insert(line.style.light.rgb());
    }
    QCOMPARE(titles.size(), std::size_t(12));
    QCOMPARE(colours.size(), std::size_t(12));
    QVERIFY(titles.contains(QStringLiteral("Our pipeline")));
}

SPILLWAY_TESTS(EngineStylesTest, QApplication)
#include "engine_styles_test.moc"
