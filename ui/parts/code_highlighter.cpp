#include "ui/parts/code_highlighter.h"

#include "ui/parts/theme.h"

#include <QStringList>
#include <QTextDocument>

namespace spillway {
namespace {

const QSet<QString>& wordsOf(CodeLanguage language)
{
    static const QSet<QString> sql(sqlKeywords().begin(), sqlKeywords().end());
    static const QSet<QString> json{QStringLiteral("true"), QStringLiteral("false"),
                                    QStringLiteral("null")};
    static const QSet<QString> python = [] {
        const auto words = QStringLiteral("False None True and as assert async await break class "
                                          "continue def del elif else except finally for from "
                                          "global if import in is lambda nonlocal not or pass "
                                          "raise return try while with yield")
                               .split(QLatin1Char(' '));
        return QSet<QString>(words.begin(), words.end());
    }();
    return language == CodeLanguage::SqlText    ? sql
           : language == CodeLanguage::JsonText ? json
                                                : python;
}

bool beginsWord(QChar c)
{
    return c.isLetter() || c == QLatin1Char('_');
}

bool isInWord(QChar c)
{
    return c.isLetterOrNumber() || c == QLatin1Char('_');
}

} // namespace

const QStringList& sqlKeywords()
{
    static const QStringList words =
        QStringLiteral("SELECT FROM WHERE GROUP BY HAVING ORDER LIMIT OFFSET AS DISTINCT ALL JOIN "
                       "INNER LEFT FULL SEMI ANTI OUTER ON USING UNION WITH AND OR NOT IN IS NULL "
                       "EXISTS BETWEEN LIKE CASE WHEN THEN ELSE END CAST TRUE FALSE DATE TIMESTAMP "
                       "INTERVAL OVER PARTITION ROWS RANGE PRECEDING FOLLOWING UNBOUNDED CURRENT "
                       "ROW QUALIFY FILTER ASC DESC NULLS FIRST LAST EXTRACT BIGINT DOUBLE VARCHAR "
                       "BOOLEAN")
            .split(QLatin1Char(' '));
    return words;
}

const QStringList& sqlFunctions()
{
    static const QStringList names =
        QStringLiteral("count sum avg min max stddev variance median quantile_cont abs sqrt ln exp "
                       "log10 log2 pow floor ceil round trunc mod sign greatest least nullif "
                       "coalesce length lower upper trim substring replace position concat "
                       "contains starts_with ends_with left right regexp_matches regexp_replace "
                       "regexp_extract year month day hour minute second quarter date_trunc "
                       "date_diff make_date row_number rank dense_rank lag lead first_value "
                       "last_value")
            .split(QLatin1Char(' '));
    return names;
}

CodeHighlighter::CodeHighlighter(QTextDocument* document, CodeLanguage language,
                                 const QPalette& palette)
    : QSyntaxHighlighter(document), language_(language)
{
    setPalette(palette);
}

void CodeHighlighter::setPalette(const QPalette& palette)
{
    const ThemeColors colors = themeColors(palette);
    keyword_.setForeground(colors.accent);
    keyword_.setFontWeight(QFont::DemiBold);
    text_.setForeground(colors.success);
    number_.setForeground(colors.warning);
    comment_.setForeground(colors.muted);
    comment_.setFontItalic(true);
    rehighlight();
}

CodeLanguage CodeHighlighter::language() const
{
    if (language_ != CodeLanguage::QueryText) return language_;
    const QTextDocument& text = *document();
    for (int i = 0; i < text.characterCount(); ++i)
        if (const QChar c = text.characterAt(i); !c.isSpace() && c != QChar::ParagraphSeparator)
            return c == QLatin1Char('{') ? CodeLanguage::JsonText : CodeLanguage::SqlText;
    return CodeLanguage::SqlText;
}

int CodeHighlighter::marked(const QString& line, int from, int searchFrom, const QString& end,
                            const QTextCharFormat& format, State state)
{
    const auto found = line.indexOf(end, searchFrom);
    const int until = static_cast<int>(found < 0 ? line.size() : found + end.size());
    setFormat(from, until - from, format);
    setCurrentBlockState(found < 0 ? state : Plain);
    return until;
}

void CodeHighlighter::highlightBlock(const QString& line)
{
    const CodeLanguage language = this->language();
    const QString longQuotes = QStringLiteral("\"\"\"");
    const int before = previousBlockState();
    setCurrentBlockState(Plain);
    int i = 0;
    if (before == InComment)
        i = marked(line, 0, 0, QStringLiteral("*/"), comment_, InComment);
    else if (before == InText)
        i = marked(line, 0, 0, QStringLiteral("'"), text_, InText);
    else if (before == InLongText)
        i = marked(line, 0, 0, longQuotes, text_, InLongText);
    while (i < line.size()) {
        const QChar c = line[i];
        const auto rest = QStringView(line).mid(i);
        const bool sql = language == CodeLanguage::SqlText;
        const bool python = language == CodeLanguage::PythonText;
        if ((sql && rest.startsWith(QLatin1String("--"))) || (python && c == QLatin1Char('#'))) {
            setFormat(i, static_cast<int>(line.size()) - i, comment_);
            return;
        }
        if (sql && rest.startsWith(QLatin1String("/*"))) {
            i = marked(line, i, i + 2, QStringLiteral("*/"), comment_, InComment);
        } else if (python && rest.startsWith(longQuotes)) {
            i = marked(line, i, i + 3, longQuotes, text_, InLongText);
        } else if (sql && c == QLatin1Char('\'')) {
            i = marked(line, i, i + 1, QStringLiteral("'"), text_, InText);
        } else if (!sql && (c == QLatin1Char('"') || (python && c == QLatin1Char('\'')))) {
            int end = i + 1;
            while (end < line.size() && line[end] != c)
                end += line[end] == QLatin1Char('\\') ? 2 : 1;
            end = std::min(end + 1, static_cast<int>(line.size()));
            // A name in front of a colon is what the JSON says, not a text.
            const auto after = QStringView(line).mid(end).trimmed();
            const bool key = !python && after.startsWith(QLatin1Char(':'));
            setFormat(i, end - i, key ? keyword_ : text_);
            i = end;
        } else if (sql && c == QLatin1Char('"')) {
            const auto end = line.indexOf(QLatin1Char('"'), i + 1);
            i = static_cast<int>(end < 0 ? line.size() : end + 1); // a name
        } else if (c.isDigit()) {
            int end = i;
            while (end < line.size() && (isInWord(line[end]) || line[end] == QLatin1Char('.')))
                ++end;
            setFormat(i, end - i, number_);
            i = end;
        } else if (beginsWord(c)) {
            int end = i;
            while (end < line.size() && isInWord(line[end]))
                ++end;
            const QString word = line.mid(i, end - i);
            if (wordsOf(language).contains(sql ? word.toUpper() : word))
                setFormat(i, end - i, keyword_);
            i = end;
        } else {
            ++i;
        }
    }
}

} // namespace spillway
