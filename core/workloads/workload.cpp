#include "workloads/workload.h"

#include "base/json.h"
#include "workloads/workload_type.h"

#include <fast_float/fast_float.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace spillway {
namespace {

Error refusal(const Parameter& parameter, std::string_view text)
{
    return invalidArgument(
        fmt::format("{} takes {}, not \"{}\".", dashed(parameter.name), formOf(parameter), text));
}

bool inRange(const Parameter& parameter, double value)
{
    if (!std::isfinite(value)) return false;
    if (parameter.least &&
        (parameter.aboveLeast ? value <= *parameter.least : value < *parameter.least))
        return false;
    return !parameter.most ||
           (parameter.belowMost ? value < *parameter.most : value <= *parameter.most);
}

/// Whether the value has the parameter's type and is within its range.
bool takes(const Parameter& parameter, const ParameterValue& value)
{
    if (value.index() != parameter.fallback.index()) return false;
    if (const auto* word = std::get_if<std::string>(&value); word && parameter.written)
        return word->size() <= Parameter::longestText && word->find('\0') == std::string::npos;
    if (const auto* word = std::get_if<std::string>(&value); word && parameter.label)
        return word->size() <= Parameter::longestLabel &&
               std::ranges::none_of(*word, [](unsigned char c) { return c < ' ' || c == 127; });
    if (const auto* word = std::get_if<std::string>(&value))
        return std::ranges::find(parameter.choices, *word) != parameter.choices.end();
    if (const auto* whole = std::get_if<std::int64_t>(&value))
        return inRange(parameter, static_cast<double>(*whole));
    if (const auto* number = std::get_if<double>(&value)) return inRange(parameter, *number);
    return true;
}

/// Nothing when it is not one number and nothing else.
std::optional<double> number(std::string_view text)
{
    double value = 0;
    const char* end = text.data() + text.size();
    const auto parsed = fast_float::from_chars(text.data(), end, value);
    if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
    return value;
}

/// The text as a value of the parameter's type; nothing when it is none.
std::optional<ParameterValue> valueOf(const Parameter& parameter, std::string_view text)
{
    if (std::holds_alternative<std::string>(parameter.fallback)) return std::string(text);
    if (std::holds_alternative<bool>(parameter.fallback)) {
        if (text == "true" || text == "yes" || text == "1") return true;
        if (text == "false" || text == "no" || text == "0") return false;
        return std::nullopt;
    }
    const auto value = number(text);
    if (!value || std::holds_alternative<double>(parameter.fallback)) return value;
    constexpr double largest = 9007199254740992; // 2⁵³: whole numbers are exact up to here
    if (*value != std::floor(*value) || std::abs(*value) > largest) return std::nullopt;
    return static_cast<std::int64_t>(*value);
}

/// What is at its default is not kept.
void assign(Workload& workload, const Parameter& parameter, ParameterValue value)
{
    if (value == parameter.fallback)
        workload.parameters.erase(parameter.name);
    else
        workload.parameters[parameter.name] = std::move(value);
}

Result<const Parameter*> parameterNamed(const Workload& workload, std::string_view name)
{
    const auto& type = typeOf(workload);
    if (const auto* parameter = type.findParameter(name)) return parameter;
    return invalidArgument(fmt::format("{} has no parameter \"{}\".", workload.kind, dashed(name)),
                           type.parameters.empty()
                               ? "It takes none."
                               : fmt::format("It takes {}.", parameterNames(type)));
}

Json jsonOf(const ParameterValue& value)
{
    return std::visit([](const auto& plain) { return Json(plain); }, value);
}

Json jsonOf(const ColumnRole& role, const std::vector<std::string>& columns)
{
    if (role.many) return columns;
    return columns.empty() ? std::string() : columns.front();
}

Result<std::vector<std::string>> columnsFromJson(const Json& json, const ColumnRole& role)
{
    if (role.many) {
        auto columns = optionalField<std::vector<std::string>>(json, role.name.c_str());
        if (!columns) return columns.error();
        return columns->value_or(std::vector<std::string>());
    }
    const auto column = optionalField<std::string>(json, role.name.c_str());
    if (!column) return column.error();
    if (!*column || (*column)->empty()) return std::vector<std::string>();
    return std::vector{**column};
}

template <class T>
Result<std::optional<ParameterValue>> fieldAs(const Json& json, const Parameter& parameter)
{
    auto value = optionalField<T>(json, parameter.name.c_str());
    if (!value) return value.error();
    if (!*value) return std::optional<ParameterValue>();
    return std::optional<ParameterValue>(std::move(**value));
}

/// Nothing when the field is absent.
Result<std::optional<ParameterValue>> valueFromJson(const Json& json, const Parameter& parameter)
{
    return std::visit([&]<class T>(const T&) { return fieldAs<T>(json, parameter); },
                      parameter.fallback);
}

Result<void> validateColumns(const Workload& workload, const WorkloadType& type)
{
    for (const auto& [name, columns] : workload.columns)
        if (!type.findRole(name))
            return invalidArgument(fmt::format("{} has no columns \"{}\".", workload.kind, name));
    for (const auto& role : type.roles) {
        const auto columns = columnsFor(workload, role.name);
        if (columns.empty() || (columns.size() == 1 && columns.front().empty()))
            return invalidArgument(role.many ? fmt::format("There is no {}.", role.title)
                                             : fmt::format("The {} is missing.", role.title));
        if (!role.many && columns.size() > 1)
            return invalidArgument(fmt::format("There is more than one {}.", role.title));
    }
    std::set<std::string> distinct;
    for (const auto& column : columnsOf(workload))
        if (!distinct.insert(column).second)
            return invalidArgument(fmt::format("Column \"{}\" is named twice.", column));
    return {};
}

} // namespace

