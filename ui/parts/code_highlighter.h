#pragma once

#include <QSet>
#include <QString>
#include <QSyntaxHighlighter>

namespace spillway {

enum class CodeLanguage {
    SqlText,
    JsonText,
    PythonText,
    QueryText ///< JSON when the text begins with {, else SQL
};

/// Keywords, texts, numbers and comments in the colours of the theme.
class CodeHighlighter : public QSyntaxHighlighter {
    Q_OBJECT
public:
    /// `palette` of a widget that shows the document says which theme.
    CodeHighlighter(QTextDocument* document, CodeLanguage language, const QPalette& palette);
    /// The theme has changed.
    void setPalette(const QPalette& palette);

protected:
    void highlightBlock(const QString& line) override;

private:
    enum State { Plain = 0, InText, InComment, InLongText };
    CodeLanguage language() const;
    /// Marks what ends at `end` on this line, or goes on to the next one; returns where it goes on.
    int marked(const QString& line, int from, int searchFrom, const QString& end,
               const QTextCharFormat& format, State state);

    CodeLanguage language_;
    QTextCharFormat keyword_;
    QTextCharFormat text_;
    QTextCharFormat number_;
    QTextCharFormat comment_;
};

/// Words of the language in capitals that a query may use: "SELECT", "GROUP BY" is two.
const QStringList& sqlKeywords();
/// Functions that a query may call, in small letters.
const QStringList& sqlFunctions();

} // namespace spillway
