#include "workloads/tune/tune_check.h"

#include "base/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace spillway::tune {
namespace {

/// One configuration in so many is trained further, so many times as long.
constexpr std::int64_t eta = 3;

struct SearchSize {
    std::string_view id;
    std::int64_t configurations;
    std::int64_t epochs; ///< of one that is trained in full
};
constexpr SearchSize searchSizes[]{{"quick", 16, 9}, {"normal", 64, 27}, {"full", 256, 27}};

/// By configuration, its losses after epoch 1, 2, 3, …
using Losses = std::map<std::int64_t, std::vector<double>>;

template <class T>
const std::vector<T>* valuesOf(const ResultTable& table, std::string_view name)
{
    const auto found = std::ranges::find(table.columns, name, &ResultColumn::name);
    return found == table.columns.end() ? nullptr : std::get_if<std::vector<T>>(&found->values);
}

/// Nothing when the table is no list of losses whose epochs follow each other.
std::optional<Losses> lossesOf(const ResultTable& table)
{
    const auto* configurations = valuesOf<std::int64_t>(table, "configuration");
    const auto* epochs = valuesOf<std::int64_t>(table, "epoch");
    const auto* found = valuesOf<double>(table, "loss");
    if (!configurations || !epochs || !found) return std::nullopt;
    Losses losses;
    for (std::size_t row = 0; row < found->size(); ++row) {
        auto& of = losses[(*configurations)[row]];
        of.push_back((*found)[row]);
        if ((*epochs)[row] != static_cast<std::int64_t>(of.size())) return std::nullopt;
    }
    return losses;
}

bool isSame(double found, double expected)
{
    return std::abs(found - expected) <= lossTolerance * std::abs(expected); // no number is not
}

std::optional<Error> lossDisagreement(std::int64_t number, const std::vector<double>& found,
                                      const std::vector<double>& expected)
{
    for (std::size_t i = 0; i < std::min(found.size(), expected.size()); ++i)
        if (!isSame(found[i], expected[i]))
            return wrongResult(
                fmt::format("configuration {} has the loss {} after epoch {}, expected {}", number,
                            found[i], i + 1, expected[i]));
    return std::nullopt;
}

/// How long synchronous halving trains each configuration.
std::map<std::int64_t, std::int64_t> halved(const SearchSize& size, const Losses& truth)
{
    std::vector<std::int64_t> rungs{size.epochs};
    while (rungs.front() > 1)
        rungs.insert(rungs.begin(), (rungs.front() + eta - 1) / eta);
    std::vector<std::int64_t> left;
    for (const auto& [number, losses] : truth)
        left.push_back(number);
    std::map<std::int64_t, std::int64_t> trained;
    for (const auto until : rungs) {
        for (const auto number : left)
            trained[number] = until;
        std::ranges::sort(left, {}, [&](std::int64_t number) {
            return std::pair(truth.at(number)[static_cast<std::size_t>(until - 1)], number);
        });
        left.resize(std::max<std::size_t>(1, left.size() / static_cast<std::size_t>(eta)));
    }
    return trained;
}

/// Whether the configurations were trained as long as their search has it.
std::optional<Error> searchDisagreement(const std::string& search, const SearchSize& size,
                                        const Losses& found, const Losses& truth)
{
    std::map<std::int64_t, std::int64_t> expected;
    if (search == "halving") expected = halved(size, truth);
    for (const auto& [number, losses] : truth) {
        const auto of = found.find(number);
        const auto epochs = of == found.end() ? 0 : static_cast<std::int64_t>(of->second.size());
        if (search == "full") expected[number] = size.epochs;
        if (const auto wanted = expected.find(number); wanted != expected.end()) {
            if (epochs == wanted->second) continue;
            return wrongResult(fmt::format("configuration {} was trained for {} epochs, expected "
                                           "{}",
                                           number, epochs, wanted->second));
        }
        if (epochs == 0) return wrongResult(fmt::format("configuration {} was left out", number));
    }
    return std::nullopt;
}

bool areNumbers(const std::vector<double>& losses)
{
    return std::ranges::all_of(losses, [](double loss) { return std::isfinite(loss); });
}

/// Of every configuration in full, so that a search can be held to it.
bool isComplete(const SearchSize& size, const Losses& losses)
{
    return static_cast<std::int64_t>(losses.size()) == size.configurations &&
           std::ranges::all_of(losses, [&](const auto& of) {
               return static_cast<std::int64_t>(of.second.size()) == size.epochs;
           });
}

/// What holds by itself: something was trained, only configurations that there are, every loss is
/// a number, and the best one is the least.
std::optional<Error> ownDisagreement(const CheckInput& input, const SearchSize& size,
                                     const Losses& found)
{
    if (found.empty()) return wrongResult("no configuration was trained");
    double best = HUGE_VAL;
    for (const auto& [number, losses] : found) {
        if (number < 0 || number >= size.configurations ||
            static_cast<std::int64_t>(losses.size()) > size.epochs)
            return wrongResult(
                fmt::format("there is no configuration {} with {} epochs", number, losses.size()));
        if (!areNumbers(losses))
            return wrongResult(
                fmt::format("configuration {} has a loss that is no number", number));
        best = std::min(best, *std::ranges::min_element(losses));
    }
    const auto claimed = input.result.measures.find("best_loss");
    if (claimed == input.result.measures.end() || !isSame(claimed->second, best))
        return wrongResult("the best loss is not the least of the table");
    return std::nullopt;
}

class TuneChecker : public ResultChecker {
public:
    std::optional<Workload> pass(const Workload&) const override { return std::nullopt; }
    std::optional<OracleChoice> oracle() const override
    {
        return OracleChoice{.engine = "concurrent-futures", .profile = "oracle"};
    }
    CheckOutcome check(const CheckInput& input) const override
    {
        const auto name = std::get<std::string>(parameterOf(input.workload, "size"));
        const auto* size = std::ranges::find(searchSizes, name, &SearchSize::id);
        if (size == std::ranges::end(searchSizes))
            return {.wrong = wrongResult(fmt::format("there is no size {}", shownKey(name))),
                    .flags = {}};
        const auto found = lossesOf(input.table);
        if (!found)
            return {.wrong = wrongResult("the result has no table of configuration, epoch and "
                                         "loss"),
                    .flags = {}};
        if (auto wrong = ownDisagreement(input, *size, *found))
            return {.wrong = std::move(wrong), .flags = {}};
        const auto truth =
            input.reference ? lossesOf(input.reference->result.table) : std::optional<Losses>();
        if (!truth || !std::ranges::all_of(*truth, areNumbers, &Losses::value_type::second))
            return {.wrong = {}, .flags = {"unchecked"}};
        for (const auto& [number, losses] : *found)
            if (const auto of = truth->find(number); of != truth->end())
                if (auto wrong = lossDisagreement(number, losses, of->second))
                    return {.wrong = std::move(wrong), .flags = {}};
        // The first engine that finished may have stopped early, too.
        if (!isComplete(*size, *truth)) return {.wrong = {}, .flags = {"unchecked"}};
        const auto detail = parseJson(input.result.detail);
        const auto search = detail ? fieldOr(*detail, "search", std::string()) : std::string();
        return {.wrong = searchDisagreement(search, *size, *found, *truth), .flags = {}};
    }
};

} // namespace

const ResultChecker& tuneChecker()
{
    static const TuneChecker checker;
    return checker;
}

} // namespace spillway::tune
