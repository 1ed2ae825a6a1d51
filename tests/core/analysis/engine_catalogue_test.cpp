#include "analysis/engine_catalogue.h"
#include "analysis/session_ratio.h"
#include "analysis/short_table.h"
#include "records.h"
#include "suites/suites.h"

#include <QtTest>

using namespace spillway;

class EngineCatalogueTest : public QObject {
    Q_OBJECT
private slots:
    void aManifestsTitleIsTheNameOfItsLines();
    void noTwoEnginesHaveOneTitle();
    void anUnknownEngineIsCalledByItsIdAndCanBeDeployed();
    void enginesOfOneSessionAreInEachOfItsComparisons();
};

void EngineCatalogueTest::aManifestsTitleIsTheNameOfItsLines()
{
    std::vector<RunRecord> records{etlRun("my-engine", 1, 1, 2)};
    records.back().cell.profile = "naive";
    const auto comparison = compare(records, 4, {.engines = catalogueWithReferences()}).front();
    QCOMPARE(comparison.lines.front().name, std::string("My engine naive"));
    const TableValue name = std::string("My engine naive");
    QVERIFY(shortTable(comparison).rows.front().front() == name);
    QVERIFY(sideBySideTable(comparison, comparison).rows.front().front() == name);
}

void EngineCatalogueTest::noTwoEnginesHaveOneTitle()
{
    const EngineCatalogue catalogue({{.id = "one", .title = "Mine"},
                                     {.id = "two", .title = "Mine"},
                                     {.id = "fast-dask", .title = "Dask"},
                                     {.id = "chunked", .title = "Chunked (Spillway)"}});
    QCOMPARE(catalogue.of("one").title, std::string("Mine"));
    QCOMPARE(catalogue.of("two").title, std::string("Mine (two)"));
    QCOMPARE(catalogue.of("fast-dask").title, std::string("Dask (fast-dask)"));
    QCOMPARE(catalogue.of("dask").title, std::string("Dask"));
    QCOMPARE(catalogue.of("chunked").title, std::string("Chunked"));
}

void EngineCatalogueTest::anUnknownEngineIsCalledByItsIdAndCanBeDeployed()
{
    QVERIFY(EngineCatalogue().of("theirs") ==
            (EngineFacts{.id = "theirs", .title = "theirs", .deployable = true}));
}

void EngineCatalogueTest::enginesOfOneSessionAreInEachOfItsComparisons()
{
    std::vector<RunRecord> records{etlRun("theirs", 1, 1, 2), etlRun("dask", 1, 2, 2)};
    records.back().cell.dataset = "another";
    const auto comparisons = compare(records, 4);
    QCOMPARE(comparisons.size(), std::size_t(2));
    for (const auto& comparison : comparisons)
        QCOMPARE(comparison.engines.engines().size(), std::size_t(2));
}

SPILLWAY_TESTS(EngineCatalogueTest, QCoreApplication)
#include "engine_catalogue_test.moc"
