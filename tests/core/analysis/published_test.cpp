#include "analysis/published.h"
#include "suites/suites.h"

#include "analysis/document_tables.h"
#include "base/files.h"
#include "base/json.h"

#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace spillway;

/// The paper's own figures and what does not fit together in them.
class PublishedTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void everyTableIsRead();
    void recomputedFollowsFromTheLogsOfTheTable();
    void linesCarryWhatTheTablesPrint();
    void inconsistenciesAreFound_data();
    void inconsistenciesAreFound();
    void soundTablesHaveNone();
    void missingFieldsAreNamed();
    void everyCellIsARow();

private:
    Json json_;
    PublishedStudy study_;
};

void PublishedTest::initTestCase()
{
    const auto text = readFile(SPILLWAY_SOURCE_DIR "/resources/reference/paper.json");
    QVERIFY(text.has_value());
    const auto json = parseJson(*text);
    QVERIFY(json.has_value());
    json_ = *json;
    const auto study = publishedStudyFromJson(json_);
    QVERIFY2(study.has_value(), study ? "" : describe(study.error()).c_str());
    study_ = *study;
}

void PublishedTest::everyTableIsRead()
{
    QCOMPARE(study_.tables.size(), std::size_t(6));
    for (const auto& table : study_.tables) {
        std::vector<int> workers;
        for (const auto& run : table.runs)
            workers.push_back(run.workers);
        QVERIFY((workers == std::vector{2, 4, 8, 16}));
    }
}

void PublishedTest::recomputedFollowsFromTheLogsOfTheTable()
{
    for (const auto& table : study_.tables)
        for (const auto& run : table.runs) {
            const double speedup = table.runs.front().loggedSeconds / run.loggedSeconds;
            QVERIFY(std::abs(run.recomputedSpeedup - speedup) < 1e-4);
            QVERIFY(std::abs(run.recomputedEfficiency - speedup * 2 / run.workers) < 1e-4);
        }
}

void PublishedTest::linesCarryWhatTheTablesPrint()
{
    const auto printed =
        publishedLines(study_, "etl", PublishedFigure::Efficiency, PublishedAs::Printed);
    QCOMPARE(printed.size(), std::size_t(4)); // Dask and Ray, two files each
    QCOMPARE(printed[0].title, std::string("Dask, Table I, published"));
    QCOMPARE(printed[0].points.back().workers, 16);
    QCOMPARE(printed[0].points.back().value, 0.09);
    QCOMPARE(printed[1].points.size(), std::size_t(3)); // none with 2 workers in Table II
    const auto recomputed =
        publishedLines(study_, "logreg", PublishedFigure::Speedup, PublishedAs::Recomputed);
    QCOMPARE(recomputed.size(), std::size_t(2));
    QCOMPARE(recomputed[1].points.front().value, 1.0);
    const auto rates =
        publishedLines(study_, "etl", PublishedFigure::SecondsPerMillionRows, PublishedAs::Printed);
    QVERIFY(std::abs(rates[2].points[0].value - 1171.64 / 197.566164) < 1e-9);
    QVERIFY(publishedLines(study_, "etl", PublishedFigure::Accuracy, PublishedAs::Printed).empty());
}

void PublishedTest::inconsistenciesAreFound_data()
{
    QTest::addColumn<QString>("words");
    QTest::newRow("another file's baseline")
        << "Table II: the speedup with 4, 8, 16 workers divides the 2-worker time of Table I "
           "(56.90 s); its own 2-worker time is 35.04 s.";
    QTest::newRow("a baseline of nowhere")
        << "Table III: the speedup with 4, 8, 16 workers divides about 1200 s, which no table "
           "prints; its own 2-worker time is 1171.64 s.";
    QTest::newRow("one table, two baselines") << "Table VI: the speedup with 4, 8 workers divides";
    QTest::newRow("efficiency") << "0.32 with 4 workers in Table I would be 0.64.";
    QTest::newRow("sign") << "printed as 29.36 MB and logged as -29.36 MB";
    QTest::newRow("rows") << "The larger file is not one: 180.0 million rows in Table I; 197.6 "
                             "million rows in Table III, V.";
    QTest::newRow("round V")
        << "Table V: the row with 16 workers has round figures (23000 s, 60 MB)";
    QTest::newRow("round VI")
        << "Table VI: the row with 16 workers has round figures (10300 s, 25 MB)";
}

void PublishedTest::inconsistenciesAreFound()
{
    QFETCH(QString, words);
    QString all;
    for (const auto& note : publishedInconsistencies(study_))
        all += QString::fromStdString(note) + '\n';
    QVERIFY2(all.contains(words), qPrintable(all));
}

void PublishedTest::soundTablesHaveNone()
{
    PublishedStudy sound;
    PublishedTable table{.number = "I", .engine = "dask", .rows = 1'000'000, .runs = {}};
    for (const int workers : {2, 4}) {
        const double speedup = workers == 2 ? 1 : 1.6;
        table.runs.push_back({.workers = workers,
                              .seconds = 10.3 / speedup,
                              .rssDeltaMB = 1.5,
                              .speedup = speedup,
                              .efficiency = speedup * 2 / workers,
                              .accuracy = {},
                              .loggedSeconds = 10.3 / speedup,
                              .loggedRssDeltaMB = 1.5});
    }
    sound.tables = {table};
    QVERIFY(publishedInconsistencies(sound).empty());
}

void PublishedTest::missingFieldsAreNamed()
{
    Json broken = json_;
    broken["tables"]["II"]["runs"][1]["logged"].erase("runtime_s");
    const auto study = publishedStudyFromJson(broken);
    QVERIFY(!study && describe(study.error()).find("runtime_s") != std::string::npos);
}

void PublishedTest::everyCellIsARow()
{
    const auto all = publishedTable(study_, bothForms);
    QCOMPARE(all.rows.size(), std::size_t(24)); // six tables of four worker counts
    const auto csv = QString::fromStdString(toCsv(all)).split("\r\n");
    QCOMPARE(csv[0], QStringLiteral("table,engine,workload,file,rows,workers,published_seconds,"
                                    "published_rss_delta_mb,published_speedup,"
                                    "published_efficiency,published_accuracy,logged_seconds,"
                                    "logged_rss_delta_mb,recomputed_speedup,"
                                    "recomputed_efficiency"));
    QVERIFY2(csv[1].startsWith("I,Dask,etl,larger,180000000,2,56.9,"), qPrintable(csv[1]));
    const auto printed = publishedTable(study_, {PublishedAs::Printed}, "logreg");
    QCOMPARE(printed.rows.size(), std::size_t(8));
    QVERIFY(std::ranges::none_of(printed.columns, [](const TableColumn& column) {
        return column.id.starts_with("recomputed") || column.id.starts_with("logged");
    }));
    QVERIFY(toLatex(all).find("\n  III & ") != std::string::npos);
    QVERIFY(toMarkdown(all).find("\n| VI | ") != std::string::npos);
}

SPILLWAY_TESTS(PublishedTest, QCoreApplication)
#include "published_test.moc"
