#include "base/name_list.h"
#include "suites/suites.h"

#include <QtTest>

using namespace spillway;

class NameListTest : public QObject {
    Q_OBJECT
private slots:
    void recordsAreRead_data();
    void recordsAreRead();
    void whatIsWrittenIsReadBack();
    void quotesThatDoNotFitAreRefused();
    void namesOfASentence();
};

void NameListTest::recordsAreRead_data()
{
    QTest::addColumn<QString>("record");
    QTest::addColumn<QStringList>("names");
    QTest::newRow("nothing") << "" << QStringList{};
    QTest::newRow("one") << "x" << QStringList{"x"};
    QTest::newRow("several") << "x,y z,w" << QStringList{"x", "y z", "w"};
    QTest::newRow("a comma in a name") << "x,\"net, EUR\"" << QStringList{"x", "net, EUR"};
    QTest::newRow("a quote in a name")
        << "\"say \"\"x\"\"\",5\"" << QStringList{"say \"x\"", "5\""};
    QTest::newRow("empty names") << ",a," << QStringList{"", "a", ""};
    QTest::newRow("an empty name alone") << "\"\"" << QStringList{""};
}

void NameListTest::recordsAreRead()
{
    QFETCH(QString, record);
    QFETCH(QStringList, names);
    const auto read = namesOfRecord(record.toStdString());
    QVERIFY(read);
    QStringList list;
    for (const auto& name : *read)
        list << QString::fromStdString(name);
    QCOMPARE(list, names);
}

void NameListTest::whatIsWrittenIsReadBack()
{
    const std::vector<std::vector<std::string>> lists{
        {}, {""}, {"", ""}, {"x"}, {"a,b", "\"", "c\"d", " e "}, {",", ",,"}, {"it's", "\"q\""}};
    for (const auto& names : lists) {
        const auto read = namesOfRecord(recordOfNames(names));
        QVERIFY(read && *read == names);
    }
    QCOMPARE(recordOfNames({"x", "net, EUR"}), std::string("x,\"net, EUR\""));
}

void NameListTest::quotesThatDoNotFitAreRefused()
{
    for (const char* record : {"\"x", "\"x\"y", "a,\"b", "\""}) {
        const auto read = namesOfRecord(record);
        QVERIFY2(!read, record);
        QVERIFY(read.error().code == ErrorCode::InvalidArgument);
    }
}

void NameListTest::namesOfASentence()
{
    QCOMPARE(listed({}), std::string());
    QCOMPARE(listed({"A"}), std::string("A"));
    QCOMPARE(listed({"A", "B"}), std::string("A and B"));
    QCOMPARE(listed({"A", "B", "C"}), std::string("A, B and C"));
}

SPILLWAY_TESTS(NameListTest, QCoreApplication)
#include "name_list_test.moc"
