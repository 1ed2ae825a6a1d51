#include "csv_support.h"
#include "data/schema_guess.h"
#include "suites/suites.h"

#include <QtTest>

using namespace spillway;
using namespace spillway::test;

namespace {

std::string typesOf(const Schema& schema)
{
    std::string types;
    for (const Column& column : schema.columns)
        types += column.type == ColumnType::Integer ? 'i'
                 : column.type == ColumnType::Real  ? 'r'
                                                    : 't';
    return types;
}

std::string namesOf(const Schema& schema)
{
    std::string names;
    for (const Column& column : schema.columns)
        names += (names.empty() ? "" : "|") + column.name;
    return names;
}

Result<SchemaGuess> guess(std::string_view content, const SchemaHints& hints = {})
{
    const Folder folder;
    return guessSchema(folder.write("g.csv", content), hints);
}

bool holds(const std::vector<std::string>& notes, std::string_view part)
{
    return std::ranges::any_of(
        notes, [part](const std::string& note) { return note.find(part) != std::string::npos; });
}

} // namespace

class SchemaGuessTest : public QObject {
    Q_OBJECT

private slots:
    void filesAreGuessed_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("delimiter");
        QTest::addColumn<bool>("header");
        QTest::addColumn<QString>("names");
        QTest::addColumn<QString>("types");
        const auto row = [](const char* name, const char* content, const char* delimiter,
                            bool header, const char* names, const char* types) {
            QTest::newRow(name) << QByteArray(content) << delimiter << header << names << types;
        };
        row("generated", "id,x,y,category\n0,0.5,0.25,A\n1,0.1,0.7,B\n", ",", true,
            "id|x|y|category", "irrt");
        row("semicolon", "a;b;c\n1;x;2.5\n2;y;3\n", ";", true, "a|b|c", "itr");
        row("semicolon, decimal commas", "a;b\n1,5;x\n2,5;y\n", ";", true, "a|b", "rt");
        row("semicolon, thousands or decimals", "a;b\n1,500;x\n2,500;y\n", ";", true, "a|b", "tt");
        row("sep line", "sep=;\r\nk;x\r\na;1\r\n", ";", true, "k|x", "ti");
        row("quoted sep line", "\"SEP=|\"\nk|x\na|1\n", "|", true, "k|x", "ti");
        row("comments", "# made by v1, on Monday\nk;x\n# more\na;1\n", ";", true, "k|x", "ti");
        row("same names", "k,x,x,x_2\na,1,2,3\n", ",", true, "k|x|x_3|x_2", "tiii");
        row("Latin-1", "k,caf\xe9\nb\xe4r,1\n", ",", true, "k|caf\u00e9", "ti");
        row("Windows-1252", "k,\x80uro\na,1\n", ",", true, "k|\u20acuro", "ti");
        row("tab", "a\tb\n1\tx, y\n2\tz\n", "\t", true, "a|b", "it");
        row("pipe", "a|b\n1|x\n2|y\n", "|", true, "a|b", "it");
        row("quoted commas", "a;b\n1;\"x,y,z\"\n2;\"p\"\n", ";", true, "a|b", "it");
        row("crlf", "a,b\r\n1,2\r\n", ",", true, "a|b", "ii");
        row("mark",
            "\xef\xbb\xbf"
            "a,b\n1,2\n",
            ",", true, "a|b", "ii");
        row("no header", "1,x\n2,y\n", ",", false, "column1|column2", "it");
        row("no header, one row", "1,x\n", ",", false, "column1|column2", "it");
        row("numbers as names", "year,2019,2020\n1,2,3\n", ",", true, "year|2019|2020", "iii");
        row("text only, values repeat", "kind,colour\nx,red\ny,red\nx,blue\n", ",", true,
            "kind|colour", "tt");
        row("one column", "x\n1\n2\n", ",", true, "x", "i");
        row("header only", "a,b\n", ",", true, "a|b", "tt");
        row("missing values", "a,b,c\n1,,NA\nNA,2.5,\n3,nan,\n", ",", true, "a|b|c", "irt");
        row("pandas index", ",x,k\n0,1.5,a\n1,2.5,b\n", ",", true, "column1|x|k", "irt");
        row("exponents are real", "a,b\n1e3,1\n", ",", true, "a|b", "ri");
        row("signs and zeros", "a,b\n+1,-2\n007,0\n", ",", true, "a|b", "ii");
        row("a date is text", "day,v\n2020-01-01,1\n2020-01-02,2\n", ",", true, "day|v", "ti");
        row("embedded newline", "a,b\n\"x\ny\",1\n\"p\",2\n", ",", true, "a|b", "ti");
        row("blank lines", "\n\na,b\n\n1,2\n", ",", true, "a|b", "ii");
        row("commas in prose of one column", "remark\nwell, yes\nno\nperhaps\nno\n", ",", true,
            "remark", "t");
    }
    void filesAreGuessed()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, delimiter);
        QFETCH(bool, header);
        const auto guessed = guess(content.toStdString());
        QVERIFY2(guessed, guessed ? "" : guessed.error().message.c_str());
        const Schema& schema = guessed->schema;
        QCOMPARE(QString(QChar(schema.format.delimiter)), delimiter);
        QCOMPARE(schema.format.header, header);
        QTEST(QString::fromStdString(namesOf(schema)), "names");
        QTEST(QString::fromStdString(typesOf(schema)), "types");
        QVERIFY(schema.validate());
    }

    void theAmbiguousIsRefusedWithTheChoices_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("said");
        QTest::newRow("two delimiters")
            << QByteArray("1,5;2\n2,5;3\n") << "comma (2 columns) and semicolon (2 columns)";
        QTest::newRow("header or not")
            << QByteArray("red,x\nblue,y\n") << "whether the first row names";
    }
    void theAmbiguousIsRefusedWithTheChoices()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, said);
        const auto guessed = guess(content.toStdString());
        QVERIFY(!guessed);
        QVERIFY(guessed.error().code == ErrorCode::DataUnreadable);
        const auto message = QString::fromStdString(guessed.error().message);
        QVERIFY2(message.contains(said), qPrintable(message));
        QVERIFY(message.contains("g.csv"));
        QVERIFY(!guessed.error().remedy.empty());
    }

    void hintsSettleWhatIsAmbiguous()
    {
        const auto comma = guess("1,5;2\n2,5;3\n", {.delimiter = ','});
        QVERIFY(comma && comma->schema.format.delimiter == ',');
        QVERIFY(!comma->schema.format.header);
        const auto header = guess("red,x\nblue,y\n", {.header = true});
        QVERIFY(header && namesOf(header->schema) == "red|x");
        const auto none = guess("red,x\nblue,y\n", {.header = false});
        QVERIFY(none && none->preview.size() == 2);
    }

    void typeHintsWinAndMustNameAColumn()
    {
        const auto text = guess("a,b\n1,2\n", {.types = {{"a", ColumnType::Text}}});
        QVERIFY(text && typesOf(text->schema) == "ti");
        const auto unknown = guess("a,b\n1,2\n", {.types = {{"z", ColumnType::Text}}});
        QVERIFY(!unknown && unknown.error().code == ErrorCode::InvalidArgument);
    }

    void quotesAreGuessedWhenTheUsualOnesDoNotFit()
    {
        const auto single = guess("a,b\n'x,y',1\n'z',2\n");
        QVERIFY(single && single->schema.format.quote == '\'');
        QVERIFY(holds(single->notes, "single quotes"));
        const auto none = guess("a,b\n\"x,1\ny\"z,2\n\"w,3\n");
        QVERIFY(none && none->schema.format.quote == '\0');
        QVERIFY(holds(none->notes, "ordinary characters"));
        const auto usual = guess("a,b\n'x',1\nit's,2\n");
        QVERIFY(usual && usual->schema.format.quote == '"');
    }

    void thePreviewHoldsTheFirstHundredRowsUnescaped()
    {
        std::string content = "a,b\n\"x \"\"1\"\"\",1\n";
        for (int i = 0; i < 500; ++i)
            content += "y," + std::to_string(i) + "\n";
        const auto guessed = guess(content);
        QVERIFY(guessed);
        QCOMPARE(guessed->preview.size(), std::size_t(100));
        QVERIFY(guessed->preview[0] == (std::vector<std::string>{"x \"1\"", "1"}));
        QVERIFY(guessed->preview[99] == (std::vector<std::string>{"y", "98"}));
        QVERIFY(holds(guessed->notes, "comma guessed from 502 rows"));
    }

    void aMalformedRowInTheSampleIsNoted()
    {
        const auto guessed = guess("a,b\n1,2\n3\n4,5\n6,7\n");
        QVERIFY(guessed);
        QVERIFY(holds(guessed->notes, "byte 9, line 3, column 2: expected 2 columns, found 1"));
        QVERIFY(holds(guess("a,b\n\"1\",2\n\"3,4\n")->notes, "closing quote"));
    }

    void whatIsGuessedIsSaidWithItsOption_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("said");
        QTest::newRow("delimiter") << QByteArray("a;b\n1;2\n")
                                   << "Delimiter semicolon guessed from "
                                      "2 rows (--delimiter)";
        QTest::newRow("header") << QByteArray("a,b\n1,2\n") << "names the columns (--header)";
        QTest::newRow("no header")
            << QByteArray("country,2019\nA,1\nB,2\n")
            << "No row names the columns, as the first row holds 2019 (--header yes if the first "
               "row does)";
        QTest::newRow("types") << QByteArray("k,x\na,1\n")
                               << "k text, x integer (--column NAME=TYPE)";
        QTest::newRow("encoding")
            << QByteArray("k,caf\xe9\na,1\n")
            << "Encoding latin-1, guessed because byte 5 is not UTF-8 (--encoding)";
        QTest::newRow("decimal") << QByteArray("k;x\na;1,5\n") << "decimal comma (--decimal)";
        QTest::newRow("comment") << QByteArray("# v1\nk,x\na,1\n") << "comments (--comment)";
        QTest::newRow("sep") << QByteArray("sep=;\nk;x\na;1\n")
                             << "names the delimiter, semicolon (--skip-rows, --delimiter)";
        QTest::newRow("renamed") << QByteArray("k,x,x\na,1,2\n") << "Column 3 is renamed x_2";
    }
    void whatIsGuessedIsSaidWithItsOption()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, said);
        const auto guessed = guess(content.toStdString());
        QVERIFY2(guessed, guessed ? "" : guessed.error().message.c_str());
        QString all;
        for (const auto& note : guessed->notes)
            all += QString::fromStdString(note) + '\n';
        QVERIFY2(all.contains(said), qPrintable(all));
    }

    void whatWasSaidIsNotGuessed()
    {
        const SchemaHints hints{.delimiter = ';',
                                .quote = '\0',
                                .header = true,
                                .comment = '%',
                                .skipRows = 1,
                                .decimal = ',',
                                .encoding = TextEncoding::Latin1,
                                .missing = std::vector<std::string>{"-"},
                                .types = {{"k", ColumnType::Text}, {"x", ColumnType::Real}}};
        const auto told = guess("title\n%note\nk;x\n1;2\n", hints);
        QVERIFY2(told, told ? "" : told.error().message.c_str());
        QVERIFY(told->notes.empty());
        QCOMPARE(typesOf(told->schema), std::string("tr"));
        const CsvFormat& format = told->schema.format;
        QVERIFY(format.comment == '%' && format.skipRows == 1 && format.decimal == ',');
        QVERIFY(format.encoding == TextEncoding::Latin1 && format.missing == hints.missing);
    }

    void aColumnThatIsEmptyAtFirstGetsItsTypeFromTheRest()
    {
        std::string content = "k,x,y\n";
        while (content.size() < 1'500'000)
            content += "a,,1\n";
        for (int i = 0; i < 100'000; ++i)
            content += "b,2.5,1.5\n";
        const auto guessed = guess(content);
        QVERIFY(guessed);
        QCOMPARE(typesOf(guessed->schema), std::string("trr"));
    }

    void theValueThatMakesAColumnTextHasItsPlace()
    {
        const auto guessed = guess("k,x\na,1\n\nb,\"2,5\"\n");
        QVERIFY(guessed && guessed->textValues.contains("x"));
        const TextValue& text = guessed->textValues.at("x");
        QCOMPARE(text.value, std::string("\"2,5\""));
        QVERIFY(text.line == 4 && text.offset == 12);
    }

    void typesDoNotComeFromAFaultFurtherOn()
    {
        std::string content = "a,b\n";
        while (content.size() < 2'000'000)
            content += "1,2.5\n";
        const auto guessed = guess(content + "oops,oops\n");
        QVERIFY(guessed && typesOf(guessed->schema) == "ir");
        QVERIFY(holds(guessed->notes, "a is read as numbers, but holds \"oops\" at byte"));
        QVERIFY(!holds(guessed->notes, "Malformed"));
    }

    void whatIsNoDelimitedTextIsSaidSo_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("said");
        QTest::newRow("empty") << QByteArray() << "is empty";
        QTest::newRow("utf-16 le") << QByteArray("\xff\xfe"
                                                 "a\0,\0b\0\n\0",
                                                 10)
                                   << "UTF-16";
        QTest::newRow("utf-16 be") << QByteArray("\xfe\xff\0a\0,\0b", 8) << "UTF-16";
        QTest::newRow("gzip") << QByteArray("\x1f\x8b\x08 etc") << "gzip";
        QTest::newRow("zip") << QByteArray("PK\x03\x04 etc") << "spreadsheet";
        QTest::newRow("parquet") << QByteArray("PAR1 etc") << "Parquet";
        QTest::newRow("png") << QByteArray("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16) << "is a PNG image";
        QTest::newRow("pdf") << QByteArray("%PDF-1.7\n%\xe2\xe3") << "is a PDF document";
        QTest::newRow("jpeg") << QByteArray("\xff\xd8\xff\xe0 JFIF") << "is a JPEG image";
        QTest::newRow("workbook") << QByteArray("PK\x03\x04 xl/workbook.xml")
                                  << "an Excel workbook";
        QTest::newRow("old office")
            << QByteArray("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 etc") << "Office document";
        QTest::newRow("bzip2") << QByteArray("BZh91AY&SY\x01\x02\xff\x07") << "bzip2";
        QTest::newRow("tar") << QByteArray("orders-of-a-long-name.csv") + QByteArray(232, '\0') +
                                    "ustar"
                             << "is a tar archive";
        QTest::newRow("html") << QByteArray("\n<!DOCTYPE html>\n<p>a,b") << "is an HTML page";
        QTest::newRow("json") << QByteArray("[{\"a\": 1, \"b\": 2}]") << "is a JSON file";
        QTest::newRow("sqlite") << QByteArray("SQLite format 3\0", 16) << "SQLite database";
        QTest::newRow("nuls") << QByteArray("a,\0b\n1,2\n", 9) << "NUL byte";
        QTest::newRow("blank") << QByteArray("\n\n") << "no row";
        QTest::newRow("open quote") << QByteArray("\"a,b\n1,2\n") << "closing quote";
        QTest::newRow("fewer lines than sep= wants") << QByteArray("sep=;\n") << "no row";
    }
    /// Names of formats are words, too.
    void textThatBeginsLikeAnotherFormatIsText()
    {
        for (const char* header : {"ORC", "BZh", "GIF8", "ARROW1", "ftyp", "xxxxftyp", "PK", "Obj",
                                   "MM", "%PDF", "{a}", "<b>"}) {
            const auto guessed = guess(std::string(header) + ",b\n1,2\n3,4\n5,6\n");
            QVERIFY2(guessed, guessed ? "" : guessed.error().message.c_str());
            QCOMPARE(guessed->schema.columns.front().name, std::string(header));
        }
    }
    void whatIsNoDelimitedTextIsSaidSo()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, said);
        const SchemaHints hints{.quote = '"'};
        const auto guessed = guess(content.toStdString(), hints);
        QVERIFY(!guessed);
        QVERIFY(guessed.error().code == ErrorCode::DataUnreadable);
        const auto message = QString::fromStdString(guessed.error().message);
        QVERIFY2(message.contains(said) && message.contains("g.csv"), qPrintable(message));
    }
};

SPILLWAY_TESTS(SchemaGuessTest, QCoreApplication)
#include "schema_guess_test.moc"
