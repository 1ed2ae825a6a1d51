#include "workloads/query/query_check.h"

#include "base/json.h"
#include "workloads/query/keyed_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <compare>
#include <utility>

namespace spillway {
namespace {

/// Of the largest magnitude in a column.
constexpr double tolerance = 1e-9;
/// A variance of equal values is 0 to one engine and 3e-33 to another.
constexpr double floorOfTolerance = 1e-15;
/// Rows that agree in everything but their float64 cells are matched one by one up to this many.
constexpr std::size_t mostMatched = 1000;
constexpr std::size_t shownColumns = 4;

const std::vector<double>* numbersOf(const ResultColumn& column)
{
    return std::get_if<std::vector<double>>(&column.values);
}

/// As a message shows it.
std::string cellText(const ResultColumn& column, std::size_t row)
{
    if (column.isMissing(row)) return "null";
    if (const auto* texts = std::get_if<std::vector<std::string>>(&column.values))
        return '"' + shownKey((*texts)[row]) + '"';
    if (const auto* numbers = numbersOf(column)) return fmt::format("{}", (*numbers)[row]);
    const auto whole = std::get<std::vector<std::int64_t>>(column.values)[row];
    if (column.meaning == ResultMeaning::Bool) return whole != 0 ? "true" : "false";
    return fmt::format("{}", whole);
}

std::string rowText(const Columns& columns, std::size_t row)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(columns.size(), shownColumns); ++i)
        text += fmt::format("{}{} {}", i == 0 ? "" : ", ", columns[i]->name,
                            cellText(*columns[i], row));
    return columns.size() > shownColumns ? text + ", …" : text;
}

/// Two tables with the same columns in the same order, to compare by rows.
class Comparison {
public:
    Comparison(const ResultTable& found, const ResultTable& expected, const std::string& source)
        : source_(source)
    {
        for (const ResultColumn& column : expected.columns) {
            expected_.push_back(&column);
            const auto same = std::ranges::find(found.columns, column.name, &ResultColumn::name);
            found_.push_back(&*same);
            scales_.push_back(scaleOf(column));
        }
        foundRows_ = found.rows();
        expectedRows_ = expected.rows();
    }

    /// The rows of each side that `keep` keeps, as multisets. Of all differences the one whose
    /// expected row stands first.
    template <class KeepFound, class KeepExpected>
    std::optional<Error> multisets(KeepFound keepFound, KeepExpected keepExpected) const
    {
        std::optional<Error> first;
        std::size_t firstAt = expectedRows_ + 1;
        forEachKey({found_, foundRows_, keepFound}, {expected_, expectedRows_, keepExpected},
                   [&](auto& found, auto& expected) {
                       const auto at = expected.empty() ? expectedRows_ : expected.front();
                       if (at >= firstAt) return true;
                       if (auto wrong = compare(found, expected)) {
                           first = std::move(wrong);
                           firstAt = at;
                       }
                       return firstAt > 0;
                   });
        return first;
    }

    /// The rows of both in their order, by these columns alone.
    std::optional<Error> order(const std::vector<std::size_t>& by) const
    {
        for (std::size_t row = 0; row < std::min(foundRows_, expectedRows_); ++row)
            for (const std::size_t column : by)
                if (!sameCell(column, row, row))
                    return wrongResult(fmt::format("row {} is {}; sorted as {} has them, it is {}",
                                                   row + 1, rowText(found_, row), source_,
                                                   rowText(expected_, row)));
        return std::nullopt;
    }

    /// What multisets() and order() complain about, all of it.
    template <class KeepFound, class KeepExpected>
    std::vector<RowDifference> differences(KeepFound keepFound, KeepExpected keepExpected,
                                           const std::vector<std::size_t>& by,
                                           std::size_t most) const
    {
        std::vector<std::size_t> left;
        std::vector<std::size_t> wanted;
        forEachKey({found_, foundRows_, keepFound}, {expected_, expectedRows_, keepExpected},
                   [&](auto& found, auto& expected) {
                       // Numbers are matched one by one while that is quick.
                       if (found.size() <= mostMatched && expected.size() <= mostMatched) {
                           matchOff(found, expected);
                       } else {
                           const std::size_t both = std::min(found.size(), expected.size());
                           found.erase(found.begin(),
                                       found.begin() + static_cast<std::ptrdiff_t>(both));
                           expected.erase(expected.begin(),
                                          expected.begin() + static_cast<std::ptrdiff_t>(both));
                       }
                       left.insert(left.end(), found.begin(), found.end());
                       wanted.insert(wanted.end(), expected.begin(), expected.end());
                       return true;
                   });
        if (left.empty() && wanted.empty()) return misplaced(by, most);
        std::ranges::sort(left);
        std::ranges::sort(wanted);
        return paired(left, wanted, most);
    }

