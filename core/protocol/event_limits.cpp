#include "protocol/event_limits.h"

#include "base/json.h"
#include "workloads/load.h"

#include <fmt/format.h>

#include <sys/types.h>

#include <limits>
#include <map>

namespace spillway {
namespace {

Result<void> checkText(std::string_view field, std::string_view text, std::size_t limit)
{
    if (text.size() <= limit) return {};
    return badField(field, fmt::format("at most {} bytes, not {}", limit, text.size()));
}

Result<void> checkCount(std::string_view field, std::int64_t count)
{
    if (count >= 0 && count <= maxCount) return {};
    return badField(field, fmt::format("a whole number from 0 to 2^53, not {}", count));
}

Result<void> checkCount(std::string_view field, const std::optional<std::int64_t>& count)
{
    return count ? checkCount(field, *count) : Result<void>();
}

Result<void> checkTexts(std::string_view field, const std::map<std::string, std::string>& texts)
{
    if (texts.size() > maxEntries)
        return badField(field, fmt::format("at most {} entries, not {}", maxEntries, texts.size()));
    for (const auto& [name, value] : texts) {
        if (auto ok = checkText(field, name, maxNameBytes); !ok) return ok;
        if (auto ok = checkText(field, value, maxValueBytes); !ok) return ok;
    }
    return {};
}

/// `name` is one of at most maxNames different ones.
Result<void> checkName(std::string_view field, const std::string& name, std::set<std::string>& seen)
{
    if (auto ok = checkText(field, name, maxNameBytes); !ok) return ok;
    if (seen.contains(name)) return {};
    if (seen.size() >= maxNames)
        return badField(field, fmt::format("one of at most {} different names a run", maxNames));
    seen.insert(name);
    return {};
}

/// What all nodes take is shown, too: the sum is a count like any other.
Result<void> checkNodes(const std::map<std::string, Bytes>& nodes)
{
    Bytes left = maxCount;
    for (const auto& [node, bytes] : nodes) {
        if (bytes < 0 || bytes > left)
            return badField("node_memory", "from 0 to 2^53 bytes on all nodes together");
        left -= bytes;
    }
    return {};
}

/// At the end of a character of UTF-8.
void cut(std::string& text, std::size_t limit)
{
    if (text.size() <= limit) return;
    const auto continues = [&](std::size_t at) {
        return (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80U;
    };
    while (limit > 0 && continues(limit))
        --limit;
    text.resize(limit);
    text += "…";
}

} // namespace

Result<void> EventLimits::take(Event& event)
{
    return std::visit([this](auto& body) { return check(body); }, event.body);
}

Result<void> EventLimits::check(HelloEvent& hello)
{
    if (auto ok = checkText("engine", hello.engine, maxNameBytes); !ok) return ok;
    if (auto ok = checkText("version", hello.version, maxNameBytes); !ok) return ok;
    if (auto ok = checkCount("pid", hello.pid); !ok) return ok;
    return checkTexts("libraries", hello.libraries);
}

Result<void> EventLimits::check(ReadyEvent& ready)
{
    return checkTexts("settings", ready.settings);
}

Result<void> EventLimits::check(PhaseEvent& phase)
{
    return checkName("name", phase.name, phases_);
}

Result<void> EventLimits::check(ProgressEvent& progress)
{
    if (auto ok = checkCount("done", progress.done); !ok) return ok;
    if (auto ok = checkCount("total", progress.total); !ok) return ok;
    return checkText("unit", progress.unit, maxNameBytes);
}

Result<void> EventLimits::check(CountersEvent& counters)
{
    const std::pair<std::string_view, const std::optional<std::int64_t>*> counts[] = {
        {"rows", &counters.rows},
        {"bytes_read", &counters.bytesRead},
        {"spilled_bytes", &counters.spilledBytes},
        {"restored_bytes", &counters.restoredBytes},
        {"store_bytes", &counters.storeBytes},
        {"tasks", &counters.tasks},
        {"queued", &counters.queued},
        {"re_executed", &counters.reExecuted}};
    for (const auto& [field, count] : counts)
        if (auto ok = checkCount(field, *count); !ok) return ok;
    if (counters.nodeMemory)
        if (auto ok = checkNodes(*counters.nodeMemory); !ok) return ok;
    if (!counters.objects) return {};
    for (const auto& amount : {counters.objects->inUse, counters.objects->pinned,
                               counters.objects->evictable, counters.objects->spilled}) {
        if (auto ok = checkCount("objects", amount.bytes); !ok) return ok;
        if (auto ok = checkCount("objects", amount.objects); !ok) return ok;
    }
    return {};
}

Result<void> EventLimits::check(TasksEvent& tasks)
{
    for (auto& span : tasks.spans) {
        if (auto ok = checkName("spans", span.kind, kinds_); !ok) return ok;
        if (span.thread.empty()) continue;
        if (auto ok = checkText("spans", span.thread, maxNameBytes); !ok) return ok;
        if (!threads_.contains(span.thread) && threads_.size() >= maxReplicas)
            return badField("spans", fmt::format("at most {} workers by name", maxReplicas));
        const auto next = static_cast<std::int32_t>(threads_.size());
        span.worker = threads_.try_emplace(span.thread, next).first->second;
        span.thread.clear();
    }
    if (!tasks.sampled || (*tasks.sampled >= 0 && *tasks.sampled <= 1)) return {};
    return badField("sampled", fmt::format("a share from 0 to 1, not {}", *tasks.sampled));
}

Result<void> EventLimits::check(SeriesEvent& series)
{
    if (auto ok = checkText("name", series.name, maxNameBytes); !ok) return ok;
    if (!series_.contains(series.name) && series_.size() >= maxSeries)
        return badField("name", fmt::format("one of at most {} curves a run", maxSeries));
    double& last = series_.try_emplace(series.name, 0).first->second;
    for (const auto& [x, y] : series.points) {
        if (!(x >= last))
            return badField("points", fmt::format("ascending from {}, not {}", last, x));
        last = x;
    }
    return {};
}

Result<void> EventLimits::check(LogEvent& log)
{
    cut(log.message, maxTextBytes);
    return checkText("level", log.level, maxNameBytes);
}

Result<void> EventLimits::check(ServingEvent& serving)
{
    if (!loopbackUrl(serving.url))
        return badField("url", "http://127.0.0.1:PORT/, an address of this machine alone");
    if (serving.replicas.empty() || serving.replicas.size() > maxReplicas)
        return badField("replicas", fmt::format("1 to {} processes", maxReplicas));
    for (const auto pid : serving.replicas)
        if (pid < 2 || pid > std::numeric_limits<pid_t>::max())
            return badField("replicas", fmt::format("process numbers, not {}", pid));
    return {};
}

Result<void> EventLimits::check(ResultEvent& result)
{
    if (result.timings.size() > maxEntries)
        return badField("timings", fmt::format("at most {} entries", maxEntries));
    for (const auto& [name, seconds] : result.timings) {
        if (auto ok = checkText("timings", name, maxNameBytes); !ok) return ok;
        if (!(seconds >= 0))
            return badField("timings", fmt::format("seconds from 0, not {}", seconds));
    }
    return {};
}

Result<void> EventLimits::check(ErrorEvent& event)
{
    cut(event.error.message, maxTextBytes);
    cut(event.error.remedy, maxTextBytes);
    cut(event.error.phase, maxNameBytes);
    return {};
}

} // namespace spillway
