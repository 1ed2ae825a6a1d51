#include "suites/suites.h"
#include "ui/plan/completion.h"

#include "ui/plan/job_menu.h"

#include <QtTest>

using namespace spillway;

/// What is offered while one types a query, as a function of the text and the place in it.
class CompletionTest : public QObject {
    Q_OBJECT
private slots:
    void offersWhatMayStandThere_data();
    void offersWhatMayStandThere();
    void theTypeOfAColumnIsSaid();
    void everyPlaceOfAnyTextIsSafe();
    void aJobHasALineForEachStep();
    void recentJobsAreFewAndEachOnce();
};

namespace {

NamedTable tableOf(const char* name, const std::vector<Column>& columns)
{
    Dataset dataset;
    dataset.schema.columns = columns;
    return {name, dataset};
}

const std::vector<NamedTable>& tables()
{
    static const std::vector<NamedTable> both{
        tableOf("orders", {{"id", ColumnType::Integer},
                           {"amount", ColumnType::Real},
                           {"net, EUR", ColumnType::Real},
                           {"order", ColumnType::Text}}),
        tableOf("customers", {{"id", ColumnType::Integer}, {"region", ColumnType::Text}})};
    return both;
}

/// The words that are offered where | stands.
QStringList offered(QString text)
{
    const auto place = text.indexOf(QLatin1Char('|'));
    text.remove(QLatin1Char('|'));
    QStringList words;
    for (const Completion& word : completionsAt(text, static_cast<int>(place), tables()).words)
        words << word.text;
    return words;
}

} // namespace

void CompletionTest::offersWhatMayStandThere_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("words"); // the first ones
    QTest::newRow("column of the table") << "SELECT am| FROM orders"
                                         << "amount";
    QTest::newRow("whatever the case") << "select AM| from ORDERS"
                                       << "amount";
    QTest::newRow("of another table not") << "SELECT reg| FROM orders"
                                          << "regexp_matches regexp_replace regexp_extract";
    QTest::newRow("of all while none is named") << "SELECT reg|"
                                                << "region regexp_matches";
    QTest::newRow("by the table") << "SELECT customers.| FROM customers"
                                  << "id region";
    QTest::newRow("by the alias") << "SELECT c.r| FROM orders o JOIN customers AS c"
                                  << "region";
    QTest::newRow("by an unknown name") << "SELECT z.r| FROM orders"
                                        << "";
    QTest::newRow("table after from") << "SELECT 1 FROM c|"
                                      << "customers";
    QTest::newRow("any table after join") << "SELECT 1 FROM orders JOIN |"
                                          << "orders customers";
    QTest::newRow("a name that needs quotes") << "SELECT net| FROM orders"
                                              << "\"net, EUR\"";
    QTest::newRow("a name that is a keyword") << "SELECT orde| FROM orders"
                                              << "\"order\" orders ORDER";
    QTest::newRow("keyword") << "SELECT id FROM orders WHER|"
                             << "WHERE";
    QTest::newRow("function") << "SELECT coal| FROM orders"
                              << "coalesce";
    QTest::newRow("in a text") << "SELECT 'am|"
                               << "";
    QTest::newRow("in a comment") << "SELECT -- am|"
                                  << "";
    QTest::newRow("in a long comment") << "SELECT /* am|"
                                       << "";
    QTest::newRow("after a comment") << "-- x\nSELECT am| FROM orders"
                                     << "amount";
    QTest::newRow("in a number") << "SELECT 1e| FROM orders"
                                 << "";
}

void CompletionTest::offersWhatMayStandThere()
{
    QFETCH(QString, text);
    QFETCH(QString, words);
    const auto found = offered(text);
    if (words.isEmpty()) {
        QCOMPARE(found.join(' '), QString());
        return;
    }
    QVERIFY2(found.join(' ').startsWith(words), qPrintable(found.join(' ')));
}

void CompletionTest::theTypeOfAColumnIsSaid()
{
    const auto found = completionsAt("SELECT am", 9, tables());
    QCOMPARE(found.begin, 7);
    QCOMPARE(found.words.front().detail, QString("real"));
    QVERIFY(!found.isWhole);
    QVERIFY(completionsAt("SELECT amount", 13, tables()).isWhole);
    QVERIFY(completionsAt("SELECT id FROM orders WHERE id = 1 OR", 37, tables()).isWhole);
}

void CompletionTest::everyPlaceOfAnyTextIsSafe()
{
    const QString text = QString::fromUtf8("SELECT 'é\"' , \"a -- */ FROM orders o, ,. (x.y.. /*");
    for (int place = -1; place <= text.size() + 1; ++place)
        for (const auto& some : {tables(), std::vector<NamedTable>()})
            QVERIFY(completionsAt(text, place, some).begin <= text.size());
}

void CompletionTest::aJobHasALineForEachStep()
{
    QCOMPARE(stepPerLine(R"({"steps":[{"from":"a, [b]"},{"select":["x","y"]}],"output":"rows"})"),
             QString("{\n  \"steps\": [\n    {\"from\": \"a, [b]\"},\n    {\"select\": [\"x\", "
                     "\"y\"]}\n  ],\n  \"output\": \"rows\"\n}"));
    QCOMPARE(stepPerLine(R"({"a":"\"{"})"), QString("{\n  \"a\": \"\\\"{\"\n}"));
}

void CompletionTest::recentJobsAreFewAndEachOnce()
{
    QStringList recent;
    for (int i = 0; i < 30; ++i)
        recent = withRecentJob(recent, QString::number(i % 15));
    QCOMPARE(recent.size(), 10);
    QCOMPARE(recent.front(), QString("14"));
    QCOMPARE(withRecentJob(recent, "10").front(), QString("10"));
    QCOMPARE(withRecentJob(recent, "10").size(), 10);
    QCOMPARE(withRecentJob(recent, "  "), recent);
    QCOMPARE(withRecentJob(recent, QString(50'000, 'x')), recent);
}

SPILLWAY_TESTS(CompletionTest, QCoreApplication)
#include "completion_test.moc"