    bool sameKeys(bool ofFound, const std::vector<std::size_t>& by, std::size_t a,
                  std::size_t b) const
    {
        const Columns& columns = ofFound ? found_ : expected_;
        return std::ranges::all_of(by, [&](std::size_t column) {
            return same(*columns[column], a, *columns[column], b, scales_[column]);
        });
    }

private:
    static double scaleOf(const ResultColumn& column)
    {
        double scale = 0;
        if (const auto* numbers = numbersOf(column))
            for (const double number : *numbers)
                if (std::isfinite(number)) scale = std::max(scale, std::abs(number));
        return scale;
    }

    static bool same(const ResultColumn& a, std::size_t rowA, const ResultColumn& b,
                     std::size_t rowB, double scale)
    {
        if (a.isMissing(rowA) || b.isMissing(rowB)) return a.isMissing(rowA) == b.isMissing(rowB);
        const auto* x = numbersOf(a);
        const auto* y = numbersOf(b);
        if (x && y)
            return std::abs((*x)[rowA] - (*y)[rowB]) <=
                   std::max(tolerance * scale, floorOfTolerance);
        return std::visit(
            [&](const auto& cells) {
                const auto* other = std::get_if<std::decay_t<decltype(cells)>>(&b.values);
                return other && cells[rowA] == (*other)[rowB];
            },
            a.values);
    }

    bool sameCell(std::size_t column, std::size_t found, std::size_t expected) const
    {
        return same(*found_[column], found, *expected_[column], expected, scales_[column]);
    }
    bool sameRow(std::size_t found, std::size_t expected) const
    {
        for (std::size_t column = 0; column < expected_.size(); ++column)
            if (!sameCell(column, found, expected)) return false;
        return true;
    }

    /// Rows that agree in all but float64: by these cells, so that equal ones stand at equal
    /// places.
    static void sortByNumbers(const Columns& columns, std::vector<std::size_t>& rows)
    {
        if (rows.size() < 2) return;
        std::ranges::sort(rows, [&](std::size_t a, std::size_t b) {
            for (const ResultColumn* column : columns)
                if (const auto* numbers = numbersOf(*column)) {
                    const auto order = std::weak_order((*numbers)[a], (*numbers)[b]);
                    if (std::is_neq(order)) return std::is_lt(order);
                }
            return a < b;
        });
    }

    std::optional<Error> compare(std::vector<std::size_t>& found,
                                 std::vector<std::size_t>& expected) const
    {
        sortByNumbers(found_, found);
        sortByNumbers(expected_, expected);
        if (found.empty())
            return wrongResult(fmt::format("the row {} of {} is missing",
                                           rowText(expected_, expected[0]), source_));
        if (expected.empty())
            return wrongResult(fmt::format("the row {} is not in {}'s answer",
                                           rowText(found_, found[0]), source_));
        if (found.size() != expected.size())
            return wrongResult(fmt::format("there are {} rows {} and {} in {}'s answer",
                                           found.size(), rowText(found_, found[0]), expected.size(),
                                           source_));
        std::vector<std::size_t> left;
        std::vector<std::size_t> wanted;
        for (std::size_t i = 0; i < found.size(); ++i)
            if (!sameRow(found[i], expected[i])) {
                left.push_back(found[i]);
                wanted.push_back(expected[i]);
            }
        // Numbers that differ in their last digits may have been sorted another way.
        if (left.size() <= mostMatched) matchOff(left, wanted);
        if (left.empty()) return std::nullopt;
        return wrongResult(fmt::format("the row {}; {} has {}", rowText(found_, left[0]), source_,
                                       rowText(expected_, wanted[0])));
    }

    std::vector<RowDifference> misplaced(const std::vector<std::size_t>& by, std::size_t most) const
    {
        std::vector<RowDifference> places;
        for (std::size_t row = 0; row < std::min(foundRows_, expectedRows_); ++row)
            if (places.size() < most && std::ranges::any_of(by, [&](std::size_t column) {
                    return !sameCell(column, row, row);
                }))
                places.push_back({row, row});
        return places;
    }

    /// Each with the expected row that it has most cells in common with.
    std::vector<RowDifference> paired(const std::vector<std::size_t>& left,
                                      std::vector<std::size_t> wanted, std::size_t most) const
    {
        std::vector<RowDifference> pairs;
        wanted.resize(std::min(wanted.size(), std::max(most, mostMatched)));
        for (const std::size_t row : left) {
            if (pairs.size() == most) return pairs;
            const auto alike = [&](std::size_t candidate) {
                std::size_t cells = 0;
                for (std::size_t column = 0; column < expected_.size(); ++column)
                    cells += sameCell(column, row, candidate) ? 1 : 0;
                return cells;
            };
            const auto best = std::ranges::max_element(wanted, {}, alike);
            if (best == wanted.end() || alike(*best) == 0) {
                pairs.push_back({row, std::nullopt});
                continue;
            }
            pairs.push_back({row, *best});
            wanted.erase(best);
        }
        for (const std::size_t row : wanted)
            if (pairs.size() < most) pairs.push_back({std::nullopt, row});
        return pairs;
    }

