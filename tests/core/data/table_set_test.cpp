#include "data/table_set.h"
#include "suites/suites.h"

#include "data/open_dataset.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>

using namespace spillway;

/// Several files as the tables of one dataset.
class TableSetTest : public QObject {
    Q_OBJECT
private slots:
    void tablesKeepTheirFilesAndSchemas();
    void theFingerprintCoversContentNamesAndOrder();
    void badNamesAreRefused();
    void namesAreWhatAQueryCanSay();

private:
    Dataset open(const char* name, const char* text) const
    {
        const auto path = directory_.filePath(name).toStdString();
        std::ofstream(path) << text;
        const auto opened = openDataset(path);
        if (!opened) qFatal("%s", opened.error().message.c_str());
        return opened->dataset;
    }
    QTemporaryDir directory_;
};

void TableSetTest::tablesKeepTheirFilesAndSchemas()
{
    const auto all = tableSet({{"people", open("a.csv", "id,name\n1,x\n2,y\n")},
                               {"visits", open("b.csv", "id;day\n1;3\n")}});
    QVERIFY(all.has_value());
    QCOMPARE(all->name, std::string("people + visits"));
    QCOMPARE(all->paths.size(), std::size_t(2));
    QCOMPARE(all->bytes, Bytes(16 + 11));
    QCOMPARE(all->tables[1].name, std::string("visits"));
    QCOMPARE(all->tables[1].schema.format.delimiter, ';');
    QCOMPARE(all->tables[0].files, std::size_t(1));
    const auto a = open("a.csv", "id,name\n1,x\n");
    QCOMPARE(tableSet({{"a", a}, {"b", a}, {"c", a}, {"d", a}, {"e", a}})->name,
             std::string("a + b + c + 2 more"));
}

void TableSetTest::theFingerprintCoversContentNamesAndOrder()
{
    const auto a = open("a.csv", "id,name\n1,x\n");
    const auto b = open("b.csv", "id,day\n1,3\n");
    const auto printOf = [](const std::vector<NamedTable>& tables) {
        return tableSet(tables)->fingerprint;
    };
    const auto one = printOf({{"a", a}, {"b", b}});
    QCOMPARE(printOf({{"a", a}, {"b", b}}), one);
    QVERIFY(printOf({{"a", a}, {"c", b}}) != one);
    QVERIFY(printOf({{"a", b}, {"b", a}}) != one);
    auto readOtherwise = b;
    readOtherwise.fingerprint += "-0123456789abcdef";
    QVERIFY(printOf({{"a", a}, {"b", readOtherwise}}) != one);
    const auto changed = open("b.csv", "id,day\n1,4\n");
    QVERIFY(printOf({{"a", a}, {"b", changed}}) != one);
}

void TableSetTest::badNamesAreRefused()
{
    const auto a = open("a.csv", "id,name\n1,x\n");
    QVERIFY(tableSet({{"a", a}, {"a", a}}).error().message.find("two tables") != std::string::npos);
    QVERIFY(!tableSet({{"a b", a}}));
    QVERIFY(!tableSet({}));
    QVERIFY(!tableSet(std::vector<NamedTable>(maxTables + 1, {"a", a})));
}

void TableSetTest::namesAreWhatAQueryCanSay()
{
    for (const char* name : {"a", "_", "Orders2", "line_item"})
        QVERIFY2(isTableName(name), name);
    for (const char* name : {"", "2a", "a-b", "a.b", "a b", "\xc3\xa4", "a\n"})
        QVERIFY2(!isTableName(name), name);
    QVERIFY(!isTableName(std::string(61, 'a')));
}

SPILLWAY_TESTS(TableSetTest, QCoreApplication)
#include "table_set_test.moc"
