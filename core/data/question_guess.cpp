#include "data/question_guess.h"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <tuple>

namespace spillway {
namespace {

/// More groups than this are no summary.
constexpr std::int64_t fewGroups = 1000;

/// "2025-01-31…", "31.01.2025…", "1/31/2025…"
bool looksLikeDate(std::string_view value)
{
    std::size_t digits = 0;
    std::size_t marks = 0;
    for (const char c : value.substr(0, 10)) {
        if (std::isdigit(static_cast<unsigned char>(c)))
            ++digits;
        else if (c == '-' || c == '.' || c == '/')
            ++marks;
        else
            break;
    }
    return marks == 2 && digits >= 6;
}

bool isTime(const Column& column, const ColumnFacts& facts)
{
    return column.type == ColumnType::Date || column.type == ColumnType::Timestamp ||
           (column.type == ColumnType::Text && looksLikeDate(facts.least) &&
            looksLikeDate(facts.greatest));
}

/// A number of the row: no value comes twice, and there are many.
bool isIdentifier(const Column& column, const ColumnFacts& facts)
{
    constexpr std::int64_t many = 20;
    std::string name = column.name;
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    const bool named = name == "id" || name.ends_with("_id") || name == "index" || name == "rowid";
    const std::int64_t values = facts.sampled - facts.missing;
    return (facts.allDifferent && values >= many) || (named && facts.distinct > fewGroups) ||
           (named && facts.allDifferent);
}

/// The least is the best.
std::tuple<bool, bool, bool, bool, std::int64_t> rankOf(const Column& column,
                                                        const ColumnFacts& facts)
{
    return {isTime(column, facts), isIdentifier(column, facts),
            facts.distinct > fewGroups || facts.distinct < 2, column.type != ColumnType::Text,
            facts.distinct};
}

} // namespace

QuestionGuess guessQuestion(const Schema& schema, const std::vector<ColumnFacts>& facts)
{
    QuestionGuess guess;
    std::vector<std::size_t> keys;
    for (std::size_t i = 0; i < std::min(schema.columns.size(), facts.size()); ++i)
        if (schema.columns[i].type != ColumnType::Real) keys.push_back(i);
    std::ranges::stable_sort(keys, {},
                             [&](std::size_t i) { return rankOf(schema.columns[i], facts[i]); });
    for (const std::size_t i : keys)
        guess.keys.push_back(schema.columns[i].name);
    for (const ColumnType type : {ColumnType::Real, ColumnType::Integer}) {
        for (std::size_t i = 0; i < std::min(schema.columns.size(), facts.size()); ++i) {
            const Column& column = schema.columns[i];
            const bool key = !keys.empty() && keys.front() == i;
            const bool counts = type == ColumnType::Real || !isIdentifier(column, facts[i]);
            if (column.type == type && !key && counts) guess.values.push_back(column.name);
        }
        if (!guess.values.empty()) break;
    }
    return guess;
}

} // namespace spillway
