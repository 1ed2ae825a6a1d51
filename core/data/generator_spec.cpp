#include "data/generator_spec.h"

#include <fmt/format.h>

#include <cmath>

namespace spillway {
namespace {

constexpr std::int64_t maxRows = 1'000'000'000'000'000;
constexpr Bytes maxBytes = Bytes(1) << 56;
constexpr double maxRamFactor = 10'000;
constexpr std::int64_t maxCategories = 10'000'000;
constexpr int maxFeatures = 1000;
constexpr int maxParts = 10'000;
constexpr double maxSignal = 1e6;
constexpr std::int64_t maxWeights = 1'000'000;

Result<void> validateSize(const GeneratorSpec& spec)
{
    const int given =
        int{spec.rows.has_value()} + int{spec.bytes.has_value()} + int{spec.ramFactor.has_value()};
    if (given != 1)
        return invalidArgument(given == 0
                                   ? "The size of the dataset is missing."
                                   : "The size of the dataset is given in more than one way.",
                               "Give one of rows, size and RAM factor.");
    if (spec.rows && (*spec.rows < 1 || *spec.rows > maxRows))
        return invalidArgument(
            fmt::format("The number of rows must be between 1 and 10^15, not {}.", *spec.rows));
    if (spec.bytes && (*spec.bytes < 1 || *spec.bytes > maxBytes))
        return invalidArgument(fmt::format(
            "The size must be between 1 byte and 2^56 bytes, not {} bytes.", *spec.bytes));
    if (spec.ramFactor && !(*spec.ramFactor > 0 && *spec.ramFactor <= maxRamFactor))
        return invalidArgument(fmt::format(
            "The RAM factor must be above 0 and at most 10,000, not {}.", *spec.ramFactor));
    return {};
}

Result<void> validateSignal(const GeneratorSpec& spec)
{
    if (!(spec.signal >= 0 && spec.signal <= maxSignal))
        return invalidArgument(
            fmt::format("The signal must be between 0 and 10^6, not {}.", spec.signal));
    if (spec.signal > 0 && spec.categories * spec.features > maxWeights)
        return invalidArgument(
            fmt::format("A signal with {} categories and {} features has more than "
                        "1,000,000 weights.",
                        spec.categories, spec.features),
            "Take fewer categories or features, or no signal.");
    return {};
}

} // namespace

Result<void> GeneratorSpec::validate() const
{
    if (auto valid = validateSize(*this); !valid) return valid.error();
    if (categories < 1 || categories > maxCategories)
        return invalidArgument(fmt::format(
            "The number of categories must be between 1 and 10^7, not {}.", categories));
    if (features < 1 || features > maxFeatures)
        return invalidArgument(
            fmt::format("The number of features must be between 1 and 1000, not {}.", features));
    if (auto valid = validateSignal(*this); !valid) return valid.error();
    if (split < 0 || split > maxParts)
        return invalidArgument(
            fmt::format("The number of parts must be between 0 and 10,000, not {}.", split));
    if (rows && split > *rows)
        return invalidArgument(fmt::format("{} rows cannot be split into {} files.", *rows, split));
    return {};
}

} // namespace spillway
