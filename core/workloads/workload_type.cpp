#include "workloads/workload_type.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace spillway {
namespace {

template <class Entry>
const Entry* named(const std::vector<Entry>& entries, std::string_view name)
{
    const auto found = std::ranges::find(entries, name, &Entry::name);
    return found == entries.end() ? nullptr : &*found;
}

/// " from 1 to 9", " above 0", " from 0, below 1"
std::string rangeWords(const Parameter& parameter)
{
    std::string words;
    if (parameter.least)
        words = fmt::format(" {} {}", parameter.aboveLeast ? "above" : "from", *parameter.least);
    if (parameter.most)
        words += fmt::format("{} {}", parameter.belowMost ? ", below" : " to", *parameter.most);
    return words;
}

/// ", n 300, c 70": parameters besides `first` that are not at their default.
std::string othersSet(const Workload& workload, const Parameter& first)
{
    std::string words;
    for (const auto& parameter : typeOf(workload).parameters) {
        const auto value = parameterOf(workload, parameter.name);
        if (parameter.name == first.name || parameter.label || parameter.written ||
            value == parameter.fallback)
            continue;
        words += fmt::format(", {} {}", dashed(parameter.name), parameterText(value));
    }
    return words;
}

} // namespace

const ColumnRole* WorkloadType::findRole(std::string_view name) const
{
    return named(roles, name);
}

const Parameter* WorkloadType::findParameter(std::string_view name) const
{
    return named(parameters, name);
}

const Measure* WorkloadType::findMeasure(std::string_view name) const
{
    return named(measures, name);
}

const WorkloadType* findWorkloadType(std::string_view id)
{
    const auto types = workloadTypes();
    const auto found = std::ranges::find(types, id, [](const auto* type) { return type->id; });
    return found == types.end() ? nullptr : *found;
}

const WorkloadType& typeOf(const Workload& workload)
{
    static const WorkloadType unknown{.title = "unknown work", .shortName = "unknown work"};
    const auto* type = findWorkloadType(workload.kind);
    return type ? *type : unknown;
}

const Parameter* WorkloadType::parameterFor(std::string_view text) const
{
    const auto first = text.find_first_not_of(" \t\r\n");
    const bool json = first != std::string_view::npos && text[first] == '{';
    const auto found = std::ranges::find_if(parameters, [&](const Parameter& parameter) {
        return parameter.written && parameter.json == json;
    });
    return found == parameters.end() ? nullptr : &*found;
}

namespace {

/// At most so many bytes, and no part of a character.
std::string beginningOf(const std::string& text, std::size_t bytes)
{
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U)
        --bytes;
    return text.substr(0, bytes);
}

} // namespace

std::string distinctionOf(const Workload& workload)
{
    constexpr std::size_t shown = 40;
    const auto& parameters = typeOf(workload).parameters;
    for (const auto& parameter : parameters) {
        auto text = parameterText(parameterOf(workload, parameter.name));
        if (!parameter.label && !parameter.written) return text + othersSet(workload, parameter);
        if (text.empty()) continue;
        if (parameter.written) {
            std::ranges::replace(text, '\n', ' ');
            if (text.size() > shown) text = beginningOf(text, shown) + "…";
        }
        return text;
    }
    return {};
}

Result<void> setLabel(Workload& workload, const std::string& label)
{
    for (const auto& parameter : typeOf(workload).parameters)
        if (parameter.label) return setParameter(workload, parameter.name, label);
    return {};
}

std::string nameOf(const Workload& workload)
{
    for (const auto& parameter : typeOf(workload).parameters)
        if (const auto text = parameterText(parameterOf(workload, parameter.name));
            parameter.label && !text.empty())
            return workload.kind + " " + text;
    return workload.kind;
}

std::string workloadNames()
{
    std::string names;
    const auto types = workloadTypes();
    for (std::size_t i = 0; i < types.size(); ++i)
        names += fmt::format("{}{}",
                             i == 0                  ? ""
                             : i + 1 == types.size() ? " or "
                                                     : ", ",
                             types[i]->id);
    return names;
}

std::string capitalised(std::string phrase)
{
    if (!phrase.empty() && phrase.front() >= 'a' && phrase.front() <= 'z')
        phrase.front() = static_cast<char>(phrase.front() - 'a' + 'A');
    return phrase;
}

std::string dashed(std::string_view name)
{
    std::string text(name);
    std::ranges::replace(text, '_', '-');
    return text;
}

std::string parameterNames(const WorkloadType& type)
{
    std::vector<std::string> names;
    for (const auto& parameter : type.parameters)
        names.push_back(dashed(parameter.name));
    return fmt::format("{}", fmt::join(names, ", "));
}

std::string quotedChoices(const std::vector<std::string>& choices)
{
    std::string words;
    for (std::size_t i = 0; i < choices.size(); ++i)
        words += fmt::format("{}\"{}\"",
                             i == 0                    ? ""
                             : i + 1 == choices.size() ? " or "
                                                       : ", ",
                             choices[i]);
    return words;
}

Measure balanceMeasure()
{
    return {.name = "balance",
            .title = "Balance",
            .unit = {},
            .moreIsBetter = false,
            .decimals = 2,
            .aside = true};
}

std::string titleOf(const Measure& measure)
{
    return measure.unit.empty() ? measure.title : measure.title + ", " + measure.unit;
}

std::string valueText(const Measure& measure, double value)
{
    if (measure.share) return fmt::format("{:.1f} %", 100 * value);
    const auto figures =
        std::abs(value) >= 1000 ? fmt::format("{:.0f}", value) : fmt::format("{:.3g}", value);
    return measure.unit.empty() ? figures : figures + " " + measure.unit;
}

std::string formOf(const Parameter& parameter)
{
    if (std::holds_alternative<bool>(parameter.fallback)) return "true or false";
    if (std::holds_alternative<std::int64_t>(parameter.fallback))
        return "a whole number" + rangeWords(parameter);
    if (std::holds_alternative<double>(parameter.fallback))
        return "a number" + rangeWords(parameter);
    if (parameter.written) return "a text";
    if (parameter.label) return "a short text";
    return quotedChoices(parameter.choices);
}

std::string parameterText(const ParameterValue& value)
{
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    return std::visit([](const auto& plain) { return fmt::format("{}", plain); }, value);
}

} // namespace spillway
