#include "data/column_facts.h"
#include "data/schema_guess.h"
#include "suites/suites.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>

using namespace spillway;

/// What the preview says under a column's name.
class ColumnFactsTest : public QObject {
    Q_OBJECT
private slots:
    void aSmallFileIsCountedWhole();
    void aLargeFileIsEstimated();
    void noRowCountsTwice_data();
    void noRowCountsTwice();
    void wordsForMissingAreTheFormats();
    void longValuesAreShortened();
    void hostileFilesAreNoTrouble();

private:
    std::vector<ColumnFacts> of(const std::string& content)
    {
        const auto path = std::filesystem::path(folder_.path().toStdString()) / "f.csv";
        std::ofstream(path, std::ios::binary) << content;
        const auto guess = guessSchema(path);
        if (!guess) qFatal("%s", guess.error().message.c_str());
        auto facts = columnFacts(path, guess->schema);
        if (!facts) qFatal("%s", facts.error().message.c_str());
        return *facts;
    }
    QTemporaryDir folder_;
};

void ColumnFactsTest::aSmallFileIsCountedWhole()
{
    const auto facts = of("id,zone,fare\n1,b,9.5\n2,a,\n3,b,-10\n4,,100\n");
    QCOMPARE(facts.size(), std::size_t(3));
    QCOMPARE(facts[0], (ColumnFacts{.sampled = 4,
                                    .missing = 0,
                                    .distinct = 4,
                                    .allDifferent = true,
                                    .complete = true,
                                    .least = "1",
                                    .greatest = "4"}));
    QCOMPARE(facts[1].missing, 1);
    QCOMPARE(facts[1].distinct, 2);
    QVERIFY(!facts[1].allDifferent);
    QCOMPARE(facts[1].least + facts[1].greatest, std::string("ab"));
    // Numbers by their value, not as words.
    QCOMPARE(facts[2].least, std::string("-10"));
    QCOMPARE(facts[2].greatest, std::string("100"));
    QCOMPARE(facts[2].missing, 1);
}

void ColumnFactsTest::aLargeFileIsEstimated()
{
    constexpr int rows = 400'000; // about 8 MB: more than what is looked at
    std::string content = "id,zone\n";
    for (int i = 0; i < rows; ++i)
        content += std::to_string(1'000'000 + i) + ",zone " + std::to_string(i % 7) + "\n";
    const auto facts = of(content);
    QVERIFY(facts[0].sampled < rows && !facts[0].complete);
    QVERIFY(facts[0].allDifferent);
    QVERIFY2(std::abs(double(facts[0].distinct) / rows - 1) < 0.05,
             std::to_string(facts[0].distinct).c_str());
    QCOMPARE(facts[1].distinct, 7);
    QVERIFY(std::stoi(facts[0].greatest) > 1'000'000 + rows * 9 / 10); // also of its end
}

void ColumnFactsTest::noRowCountsTwice_data()
{
    QTest::addColumn<int>("bytes");
    for (const int kilobytes : {1030, 1100, 1500, 2000, 2200})
        QTest::addRow("%d kB", kilobytes) << kilobytes * 1024;
}

void ColumnFactsTest::noRowCountsTwice()
{
    QFETCH(int, bytes);
    std::string content = "id,zone\n";
    int rows = 0;
    while (int(content.size()) < bytes) {
        content += std::to_string(1'000'000 + rows) + ",zone " + std::to_string(rows % 7) + "\n";
        ++rows;
    }
    const auto facts = of(content);
    QVERIFY2(facts[0].sampled <= rows, std::to_string(facts[0].sampled).c_str());
    QVERIFY(facts[0].allDifferent);
    QVERIFY(!facts[1].allDifferent);
}

void ColumnFactsTest::wordsForMissingAreTheFormats()
{
    const Schema schema{.format = {.missing = std::vector<std::string>{"none"}},
                        .columns = {{"a", ColumnType::Text}, {"b", ColumnType::Integer}}};
    const auto facts = columnFactsOf({{"none", "1"}, {"", "none"}, {"x", "3"}}, schema);
    QCOMPARE(facts[0].missing, 2); // a text that is empty is missing in any case
    QCOMPARE(facts[1].missing, 1);
    QCOMPARE(facts[1].greatest, std::string("3"));
}

void ColumnFactsTest::longValuesAreShortened()
{
    std::string umlauts;
    for (int i = 0; i < 300; ++i)
        umlauts += "ä";
    const Schema schema{.format = {}, .columns = {{"a", ColumnType::Text}}};
    const auto facts = columnFactsOf({{umlauts}}, schema);
    const auto shown = QString::fromStdString(facts[0].least);
    QVERIFY(shown.size() < 50 && shown.endsWith(QStringLiteral("ä…")));
    QVERIFY(!shown.contains(QChar::ReplacementCharacter));
}

/// Rows of other widths, only a header, a quote left open.
void ColumnFactsTest::hostileFilesAreNoTrouble()
{
    const Schema schema{.format = {},
                        .columns = {{"a", ColumnType::Text}, {"b", ColumnType::Real}}};
    const auto facts = columnFactsOf({{"x"}, {"y", "1", "2", "3"}, {}}, schema);
    QCOMPARE(facts[0].sampled, 2);
    QCOMPARE(facts[1].sampled, 1);
    const auto path = std::filesystem::path(folder_.path().toStdString()) / "h.csv";
    std::ofstream(path) << "a,b\n";
    QVERIFY(columnFacts(path, schema)->front().sampled == 0);
    std::ofstream(path) << "a,b\n1,\"2\n";
    QVERIFY(columnFacts(path, schema).has_value());
    std::ofstream(path) << "a,b\n1,2\n1,2,3\n1\n1,5\n"; // counted beyond the ragged rows
    QCOMPARE(columnFacts(path, schema)->front().sampled, 4);
    QVERIFY(!columnFacts("/nowhere/at/all.csv", schema).has_value());
}

SPILLWAY_TESTS(ColumnFactsTest, QCoreApplication)
#include "column_facts_test.moc"