std::vector<std::string> columnsFor(const Workload& workload, std::string_view role)
{
    const auto found = workload.columns.find(std::string(role));
    return found == workload.columns.end() ? std::vector<std::string>() : found->second;
}

std::vector<std::string> columnsOf(const Workload& workload)
{
    std::vector<std::string> all;
    for (const auto& role : typeOf(workload).roles)
        for (auto& column : columnsFor(workload, role.name))
            all.push_back(std::move(column));
    return all;
}

ParameterValue parameterOf(const Workload& workload, std::string_view name)
{
    const auto set = workload.parameters.find(std::string(name));
    if (set != workload.parameters.end()) return set->second;
    const auto* parameter = typeOf(workload).findParameter(name);
    return parameter ? parameter->fallback : ParameterValue(std::string());
}

Result<void> validate(const Workload& workload)
{
    const auto* type = findWorkloadType(workload.kind);
    if (!type)
        return invalidArgument(fmt::format("There is no workload \"{}\".", workload.kind),
                               fmt::format("Use {}.", workloadNames()));
    if (auto valid = validateColumns(workload, *type); !valid) return valid;
    for (const auto& [name, value] : workload.parameters) {
        const auto parameter = parameterNamed(workload, name);
        if (!parameter) return parameter.error();
        if (!takes(**parameter, value)) return refusal(**parameter, parameterText(value));
    }
    return {};
}

Result<void> setParameter(Workload& workload, std::string_view name, std::string_view value)
{
    std::string underscored(name);
    std::ranges::replace(underscored, '-', '_');
    const auto parameter = parameterNamed(workload, underscored);
    if (!parameter) return parameter.error();
    auto parsed = valueOf(**parameter, value);
    if (!parsed || !takes(**parameter, *parsed)) return refusal(**parameter, value);
    assign(workload, **parameter, std::move(*parsed));
    return {};
}

Json toJson(const Workload& workload)
{
    const auto& type = typeOf(workload);
    Json json{{"kind", workload.kind}};
    for (const auto& role : type.roles)
        json[role.name] = jsonOf(role, columnsFor(workload, role.name));
    for (const auto& parameter : type.parameters)
        json[parameter.name] = jsonOf(parameterOf(workload, parameter.name));
    return json;
}

std::string identityOf(const Workload& workload)
{
    const auto& type = typeOf(workload);
    const auto isSet = [&](const Parameter& parameter) {
        return workload.parameters.contains(parameter.name);
    };
    const bool made = std::ranges::any_of(type.parameters, [&](const Parameter& parameter) {
        return parameter.json && isSet(parameter);
    });
    Json json{{"kind", workload.kind}};
    for (const auto& role : type.roles)
        if (const auto columns = columnsFor(workload, role.name); !columns.empty())
            json[role.name] = jsonOf(role, columns);
    for (const auto& parameter : type.parameters)
        if (isSet(parameter) && !parameter.label && !(made && parameter.intoJson))
            json[parameter.name] = jsonOf(workload.parameters.at(parameter.name));
    return toLine(json);
}

std::string identityOf(std::string_view line)
{
    const auto json = parseJson(line);
    const auto workload = json ? workloadFromJson(*json) : json.error();
    return workload ? identityOf(*workload) : std::string(line);
}

Result<Workload> workloadFromJson(const Json& json)
{
    auto kind = field<std::string>(json, "kind");
    if (!kind) return kind.error();
    const auto* type = findWorkloadType(*kind);
    if (!type) return badField("kind", workloadNames());
    Workload workload{.kind = std::move(*kind)};
    for (const auto& role : type->roles) {
        auto columns = columnsFromJson(json, role);
        if (!columns) return columns.error();
        if (!columns->empty()) workload.columns[role.name] = std::move(*columns);
    }
    for (const auto& parameter : type->parameters) {
        auto value = valueFromJson(json, parameter);
        if (!value) return value.error();
        if (!*value) continue;
        if (!takes(parameter, **value)) return refusal(parameter, parameterText(**value));
        assign(workload, parameter, std::move(**value));
    }
    return workload;
}

} // namespace spillway
