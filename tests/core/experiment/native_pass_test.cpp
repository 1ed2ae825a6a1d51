#include "base/json.h"
#include "runner_fixture.h"
#include "suites/suites.h"
#include "workloads/logreg/logreg.h"

#include <QtTest>

using namespace spillway;
using testing::Recorder;
using testing::RunnerFixture;

/// Every dataset is read once by the native engine before the first run: which rows it has does not
/// depend on who reads it.
class NativePassTest : public QObject {
    Q_OBJECT
private slots:
    void unreadableDataStartNothing_data();
    void unreadableDataStartNothing();
    void theOtherDatasetOfThePlanIsMeasured();
    void aRegressionOnOtherRowsIsWrong();
    void theShapeIsKeptAndNotReadAgain();
    void thePassCanBeStopped();
};

void NativePassTest::unreadableDataStartNothing_data()
{
    using namespace std::string_literals;
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("place");
    const auto row = [](const char* name, const std::string& content, const char* place) {
        QTest::newRow(name) << QByteArray(content.data(), static_cast<qsizetype>(content.size()))
                            << QString(place);
    };
    std::string many = "k,v\n"; // more than is looked at when a file is opened
    for (int i = 0; i < 300'000; ++i)
        many += "a,1\n";
    row("a last row that is cut", "k,v\na,1\nb,2\nc", "line 4");
    row("a row that is short", "k,v,w\na,1,2\nb,2\na,3,4\n", "line 3");
    row("a row that is long", "k,v\na,1\nb,2,3\n", "line 3");
    row("a tail of NUL", many + "b,2\n"s + std::string(8, '\0'), "line 300003");
    row("Ctrl-Z at the end", "k,v\na,1\nb,2\n\x1a", "line 4");
    row("a quote that does not close", "k,v\na,1\n\"b,2\nc,3\n", "line 3");
    row("a quote inside a field", "k,v\na,1\n\"b\"c,2\n", "line 3");
    row("text among numbers", many + "b,two\n", "line 300002");
}

void NativePassTest::unreadableDataStartNothing()
{
    QFETCH(QByteArray, content);
    QFETCH(QString, place);
    RunnerFixture fixture;
    const auto csv =
        fixture.write("own.csv", {content.constData(), static_cast<std::size_t>(content.size())});
    Plan plan = RunnerFixture::plan({csv});
    if (plan.datasets.empty()) QSKIP("refused when it is opened");
    plan.datasets[0].schema.columns[1].type = ColumnType::Real;
    plan.datasets[0].schema.format.quote = '"';
    plan.repeats = 3;
    Recorder seen;
    int states = 0;
    seen.onEnter = [&](RunState) { ++states; };
    const auto outcome = fixture.run(plan, seen);
    VERIFY_RESULT(outcome);
    QCOMPARE(states, 0);
    QCOMPARE(outcome->ok, 0);
    QCOMPARE(outcome->failed, 3);
    QCOMPARE(outcome->unreadable, 3);
    const auto stored = fixture.store().runs();
    QCOMPARE(stored->size(), std::size_t(3));
    for (const auto& record : *stored) {
        QCOMPARE(record.status, RunStatus::Failed);
        QCOMPARE(record.error->code, ErrorCode::DataUnreadable);
        const auto message = QString::fromStdString(record.error->message);
        QVERIFY2(message.contains(place), qPrintable(message));
        QVERIFY2(message.contains("byte "), qPrintable(message));
    }
}

void NativePassTest::theOtherDatasetOfThePlanIsMeasured()
{
    RunnerFixture fixture;
    Recorder seen;
    const auto outcome =
        fixture.run(RunnerFixture::plan({fixture.write("bad.csv", "k,v\na,1\nb,2\nc"),
                                         fixture.write("good.csv", "k,v\na,1\nb,2\n")}),
                    seen);
    VERIFY_RESULT(outcome);
    QCOMPARE(outcome->unreadable, 2);
    QCOMPARE(outcome->ok, 2);
}

void NativePassTest::aRegressionOnOtherRowsIsWrong()
{
    RunnerFixture fixture;
    std::string content = "k,v\n";
    for (int i = 0; i < 50; ++i)
        content += "a,1\nb,2\n";
    Plan plan = RunnerFixture::plan({fixture.write("own.csv", content)}, "skip");
    plan.workloads = {LogregWorkload{.label = "k", .features = {"v"}}};
    Recorder seen;
    VERIFY_RESULT(fixture.run(plan, seen));
    QCOMPARE(seen.references, 1);
    QCOMPARE(seen.ended[0].status, RunStatus::WrongResult);
    QVERIFY2(seen.ended[0].error->message.find("it read 99 rows of a file of 100") !=
                 std::string::npos,
             seen.ended[0].error->message.c_str());
}

void NativePassTest::theShapeIsKeptAndNotReadAgain()
{
    RunnerFixture fixture;
    const auto csv = fixture.write("own.csv", "k,v\na,1\nb,2\na,3");
    Plan plan = RunnerFixture::plan({csv});
    Recorder seen;
    VERIFY_RESULT(fixture.run(plan, seen));
    QCOMPARE(seen.references, 1);
    QCOMPARE(seen.shapes.size(), std::size_t(1));
    QCOMPARE(seen.shapes[0].rows, 3);
    QVERIFY(!seen.shapes[0].lastLineComplete);
    QCOMPARE(seen.passed.first, seen.passed.second);
    QVERIFY(seen.passed.second > 0);
    const auto facts = fixture.store().datasetFacts(plan.datasets[0].fingerprint);
    QVERIFY2((*facts)["shape"] == Json({{"rows", 3}, {"bytes", 15}, {"last_line_complete", false}}),
             toLine(*facts).c_str());
    plan.seed = 2;
    VERIFY_RESULT(fixture.run(plan, seen));
    QCOMPARE(seen.references, 1);
    QCOMPARE(seen.ended.size(), std::size_t(4));
}

void NativePassTest::thePassCanBeStopped()
{
    RunnerFixture fixture;
    const Plan plan = RunnerFixture::plan({fixture.writeRows("own.csv", 6'000'000)});
    for (const auto step : {DatasetStep::Fingerprint, DatasetStep::NativePass}) {
        Recorder seen;
        std::stop_source stop;
        seen.onRead = [&](DatasetStep now) {
            if (now == step) stop.request_stop();
        };
        const auto outcome = fixture.run(plan, seen, {}, false, stop.get_token());
        VERIFY_RESULT(outcome);
        QVERIFY(outcome->cancelled);
        QVERIFY(seen.ended.empty());
    }
    QVERIFY(fixture.store().runs()->empty());
}

SPILLWAY_TESTS(NativePassTest, QCoreApplication)
#include "native_pass_test.moc"
