#include "csv_support.h"
#include "data/open_dataset.h"
#include "suites/suites.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <QtTest>

#include <algorithm>
#include <map>

using namespace spillway;
using namespace spillway::test;

/// The types of a folder are those that all its parts can be read with.
class PartTypesTest : public QObject {
    Q_OBJECT

private slots:
    void theTypesFitAllParts()
    {
        const Folder folder;
        folder.write("a1.csv", "k,n,late,odd,later\nA,1,,1,\n");
        folder.write("a2.csv", "k,n,late,odd,later\nB,2.5,7,2,\nC,3,8,\"x\ny\",\n");
        folder.write("a3.csv", "k,n,late,odd,later\nB,2,0.5,z,\nB,2,w,1,v\n");
        const auto result = openDataset(folder.path("").string());
        QVERIFY(result);
        std::string types;
        for (const auto& column : result->dataset.schema.columns)
            types += column.type == ColumnType::Text   ? 't'
                     : column.type == ColumnType::Real ? 'r'
                                                       : 'i';
        QCOMPARE(types, "trrit");
        const auto& notes = result->guess.notes;
        const auto has = [&](const std::string& note) {
            return std::ranges::find(notes, note) != notes.end();
        };
        const std::string all = fmt::format("{}", fmt::join(notes, "\n"));
        QVERIFY2(has("odd is read as numbers, but a2.csv, line 3, byte 37 holds \"x\\x0ay\" "
                     "(--column odd=text)"),
                 all.c_str());
        QVERIFY2(has("late is read as numbers, but a3.csv, line 3, byte 34 holds \"w\" "
                     "(--column late=text)"),
                 all.c_str());
        QVERIFY2(
            has("Types: k text, n real, late real, odd integer, later text (--column NAME=TYPE)"),
            all.c_str());
        QCOMPARE(notes.size(), std::size_t(5));
        const auto choice = chooseColumns(*result, "k", {"later"});
        QVERIFY2(describe(choice.error()).find("(a3.csv, line 3, byte 38 holds \"v\")") !=
                     std::string::npos,
                 describe(choice.error()).c_str());
        // What the user says of a column stands, and a command says it no more than that.
        const auto told =
            openDataset(folder.path("").string(), {.types = {{"odd", ColumnType::Text}}});
        QVERIFY(told && told->guess.notes.size() == notes.size() - 1);
        QVERIFY(neededHints(result->dataset) == SchemaHints());
        QVERIFY((neededHints(told->dataset).types ==
                 std::map<std::string, ColumnType>{{"odd", ColumnType::Text}}));
    }

    void whatIsLookedAtOfManyPartsIsBounded()
    {
        const Folder folder;
        const std::string rows(100'000, '1'); // a row of its own
        for (int i = 0; i < 3000; ++i)
            folder.write(fmt::format("{:04}.csv", i), "n\n1\n2\n");
        folder.write("9999.csv", "n\n" + rows + "\n0.5\n");
        const auto result = openDataset(folder.path("").string());
        QVERIFY(result);
        // Beyond what is looked at of one of 3,001 parts: the native pass sees it.
        QCOMPARE(result->dataset.schema.columns[0].type, ColumnType::Integer);
    }
};

SPILLWAY_TESTS(PartTypesTest, QCoreApplication)
#include "part_types_test.moc"
