#include "analysis/document_tables.h"
#include "analysis/methods.h"
#include "base/escape.h"
#include "records.h"
#include "suites/suites.h"

#include <QRegularExpression>
#include <QtTest>

#include <limits>

using namespace spillway;

class DocumentTablesTest : public QObject {
    Q_OBJECT
private slots:
    void markdownHasAPipeForEveryColumnWhateverTheTextHolds();
    void latexEscapesItsSpecialCharacters();
    void latexHasBooktabsRules();
    void wideTablesFitAPage();
    void htmlEscapesText();
    void numbersAreAlignedRightAndTextLeft();
    void nothingAndNanAreShownAsNothing();
    void methodsNameMachineEnginesRepeatsAndCache();
    void methodsWarnOfSeveralMachines();
};

namespace {

Table table()
{
    return {"A & B",
            {{"name", "Name|x"}, {"seconds", "Seconds", 2}, {"count", "n"}},
            {{std::string("a|b_c\nd"), 1.005, std::int64_t(3)},
             {std::string("<50% & $#{}~^\\>"), std::monostate(), std::int64_t(-1)}}};
}

} // namespace

void DocumentTablesTest::markdownHasAPipeForEveryColumnWhateverTheTextHolds()
{
    const auto lines = QString::fromStdString(toMarkdown(table())).split('\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 4);
    static const QRegularExpression unescapedPipe(R"((?<!\\)\|)");
    for (const auto& line : lines)
        QCOMPARE(line.count(unescapedPipe), 4);
}

void DocumentTablesTest::latexEscapesItsSpecialCharacters()
{
    const auto text = QString::fromStdString(toLatex(table()));
    QVERIFY(text.contains(
        R"(\textless{}50\% \& \$\#\{\}\textasciitilde{}\textasciicircum{}\textbackslash{}\textgreater{})"));
    QVERIFY(text.contains(R"(\caption{A \& B})"));
    QVERIFY(text.contains(R"(a|b\_c d)"));
}

void DocumentTablesTest::latexHasBooktabsRules()
{
    const auto text = QString::fromStdString(toLatex(table()));
    for (const char* rule : {R"(\toprule)", R"(\midrule)", R"(\bottomrule)", R"({lrr})"})
        QVERIFY(text.contains(rule));
}

void DocumentTablesTest::wideTablesFitAPage()
{
    Table wide{"wide", {}, {{}}};
    for (int c = 0; c < 30; ++c) {
        wide.columns.push_back(
            {.id = "c", .title = "Column" + std::to_string(c), .dispensable = c < 3 ? 0 : c});
        wide.rows[0].push_back(std::int64_t(c));
    }
    wide.rows[0][1] = std::monostate(); // an empty column
    const auto text = QString::fromStdString(toLatex(wide));
    const auto head = text.split("toprule\n").at(1).split("\\\\").front();
    QVERIFY2(head.size() <= 120 && head.size() > 90, qPrintable(head));
    QVERIFY(head.contains("Column0 & Column2 & Column3"));
    QVERIFY(text.contains("% Columns left out because the table would be too wide: Column12, "));
    QVERIFY(text.contains("\\linewidth") && !text.contains("\\begin{longtable}"));
    const auto html = QString::fromStdString(toHtml(wide));
    QVERIFY(!html.contains("Column1<") && html.contains("<th class=\"number\">Column3</th>"));
    QVERIFY(html.contains("<th class=\"number detail\">Column12</th>"));
    wide.rows.resize(41, wide.rows[0]);
    QVERIFY(QString::fromStdString(toLatex(wide)).contains("\\begin{longtable}"));
}

void DocumentTablesTest::htmlEscapesText()
{
    const auto text = QString::fromStdString(toHtml(table()));
    QVERIFY(text.contains("&lt;50% &amp; "));
    QVERIFY(text.contains("<caption>A &amp; B</caption>"));
    QCOMPARE(htmlText("<script>\"'"), std::string("&lt;script&gt;&quot;&#39;"));
}

void DocumentTablesTest::numbersAreAlignedRightAndTextLeft()
{
    QVERIFY(toMarkdown(table()).find("| --- | ---: | ---: |") != std::string::npos);
    QVERIFY(toHtml(table()).find("<td class=\"number\">3</td>") != std::string::npos);
}

void DocumentTablesTest::nothingAndNanAreShownAsNothing()
{
    const TableColumn column{"x", "X", 1};
    QCOMPARE(shown(std::monostate(), column), std::string());
    QCOMPARE(shown(std::numeric_limits<double>::quiet_NaN(), column), std::string());
    QCOMPARE(shown(2.25, column), std::string("2.2"));
}

void DocumentTablesTest::methodsNameMachineEnginesRepeatsAndCache()
{
    std::vector<RunRecord> records;
    addRuns(records, "chunked", 2, {1, 2, 3});
    for (auto& record : records)
        record.engineVersion = "0.1.0";
    Environment environment;
    environment.cpuModel = "A CPU of 2026";
    environment.coresUsable = 2;
    environment.ram = 24'000'000'000;
    const std::string text = methodsParagraph(records, {environment});
    for (const char* part :
         {"A CPU of 2026", "24.0 GB", "chunked 0.1.0", "up to 3 times", "warm", "every 50 ms"})
        QVERIFY2(text.find(part) != std::string::npos, part);
    QVERIFY(methodsParagraph({}, {environment}).empty());
}

void DocumentTablesTest::methodsWarnOfSeveralMachines()
{
    std::vector<RunRecord> records;
    addRuns(records, "chunked", 2, {1});
    QVERIFY(methodsParagraph(records, {{}, {}}).find("no ratio is formed across machines") !=
            std::string::npos);
    QVERIFY(methodsParagraph(records, {{}}).find("no ratio is formed across machines") ==
            std::string::npos);
}

SPILLWAY_TESTS(DocumentTablesTest, QCoreApplication)
#include "document_tables_test.moc"
