#include "base/json.h"
#include "experiment/plan.h"
#include "experiment/plan_fields.h"
#include "protocol/dataset_json.h"

#include <fmt/format.h>

namespace spillway {
namespace {

constexpr int planVersion = 1;
constexpr std::size_t longestList = 1000;
constexpr std::size_t longestName = 60;

std::string engineText(const EngineChoice& engine)
{
    return engine.profile.empty() ? engine.id : engine.id + ":" + engine.profile;
}

Json limitJson(const Plan& plan)
{
    if (plan.furtherLimits.empty()) return orNull(plan.memoryLimit);
    Json limits = Json::array({orNull(plan.memoryLimit)});
    for (const Bytes limit : plan.furtherLimits)
        limits.push_back(limit);
    return limits;
}

/// A whole number of bytes, or a size as people write it.
Result<Bytes> bytesOf(const char* name, const Json& json)
{
    if (json.is_number_integer() && !(json.is_number_unsigned() && json.get<std::uint64_t>() >> 62))
        return json.get<Bytes>();
    if (!json.is_string()) return badField(name, "a size such as 2000000000 or \"2GB\"");
    return parseBytes(json.get<std::string>());
}

/// The array in `json[name]`, empty when the field is absent; bounded, since a plan may come from
/// anybody.
Result<Json> listOf(const Json& json, const char* name)
{
    if (!json.contains(name)) return Json::array();
    const Json& list = json[name];
    if (!list.is_array() || list.size() > longestList)
        return badField(name, fmt::format("a list of at most {}", longestList));
    return list;
}

template <class T>
Result<void> readIf(const Json& json, const char* name, T& target)
{
    auto value = optionalField<T>(json, name);
    if (!value) return value.error();
    if (*value) target = std::move(**value);
    return {};
}

template <class T, class Read>
Result<void> readList(const Json& json, const char* name, std::vector<T>& target, Read&& read)
{
    const auto list = listOf(json, name);
    if (!list) return list.error();
    for (const auto& entry : *list) {
        Result<T> value = read(entry);
        if (!value) return value.error();
        target.push_back(std::move(*value));
    }
    return {};
}

Result<void> readCells(const Json& json, Plan& plan)
{
    if (auto r = readList(json, "datasets", plan.datasets, datasetFromJson); !r) return r;
    if (auto r = readList(json, "workloads", plan.workloads, workloadFromJson); !r) return r;
    const auto engine = [](const Json& entry) -> Result<EngineChoice> {
        if (!entry.is_string()) return badField("engines", "names such as \"dask:tuned\"");
        return engineChoiceFrom(entry.get<std::string>());
    };
    if (auto r = readList(json, "engines", plan.engines, engine); !r) return r;
    const auto count = [](const Json& entry) -> Result<int> {
        const auto value = field<std::int64_t>(Json{{"workers", entry}}, "workers");
        if (!value || *value < 1 || *value > 1'000'000)
            return badField("workers", "whole numbers from 1");
        return static_cast<int>(*value);
    };
    return readList(json, "workers", plan.workers, count);
}

Result<void> readLimits(const Json& json, Plan& plan)
{
    const Json limit = fieldOr(json, "memory_limit", Json());
    const Json list = limit.is_array() ? limit : Json::array({limit});
    if (list.empty() || list.size() > longestList)
        return badField("memory_limit", "a size, null, or a list of sizes");
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (i == 0 && list[i].is_null()) continue;
        auto bytes = bytesOf("memory_limit", list[i]);
        if (!bytes) return bytes.error();
        if (i == 0) {
            plan.memoryLimit = *bytes;
        } else {
            plan.furtherLimits.push_back(*bytes);
        }
    }
    if (!json.contains("max_scratch") || json["max_scratch"].is_null()) return {};
    const auto scratch = bytesOf("max_scratch", json["max_scratch"]);
    if (!scratch) return scratch.error();
    plan.maxScratch = *scratch;
    return {};
}

/// Seconds, or a duration as people write it.
Result<Seconds> secondsOf(const char* name, const Json& json)
{
    if (json.is_number()) return Seconds(json.get<double>());
    if (!json.is_string()) return badField(name, "seconds or a duration such as \"10min\"");
    return parseDuration(json.get<std::string>());
}

Result<void> readTimes(const Json& json, Plan& plan)
{
    if (json.contains("timeout")) {
        const auto timeout = secondsOf("timeout", json["timeout"]);
        if (!timeout) return timeout.error();
        plan.timeout = *timeout;
    }
    if (!json.contains("budget") || json["budget"].is_null()) return {};
    const auto budget = secondsOf("budget", json["budget"]);
    if (!budget) return budget.error();
    plan.budget = *budget;
    return {};
}

Result<int> wholeNumber(const Json& json, const char* name, int fallback)
{
    const auto value = optionalField<std::int64_t>(json, name);
    if (!value) return value.error();
    if (!*value) return fallback;
    if (**value < 0 || **value > 1'000'000) return badField(name, "a whole number from 0");
    return static_cast<int>(**value);
}

Result<void> readMeasuring(const Json& json, Plan& plan)
{
    const auto repeats = wholeNumber(json, "repeats", plan.repeats);
    if (!repeats) return repeats.error();
    plan.repeats = *repeats;
    const auto warmup = wholeNumber(json, "warmup", plan.warmup);
    if (!warmup) return warmup.error();
    plan.warmup = *warmup;
    if (auto r = readIf(json, "until_decided", plan.untilDecided); !r) return r;
    std::string cache = "warm";
    if (auto r = readIf(json, "cache", cache); !r) return r;
    const auto state = cacheStateFromName(cache);
    if (!state) return state.error();
    plan.cache = *state;
    if (json.contains("seed") && !json["seed"].is_number_unsigned())
        return badField("seed", "a whole number from 0");
    if (auto r = readIf(json, "seed", plan.seed); !r) return r;
    if (auto r = readIf(json, "parameters", plan.parameters); !r) return r;
    if (auto r = readIf(json, "scratch", plan.scratch); !r) return r;
    if (auto r = readIf(json, "preset", plan.preset); !r) return r;
    if (plan.preset.size() > longestName) return badField("preset", "the name of a preset");
    const auto address = optionalField<std::string>(json, "address");
    if (!address) return address.error();
    plan.address = *address;
    return {};
}

} // namespace

