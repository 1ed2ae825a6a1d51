#include "work/window_words.h"

#include "work/text.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <array>
#include <utility>

namespace spillway {
namespace {

/// The core's option names and the window's field names, longer phrases first.
constexpr std::array phrases{
    std::pair{"--header yes or --header no", QT_TRANSLATE_NOOP("WindowWords", "“First row”")},
    std::pair{"--header yes", QT_TRANSLATE_NOOP("WindowWords", "“First row”: names,")},
    std::pair{"--encoding latin-1 or --encoding windows-1252",
              QT_TRANSLATE_NOOP("WindowWords", "“Encoding”")},
    std::pair{"--encoding latin-1 or windows-1252", QT_TRANSLATE_NOOP("WindowWords", "“Encoding”")},
    std::pair{"--delimiter comma, semicolon, tab, pipe or any other character",
              QT_TRANSLATE_NOOP("WindowWords", "“Delimiter”")},
    std::pair{"--decimal ,", QT_TRANSLATE_NOOP("WindowWords", "“Decimal”: comma")},
    std::pair{"--column NAME=TYPE",
              QT_TRANSLATE_NOOP("WindowWords", "the types above the columns")},
    std::pair{"--group-by or --label", QT_TRANSLATE_NOOP("WindowWords", "its field")},
    std::pair{"--group-by", QT_TRANSLATE_NOOP("WindowWords", "“Group-by column”")},
    std::pair{"--label", QT_TRANSLATE_NOOP("WindowWords", "“Label column”")},
    std::pair{"--values", QT_TRANSLATE_NOOP("WindowWords", "“Value columns”")},
    std::pair{"--features", QT_TRANSLATE_NOOP("WindowWords", "“Feature columns”")},
    std::pair{"--delimiter", QT_TRANSLATE_NOOP("WindowWords", "“Delimiter”")},
    std::pair{"--quote", QT_TRANSLATE_NOOP("WindowWords", "“Quote”")},
    std::pair{"--header", QT_TRANSLATE_NOOP("WindowWords", "“First row”")},
    std::pair{"--comment", QT_TRANSLATE_NOOP("WindowWords", "“Comment lines”")},
    std::pair{"--skip-rows", QT_TRANSLATE_NOOP("WindowWords", "“Skip lines”")},
    std::pair{"--decimal", QT_TRANSLATE_NOOP("WindowWords", "“Decimal”")},
    std::pair{"--encoding", QT_TRANSLATE_NOOP("WindowWords", "“Encoding”")},
    std::pair{"--missing", QT_TRANSLATE_NOOP("WindowWords", "“Missing values”")},
    std::pair{"--workers", QT_TRANSLATE_NOOP("WindowWords", "“Workers”")},
    std::pair{"--memory-limit", QT_TRANSLATE_NOOP("WindowWords", "“Memory limit”")},
    std::pair{"--timeout", QT_TRANSLATE_NOOP("WindowWords", "“Time-out”")},
    std::pair{"--budget", QT_TRANSLATE_NOOP("WindowWords", "the time budget")},
    std::pair{"--repeats", QT_TRANSLATE_NOOP("WindowWords", "“Repeats”")},
    std::pair{"--scratch", QT_TRANSLATE_NOOP("WindowWords", "“Scratch”")}};

} // namespace

QString windowWords(std::string_view message)
{
    QString words = text(message);
    if (!words.contains(QLatin1String("--"))) return words;
    words.remove(QStringLiteral(" (--force)"));
    static const QRegularExpression type(
        QStringLiteral("--column (\\S+|\"[^\"]*\")=(integer|real|text)"));
    words.replace(type,
                  QCoreApplication::translate("WindowWords", "the type above the column \\1: \\2"));
    for (const auto& [option, field] : phrases) {
        // Matches the whole option: --timeout must not match an engine's --timeout-ms.
        const QRegularExpression whole(QRegularExpression::escape(QLatin1String(option)) +
                                       QStringLiteral("(?![a-z-])"));
        words.replace(whole, QCoreApplication::translate("WindowWords", field));
    }
    return words;
}

QString windowWords(const Error& error)
{
    return windowWords(describe(error));
}

} // namespace spillway
