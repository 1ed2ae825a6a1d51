#include "charts/session_export.h"
#include "comparisons.h"
#include "suites/suites.h"

#include <QApplication>
#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>

using namespace spillway;

namespace fs = std::filesystem;

namespace {

ReportInput twoComparisonsOfOneName()
{
    Runs runs;
    runs.addCell("chunked", 1, 2.0, 60);
    runs.addCell("chunked", 2, 1.1, 80);
    ReportInput session{.title = "study",
                        .records = runs.records(),
                        .comparisons = {runs.comparison(), runs.comparison()}};
    session.comparisons[0].datasetName = "../my data.csv";
    session.comparisons[1].datasetName = "../my data.csv";
    return session;
}

} // namespace

class SessionExportTest : public QObject {
    Q_OBJECT
private slots:
    void everyComparisonHasFilesOfItsOwnInTheDirectory()
    {
        const auto session = twoComparisonsOfOneName();
        const auto files = exportSession(
            session,
            {.directory = directory("own"), .formats = {"svg", "csv"}, .only = {"speedup"}});
        QVERIFY(files.has_value());
        std::vector<std::string> names;
        for (const auto& file : *files) {
            QCOMPARE(file.parent_path(), directory("own"));
            QVERIFY(fs::file_size(file) > 100);
            names.push_back(file.filename());
        }
        QCOMPARE(names, (std::vector<std::string>{"etl-my-data.csv-speedup.svg",
                                                  "etl-my-data.csv-summary.csv",
                                                  "etl-my-data.csv-2-speedup.svg",
                                                  "etl-my-data.csv-2-summary.csv", "runs.csv"}));
    }

    void progressIsToldBeforeEachFileAndMayGiveUp()
    {
        const auto session = twoComparisonsOfOneName();
        std::vector<int> told;
        int all = 0;
        const auto stopped =
            exportSession(session, {.directory = directory("part"), .formats = {"csv"}},
                          [&](int done, int total) {
                              told.push_back(done);
                              all = total;
                              return done < 2;
                          });
        QVERIFY(!stopped.has_value());
        QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
        QCOMPARE(told, (std::vector<int>{0, 1, 2}));
        QCOMPARE(all, 3);
        QCOMPARE(std::distance(fs::directory_iterator(directory("part")), fs::directory_iterator()),
                 2);
    }

    void whatCannotBeWrittenSaysWhy_data()
    {
        QTest::addColumn<QString>("chart");
        QTest::addColumn<bool>("runs");
        QTest::addColumn<QString>("below");
        QTest::addColumn<QString>("says");
        QTest::newRow("unknown chart") << "beauty" << true << "x"
                                       << "no chart \"beauty\"";
        QTest::newRow("no runs") << "speedup" << false << "x"
                                 << "holds no finished runs";
        QTest::newRow("below a file") << "speedup" << true << "file/x"
                                      << "Cannot create";
    }
    void whatCannotBeWrittenSaysWhy()
    {
        QFETCH(QString, chart);
        QFETCH(bool, runs);
        QFETCH(QString, below);
        QFETCH(QString, says);
        QFile file(folder_.filePath("file"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        auto session = twoComparisonsOfOneName();
        if (!runs) session.comparisons.clear();
        const auto failed = exportSession(
            session, {.directory = directory(below.toUtf8()), .only = {chart.toStdString()}});
        QVERIFY(!failed.has_value());
        QVERIFY2(QString::fromStdString(failed.error().message).contains(says),
                 failed.error().message.c_str());
    }

private:
    fs::path directory(const char* name) const
    {
        return fs::path(folder_.path().toStdString()) / name;
    }
    QTemporaryDir folder_;
};

SPILLWAY_TESTS(SessionExportTest, QApplication)
#include "session_export_test.moc"
