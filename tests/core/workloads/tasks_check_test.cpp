#include "base/json.h"
#include "result_columns.h"
#include "suites/suites.h"
#include "workloads/tasks/tasks_check.h"
#include "workloads/tasks/tasks_oracle.h"

#include <QtTest>

using namespace spillway;
using namespace spillway::test;

/// What the tasks of a run have to give, and which tables of it count as right.
class TasksCheckTest : public QObject {
    Q_OBJECT
private slots:
    void thePartsAreThoseOfThePythonTasks_data();
    void thePartsAreThoseOfThePythonTasks();
    void sizesHaveMoreTasks();
    void aTableIsRightOrSaysWhatIsWrong_data();
    void aTableIsRightOrSaysWhatIsWrong();
    void anotherSeedGivesOtherValues();
    void aChecksumSeesEachAnswerAndItsPlace();
};

namespace {

constexpr std::uint64_t tasksSeed = 7;

/// The table of a run that did everything right.
ResultTable rightTasksTable()
{
    auto table = tableFromColumns(
        *parseJson(R"([{"name": "part", "type": "text"}, {"name": "tasks", "type": "int64"},
                       {"name": "seconds", "type": "float64"},
                       {"name": "checksum", "type": "text"}])"));
    for (const auto& part : tasks::partsOf("quick", tasksSeed)) {
        const auto sum =
            QString::number(part.checksum, 16).rightJustified(16, QLatin1Char('0')).toStdString();
        if (!appendRow(*table, Json::array({part.name, part.tasks, 0.5, sum}))) qFatal("not a row");
    }
    return *table;
}

void removeRow(ResultTable& table, std::size_t row)
{
    for (auto& one : table.columns)
        std::visit([&](auto& values) { values.erase(values.begin() + std::ptrdiff_t(row)); },
                   one.values);
}

/// Empty when the table is right.
QString wrongIn(const ResultTable& table, std::uint64_t of)
{
    const Workload workload{.kind = "tasks", .columns = {}, .parameters = {{"size", "quick"}}};
    const RunResult result{.kind = "tasks"};
    const auto checked = tasks::tasksChecker().check({.workload = workload,
                                                      .result = result,
                                                      .table = table,
                                                      .reference = {},
                                                      .manifest = {},
                                                      .native = {},
                                                      .seed = of});
    return checked.wrong ? QString::fromStdString(checked.wrong->message) : QString();
}

} // namespace

/// As tests/adapters/test_tasks.py works them out in Python.
void TasksCheckTest::thePartsAreThoseOfThePythonTasks_data()
{
    QTest::addColumn<qlonglong>("count");
    QTest::addColumn<qulonglong>("checksum");
    QTest::newRow("0 ms") << 200LL << 0xa29a6fba1b39c634ULL;
    QTest::newRow("1 ms") << 100LL << 0x1c2ccf398796c17dULL;
    QTest::newRow("10 ms") << 20LL << 0x3128fc6e5d2990d8ULL;
    QTest::newRow("100 ms") << 2LL << 0xf938bfeef3889638ULL;
    QTest::newRow("latency") << 20LL << 0x2a58b60beb857697ULL;
    QTest::newRow("tree") << 127LL << 0xb24dfbf3bd9c54ffULL;
    QTest::newRow("1 MB each") << 10LL << 0x66aa8abb9a8b562dULL;
    QTest::newRow("16 MB shared") << 4LL << 0xea6af3fd6f4d3e74ULL;
    QTest::newRow("uneven") << 40LL << 0x117c8eb1d8fd23e5ULL;
    QTest::newRow("long last") << 42LL << 0xe544c6631699fe4cULL;
    QTest::newRow("actors") << 100LL << 0xff157a7fbd87c49cULL;
}

void TasksCheckTest::thePartsAreThoseOfThePythonTasks()
{
    QFETCH(qlonglong, count);
    QFETCH(qulonglong, checksum);
    static const auto parts = tasks::partsOf("quick", tasksSeed);
    QCOMPARE(parts.size(), 11U);
    const auto part = std::ranges::find(parts, QTest::currentDataTag(), &tasks::Part::name);
    QVERIFY(part != parts.end());
    QCOMPARE(part->tasks, count);
    QCOMPARE(part->checksum, checksum);
}

void TasksCheckTest::sizesHaveMoreTasks()
{
    const auto quick = tasks::partsOf("quick", 1);
    const auto normal = tasks::partsOf("normal", 1);
    QCOMPARE(normal.size(), quick.size());
    for (std::size_t i = 0; i < quick.size(); ++i) {
        QCOMPARE(normal[i].name, quick[i].name);
        QVERIFY(normal[i].tasks > quick[i].tasks);
    }
    QVERIFY(tasks::partsOf("huge", 1).empty());
}

void TasksCheckTest::aTableIsRightOrSaysWhatIsWrong_data()
{
    using Change = std::function<void(ResultTable&)>;
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("words"); // empty: it is right
    const auto row = [](const char* name, const char* words, Change change) {
        QTest::newRow(name) << change << words;
    };
    row("everything", "", [](ResultTable&) {});
    row("an engine without actors", "", [](ResultTable& t) { removeRow(t, t.rows() - 1); });
    row("a part is missing", "the part \"tree\" is missing",
        [](ResultTable& t) { removeRow(t, 5); });
    row("a task was lost", "99 tasks of \"1 ms\", expected 100",
        [](ResultTable& t) { column<std::int64_t>(t, 1)[1] = 99; });
    row("a value is wrong",
        "the answers of \"0 ms\" have the checksum 0123, expected a29a6fba1b39c634",
        [](ResultTable& t) { column<std::string>(t, 3)[0] = "0123"; });
    row("a part that there is not", "there is no part \"coffee\", or twice",
        [](ResultTable& t) { column<std::string>(t, 0)[3] = "coffee"; });
    row("a part twice", "there is no part \"0 ms\", or twice",
        [](ResultTable& t) { column<std::string>(t, 0)[1] = "0 ms"; });
    row("no sums", "the result has no table of part, tasks and checksum",
        [](ResultTable& t) { t.columns.pop_back(); });
    row("nothing", "the result has no table of part, tasks and checksum",
        [](ResultTable& t) { t = {}; });
    row("counts that are no whole numbers", "the result has no table of part, tasks and checksum",
        [](ResultTable& t) { t.columns[1].values = std::vector<double>(t.rows(), 1.0); });
}

void TasksCheckTest::aTableIsRightOrSaysWhatIsWrong()
{
    QFETCH(std::function<void(ResultTable&)>, change);
    QFETCH(QString, words);
    auto table = rightTasksTable();
    change(table);
    QCOMPARE(wrongIn(table, tasksSeed), words);
}

void TasksCheckTest::anotherSeedGivesOtherValues()
{
    QVERIFY(wrongIn(rightTasksTable(), tasksSeed + 1).contains("have the checksum"));
}

void TasksCheckTest::aChecksumSeesEachAnswerAndItsPlace()
{
    const auto right = tasks::checksumOf({1, 2, 3});
    for (const auto& wrong : {std::vector<std::uint64_t>{2, 1, 3},
                              {1, 2},
                              {1, 2, 3, 1},
                              {3, 2, 3},
                              {0, 3, 3}}) // of the same sum
        QVERIFY(tasks::checksumOf(wrong) != right);
}

SPILLWAY_TESTS(TasksCheckTest, QCoreApplication)
#include "tasks_check_test.moc"