Json toJson(const Plan& plan)
{
    Json datasets = Json::array();
    for (const auto& dataset : plan.datasets)
        if (!isNoData(dataset)) datasets.push_back(toJson(dataset));
    Json workloads = Json::array();
    for (const auto& workload : plan.workloads)
        workloads.push_back(toJson(workload));
    Json engines = Json::array();
    for (const auto& engine : plan.engines)
        engines.push_back(engineText(engine));
    Json json{{"version", planVersion},
              {"datasets", datasets},
              {"workloads", workloads},
              {"engines", engines},
              {"workers", plan.workers},
              {"repeats", plan.repeats},
              {"warmup", plan.warmup},
              {"timeout", plan.timeout.count()},
              {"memory_limit", limitJson(plan)},
              {"cache", name(plan.cache)},
              {"parameters", plan.parameters},
              {"seed", plan.seed},
              {"address", orNull(plan.address)},
              {"scratch", plan.scratch},
              {"max_scratch", orNull(plan.maxScratch)}};
    if (plan.budget) json["budget"] = plan.budget->count();
    if (plan.untilDecided) json["until_decided"] = true;
    if (!plan.preset.empty()) json["preset"] = plan.preset;
    return json;
}

Result<Plan> planFromText(std::string_view text)
{
    const auto json = parseJson(text);
    if (!json) return json.error();
    return planFromJson(*json);
}

Result<Plan> planFromJson(const Json& json)
{
    const auto version = field<std::int64_t>(json, "version");
    if (!version) return version.error();
    if (*version != planVersion)
        return makeError(
            ErrorCode::Unsupported,
            fmt::format("The plan has version {}; this Spillway knows {}.", *version, planVersion),
            "Use a newer Spillway.");
    if (auto r = checkPlanFields(json); !r) return r.error();
    Plan plan;
    if (auto r = readCells(json, plan); !r) return r.error();
    completeData(plan);
    if (auto r = readLimits(json, plan); !r) return r.error();
    if (auto r = readTimes(json, plan); !r) return r.error();
    if (auto r = readMeasuring(json, plan); !r) return r.error();
    return plan;
}

} // namespace spillway
