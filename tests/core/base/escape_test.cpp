#include "base/escape.h"
#include "suites/suites.h"

#include "base/json.h"

#include <QProcess>
#include <QTemporaryFile>
#include <QtTest>

#include <functional>
#include <random>

using namespace spillway;

/// Every target is read back by the program that it is meant for: Python, a shell, and parsers of
/// CSV and HTML; LaTeX and Markdown by their rules (escape_consumers.py).
class EscapeTest : public QObject {
    Q_OBJECT
private slots:
    void everyTargetReadsTheSameText_data();
    void everyTargetReadsTheSameText();
    void aShellReadsTheSameWords();
    void aShellGoesOnFromEscapedText();
    void manualPagesShowTheSameText();
    void plainWordsStayAsTheyAre();
    void valuesOfPythonAreLiterals();
    void shownTextKeepsItsLinesOnlyWhereAsked();
};

namespace {

using Texts = std::vector<std::string>;

std::string utf8Of(char32_t code)
{
    return QString::fromUcs4(&code, 1).toStdString();
}

/// Each hidden character and each special one alone, at the front, in the middle and at the end.
void addSingles(Texts& texts)
{
    Texts singles{"\xE2\x80\xAE", "\xE2\x81\xA6", "\xE2\x80\xA8", "\xE2\x80\xA9",
                  "\xD8\x9C",     "\xC0\x80",     "\xED\xA0\x80", "\xF4\x90\x80\x80",
                  "\xE2\x82",     "\xF0\x9F",     "\xC3",         "\"\"\"",
                  "'''",          "\\\"",         "-->",          "]]>",
                  "\r\n",         "＝",           "🙂",         "größe"};
    for (int byte = 0; byte < 256; ++byte)
        singles.emplace_back(1, static_cast<char>(byte));
    for (char32_t code = 0x80; code < 0xA0; ++code)
        singles.push_back(utf8Of(code));
    for (const auto& single : singles)
        for (const auto& text : {single, "a" + single, single + "b", "a" + single + "b " + single})
            texts.push_back(text);
}

void addAttacks(Texts& texts)
{
    for (const char* attack : {"",
                               "x\nimport os; os.system('id')\n",
                               "\"; import os #",
                               "\"\"\"\nimport os\n\"\"\"",
                               "\x1b]0;title\x07",
                               "\x1b]8;;http://example.com\x1b\\link\x1b]8;;\x1b\\",
                               "\x1b[2J\x1b[H",
                               "\xC2\x9B"
                               "2J",
                               "$(id) `id` $HOME; rm -rf ~ & | > <",
                               "'; id; '",
                               "a\\",
                               "a\\\"",
                               "\\'",
                               "<script>alert(1)</script>",
                               "<img src=x onerror=alert(1)>",
                               "\" onclick=\"x",
                               "<!-- ",
                               "&lt;b&gt; &amp; &#60;",
                               "=1+1",
                               "+1",
                               "-1",
                               "@SUM(A1)",
                               "  =1",
                               "\t=1",
                               "\n=1",
                               "＝1",
                               "=HYPERLINK(\"http://x\",\"y\")",
                               "| a | b |",
                               "[x](javascript:y) ![i](j)",
                               "https://example.com www.example.com me@example.com @someone",
                               "*b* _i_ `c` ~~s~~ $m$ # h",
                               "\\input{/etc/passwd}",
                               "\\write18{id}",
                               "^^5cinput",
                               "[2cm]",
                               "*",
                               "% comment",
                               "{",
                               "}",
                               "a & b \\\\ c",
                               "\xE2\x80\xAE"
                               "evil\xE2\x81\xA9"})
        texts.emplace_back(attack);
    texts.push_back(std::string("a\0b", 3));
    std::string large(200'000, '"');
    large.append(100'000, '\\');
    texts.push_back(large);
}

/// Words of bytes, of special characters and of code points, drawn with a fixed seed.
void addRandom(Texts& texts)
{
    std::mt19937 random(13);
    const auto below = [&](unsigned end) { return random() % end; };
    const std::string special = "\"'\\\n\r\t\x1b\a`$&|<>*[]{}%#_~^=+-@!:; ab";
    for (int word = 0; word < 1000; ++word) {
        std::string text;
        for (unsigned left = 1 + below(24); left > 0; --left) {
            const unsigned kind = below(8);
            if (kind == 0)
                text += static_cast<char>(below(256));
            else if (kind == 1)
                text += utf8Of(below(0xD800));
            else if (kind == 2)
                text += utf8Of(0xE000 + below(0x102000));
            else
                text += special[below(static_cast<unsigned>(special.size()))];
        }
        texts.push_back(text);
    }
}

Texts hostileTexts()
{
    Texts texts;
    addSingles(texts);
    addAttacks(texts);
    addRandom(texts);
    return texts;
}

using Escape = std::function<std::string(const std::string&)>;

} // namespace

void EscapeTest::everyTargetReadsTheSameText_data()
{
    QTest::addColumn<Escape>("escape");
    QTest::newRow("python") << Escape(pythonString);
    QTest::newRow("comment") << Escape(terminalText);
    QTest::newRow("terminal") << Escape(terminalText);
    QTest::newRow("json") << Escape([](const std::string& text) { return terminalJson(text); });
    QTest::newRow("csv") << Escape(csvField);
    QTest::newRow("html") << Escape(htmlText);
    QTest::newRow("latex") << Escape(latexText);
    QTest::newRow("markdown") << Escape(markdownText);
}

void EscapeTest::everyTargetReadsTheSameText()
{
    QFETCH(Escape, escape);
    const auto texts = hostileTexts();
    QByteArray lines;
    for (const auto& text : texts)
        lines += QByteArray::fromStdString(text).toHex() + ' ' +
                 QByteArray::fromStdString(escape(text)).toHex() + '\n';
    QProcess python;
    python.start("python3", {SPILLWAY_SOURCE_DIR "/tests/core/base/escape_consumers.py",
                             QString::fromUtf8(QTest::currentDataTag())});
    QVERIFY(python.waitForStarted());
    python.write(lines);
    python.closeWriteChannel();
    QVERIFY(python.waitForFinished(120'000));
    const auto said = python.readAllStandardOutput() + python.readAllStandardError();
    QCOMPARE(said.trimmed(), QByteArray::number(qlonglong(texts.size())));
    QCOMPARE(python.exitCode(), 0);
}

void EscapeTest::aShellReadsTheSameWords()
{
    QTemporaryFile script;
    QVERIFY(script.open());
    QByteArray expected;
    for (const auto& text : hostileTexts()) {
        const auto word = shellWord(text);
        for (const char c : word)
            QVERIFY2(c == '\n' || static_cast<unsigned char>(c) >= 0x20, word.c_str());
        script.write(QByteArray::fromStdString("printf '%s\\0' " + word + "\n"));
        // A word ends before a NUL.
        expected += QByteArray(text.c_str()) + '\0';
    }
    script.close();
    for (const char* program : {"sh", "bash"}) {
        QProcess shell;
        shell.start(program, {script.fileName()});
        QVERIFY(shell.waitForFinished(120'000));
        QCOMPARE(shell.readAllStandardError(), QByteArray());
        QCOMPARE(shell.readAllStandardOutput(), expected);
    }
}

/// It begins as the text does, is one word, and no part of it is run.
void EscapeTest::aShellGoesOnFromEscapedText()
{
    QTemporaryFile script;
    QVERIFY(script.open());
    QByteArray expected;
    for (const auto& text : hostileTexts()) {
        if (text.empty()) continue;
        script.write(QByteArray::fromStdString("printf '%s\\0' " + shellEscaped(text) + "\n"));
        expected += QByteArray::fromStdString(terminalText(text)) + '\0';
    }
    script.close();
    for (const char* program : {"sh", "bash"}) {
        QProcess shell;
        shell.start(program, {script.fileName()});
        QVERIFY(shell.waitForFinished(120'000));
        QCOMPARE(shell.readAllStandardError(), QByteArray());
        QCOMPARE(shell.readAllStandardOutput(), expected);
    }
    QCOMPARE(shellEscaped("net EUR"), std::string("net\\ EUR"));
}

void EscapeTest::manualPagesShowTheSameText()
{
    QProcess groff;
    groff.start("groff", {"-man", "-Tutf8", "-ww", "-P-c", "-P-b", "-P-u"});
    if (!groff.waitForStarted()) QSKIP("groff is not installed.");
    groff.write(".TH X 1\n.SH Y\n.nf\n");
    QByteArrayList expected;
    for (const std::string text :
         {".SH evil", "'br", "a\\fBb\\n(.x", "--memory-limit", "it's \"so\" `x` ^ ~",
          "größe, 75 % …", "\\", "a\n.so /etc/passwd"}) {
        groff.write(QByteArray::fromStdString(roffText(text)) + '\n');
        expected << QByteArray::fromStdString(terminalText(text));
    }
    groff.closeWriteChannel();
    QVERIFY(groff.waitForFinished());
    QCOMPARE(groff.readAllStandardError(), QByteArray());
    QByteArrayList shown;
    for (const auto& line : groff.readAllStandardOutput().split('\n'))
        // The footer stands further in.
        if (line.startsWith("       ") && !line.startsWith("        ")) shown << line.trimmed();
    QCOMPARE(shown, expected);
}

void EscapeTest::plainWordsStayAsTheyAre()
{
    for (const std::string word : {"data.csv", "/a/b-c_d", "x=1,y=2", "50%"})
        QCOMPARE(shellWord(word), word);
    QCOMPARE(shellWord(""), std::string("''"));
}

/// Every kind of JSON value is the same value in Python, which has no true, null or Infinity.
void EscapeTest::valuesOfPythonAreLiterals()
{
    const Json value{{"a \"key\"\n", {true, false, nullptr, 1, -2.5, 1e300, "x\ny"}},
                     {"none", Json::array()},
                     {"nested", Json::object({{"b", {1, 2}}})}};
    QProcess python;
    python.start("python3", {"-c",
                             "import ast, json, sys\n"
                             "assert ast.literal_eval(sys.argv[1]) == json.loads(sys.argv[2])\n",
                             QString::fromStdString(pythonLiteral(value)),
                             QString::fromStdString(toLine(value))});
    QVERIFY(python.waitForFinished());
    QCOMPARE(python.readAllStandardError(), QByteArray());
    QCOMPARE(pythonLiteral(Json(std::numeric_limits<double>::infinity())),
             std::string("float(\"inf\")"));
}

void EscapeTest::shownTextKeepsItsLinesOnlyWhereAsked()
{
    QCOMPARE(terminalText("a\nb\tc"), std::string("a b c"));
    QCOMPARE(terminalLines("a\r\nb\tc\x1b[2J\n"), std::string("a \nb c\uFFFD[2J\n"));
    QCOMPARE(terminalText("größe 🙂"), std::string("größe 🙂"));
}

SPILLWAY_TESTS(EscapeTest, QCoreApplication)
#include "escape_test.moc"
