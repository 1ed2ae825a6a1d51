#include "ui/plan/completion.h"

#include "ui/parts/code_highlighter.h"
#include "work/text.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>
#include <map>

namespace spillway {
namespace {

bool isLetterOfWord(QChar c)
{
    return c.isLetterOrNumber() || c == QLatin1Char('_');
}

/// Whether `position` is in a text, a name in quotes or a comment.
bool isQuoted(const QString& text, int position)
{
    QChar quote;
    for (int i = 0; i < position; ++i) {
        const QChar c = text[i];
        const auto rest = QStringView(text).mid(i, position - i);
        if (!quote.isNull()) {
            if (c == quote) quote = {};
        } else if (c == QLatin1Char('\'') || c == QLatin1Char('"')) {
            quote = c;
        } else if (rest.startsWith(QLatin1String("--"))) {
            const auto end = text.indexOf(QLatin1Char('\n'), i);
            if (end < 0 || end >= position) return true;
            i = static_cast<int>(end);
        } else if (rest.startsWith(QLatin1String("/*"))) {
            const auto end = text.indexOf(QLatin1String("*/"), i + 2);
            if (end < 0 || end + 2 > position) return true;
            i = static_cast<int>(end) + 1;
        }
    }
    return !quote.isNull();
}

QString quotedIfNeeded(const QString& name)
{
    static const QRegularExpression simple(QStringLiteral("^[A-Za-z_][A-Za-z0-9_]*$"));
    if (simple.match(name).hasMatch() && !sqlKeywords().contains(name.toUpper())) return name;
    return QLatin1Char('"') + QString(name).replace(QLatin1String("\""), QLatin1String("\"\"")) +
           QLatin1Char('"');
}

/// The tables that stand behind FROM and JOIN, by the names and aliases that they have there, in
/// small letters.
std::map<QString, const NamedTable*> namedIn(const QString& text,
                                             const std::vector<NamedTable>& tables)
{
    static const QRegularExpression place(
        QStringLiteral("(?:\\b(?:from|join)\\s+|,\\s*)(\\w+)(?:\\s+(?:as\\s+)?(\\w+))?"),
        QRegularExpression::CaseInsensitiveOption);
    std::map<QString, const NamedTable*> named;
    for (auto found = place.globalMatch(text); found.hasNext();) {
        const auto match = found.next();
        const QString name = match.captured(1).toLower();
        const auto table = std::ranges::find_if(tables, [&](const NamedTable& each) {
            return spillway::text(each.first).toLower() == name;
        });
        if (table == tables.end()) continue;
        named[name] = &*table;
        const QString alias = match.captured(2);
        if (!alias.isEmpty() && !sqlKeywords().contains(alias.toUpper()))
            named[alias.toLower()] = &*table;
    }
    return named;
}

class Collector {
public:
    explicit Collector(QString prefix) : prefix_(std::move(prefix).toLower()) {}

    void add(const QString& name, const QString& detail, bool isName)
    {
        isWhole_ = isWhole_ || name.toLower() == prefix_;
        const bool fits = name.toLower().startsWith(prefix_) && name.toLower() != prefix_;
        const bool known =
            std::ranges::any_of(words_, [&](const Completion& word) { return word.text == name; });
        if (fits && !known) words_.push_back({isName ? quotedIfNeeded(name) : name, detail});
    }
    void addColumns(const NamedTable& table)
    {
        for (const Column& column : table.second.schema.columns)
            add(text(column.name), text(name(column.type)), true);
    }
    void moveTo(Completions& result)
    {
        result.words = std::move(words_);
        result.isWhole = isWhole_;
    }

private:
    QString prefix_;
    std::vector<Completion> words_;
    bool isWhole_ = false;
};

} // namespace

Completions completionsAt(const QString& text, int position, const std::vector<NamedTable>& tables)
{
    Completions result;
    position = std::clamp(position, 0, static_cast<int>(text.size()));
    int begin = position;
    while (begin > 0 && isLetterOfWord(text[begin - 1]))
        --begin;
    result.begin = begin;
    if (isQuoted(text, begin) || (begin < position && text[begin].isDigit())) return result;
    Collector found(text.mid(begin, position - begin));
    const auto named = namedIn(text, tables);
    if (begin > 0 && text[begin - 1] == QLatin1Char('.')) {
        int from = begin - 1;
        while (from > 0 && isLetterOfWord(text[from - 1]))
            --from;
        const auto table = named.find(text.mid(from, begin - 1 - from).toLower());
        if (table != named.end()) found.addColumns(*table->second);
        found.moveTo(result);
        return result;
    }
    const QString before = text.left(begin).trimmed().toLower();
    static const QRegularExpression tablePlace(QStringLiteral("\\b(from|join)$"));
    const bool wantsTable = tablePlace.match(before).hasMatch();
    if (!wantsTable) {
        if (named.empty())
            for (const NamedTable& table : tables)
                found.addColumns(table);
        for (const auto& [name, table] : named)
            found.addColumns(*table);
    }
    const QString table = QCoreApplication::translate("Completion", "table");
    for (const NamedTable& each : tables)
        found.add(spillway::text(each.first), table, true);
    for (const auto& [name, each] : named)
        found.add(name, table, true);
    if (!wantsTable) {
        const QString function = QCoreApplication::translate("Completion", "function");
        for (const QString& name : sqlFunctions())
            found.add(name, function, false);
        for (const QString& word : sqlKeywords())
            found.add(word, {}, false);
    }
    found.moveTo(result);
    return result;
}

} // namespace spillway