    void matchOff(std::vector<std::size_t>& left, std::vector<std::size_t>& wanted) const
    {
        std::erase_if(left, [&](std::size_t row) {
            const auto match = std::ranges::find_if(
                wanted, [&](std::size_t candidate) { return sameRow(row, candidate); });
            if (match == wanted.end()) return false;
            wanted.erase(match);
            return true;
        });
    }

    const std::string& source_;
    Columns found_; ///< in the order of the expected ones
    Columns expected_;
    std::vector<double> scales_; ///< by column
    std::size_t foundRows_ = 0;
    std::size_t expectedRows_ = 0;
};

/// Same names and types; their order does not matter.
std::optional<Error> columnsDisagreement(const ResultTable& found, const ResultTable& expected,
                                         const std::string& source)
{
    for (const ResultColumn& column : expected.columns) {
        const auto same = std::ranges::find(found.columns, column.name, &ResultColumn::name);
        if (same == found.columns.end())
            return wrongResult(fmt::format("there is no column {}", shownKey(column.name)));
        if (typeName(*same) != typeName(column))
            return wrongResult(fmt::format("the column {} is {}; {} has {}", shownKey(column.name),
                                           typeName(*same), source, typeName(column)));
    }
    if (found.columns.size() != expected.columns.size())
        return wrongResult(fmt::format("there are {} columns; {} has {}", found.columns.size(),
                                       source, expected.columns.size()));
    return std::nullopt;
}

/// As the last steps of a job sort and cut its rows:
/// {"sorted_by": [names], "limited": bool, "offset": bool}.
struct Ending {
    std::vector<std::size_t> sortedBy; ///< positions among the expected columns
    bool limited = false;
    bool offset = false; ///< the limit leaves rows out at the beginning, too
};

Ending endingOf(const RunResult& result, const ResultTable& table)
{
    Ending ending;
    const auto detail = parseJson(result.detail);
    if (!detail) return ending;
    for (const auto& name : fieldOr(*detail, "sorted_by", std::vector<std::string>())) {
        const auto column = std::ranges::find(table.columns, name, &ResultColumn::name);
        if (column == table.columns.end()) return {}; // sorted by what is no longer there
        ending.sortedBy.push_back(
            static_cast<std::size_t>(std::distance(table.columns.begin(), column)));
    }
    ending.limited = fieldOr(*detail, "limited", false);
    ending.offset = fieldOr(*detail, "offset", false);
    return ending;
}

/// Which rows are compared as a multiset: engines may rightly keep different rows of the tie that a
/// limit cuts through.
struct Counted {
    const Comparison& comparison;
    const Ending& ending;
    bool ofFound;
    std::size_t rows;

    bool operator()(std::size_t row) const
    {
        const bool cut = ending.limited && !ending.sortedBy.empty();
        const auto tiesWith = [&](std::size_t other) {
            return comparison.sameKeys(ofFound, ending.sortedBy, row, other);
        };
        return !cut || !(tiesWith(rows - 1) || (ending.offset && tiesWith(0)));
    }
};

std::optional<Error> tableDisagreement(const ResultTable& found, const Reference& reference)
{
    const ResultTable& expected = reference.result.table;
    if (auto wrong = columnsDisagreement(found, expected, reference.source)) return wrong;
    if (found.rows() != expected.rows())
        return wrongResult(fmt::format("there are {} rows; {} has {}", found.rows(),
                                       reference.source, expected.rows()));
    if (found.rows() == 0) return std::nullopt;
    const Comparison comparison(found, expected, reference.source);
    const Ending ending = endingOf(reference.result, expected);
    if (auto wrong = comparison.order(ending.sortedBy)) return wrong;
    return comparison.multisets(Counted{comparison, ending, true, found.rows()},
                                Counted{comparison, ending, false, expected.rows()});
}

class QueryChecker : public ResultChecker {
public:
    std::optional<Workload> pass(const Workload&) const override { return std::nullopt; }
    std::optional<OracleChoice> oracle() const override
    {
        return OracleChoice{.engine = "duckdb", .profile = "oracle"};
    }
    CheckOutcome check(const CheckInput& input) const override
    {
        if (!input.reference) return {.wrong = {}, .flags = {"unchecked"}};
        return {.wrong = tableDisagreement(input.table, *input.reference), .flags = {}};
    }
    std::vector<RowDifference> differences(const ResultTable& found, const ResultTable& expected,
                                           const RunResult& right, std::size_t most) const override
    {
        const std::string source;
        if (columnsDisagreement(found, expected, source)) return {};
        const Comparison comparison(found, expected, source);
        const Ending ending = endingOf(right, expected);
        return comparison.differences(Counted{comparison, ending, true, found.rows()},
                                      Counted{comparison, ending, false, expected.rows()},
                                      ending.sortedBy, most);
    }
};

} // namespace

const ResultChecker& queryChecker()
{
    static const QueryChecker checker;
    return checker;
}

} // namespace spillway
