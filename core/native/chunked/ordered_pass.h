#pragma once

#include "native/chunked/task_pool.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace spillway {

/// Where a pass runs and reports.
struct PassContext {
    TaskPool& pool;
    RunReporter& reporter;
    std::stop_token stop;
    MemoryBudget* budget = nullptr; ///< of a run with a memory limit
};

/// Names of the two kinds of task of a pass in the task stream.
struct PassNames {
    std::string make;
    std::string take;
};

/// Maximum number of parts of a pass that are made but not yet taken.
constexpr std::size_t partsUnderWay(int workers)
{
    return 2 * static_cast<std::size_t>(workers) + 2;
}

/// The shape of every parallel pass: `make(i, context)` gives a Result<Part> on any worker,
/// `take(i, part, context)` receives the parts one at a time in the order of i, which makes every
/// sum deterministic. Few parts are made but untaken: part i waits until part i − partsUnderWay()
/// is taken. A failure to make a part is reported when its turn to be taken comes, so the first one
/// in order is reported.
template <class Part, class Make, class Take>
Result<void> orderedPass(const PassContext& pass, const PassNames& names, std::size_t count,
                         const Make& make, const Take& take)
{
    const std::size_t ahead = partsUnderWay(pass.pool.workers());
    std::vector<std::optional<Result<Part>>> parts(count);
    std::vector<TaskGraph::Node> takers;
    TaskGraph graph;
    for (std::size_t i = 0; i < count; ++i) {
        std::vector<TaskGraph::Node> after;
        if (i >= ahead) after.push_back(takers[i - ahead]);
        const auto maker = graph.add(
            names.make,
            [&, i](const TaskContext& context) -> Result<void> {
                parts[i].emplace(make(i, context));
                return {};
            },
            after);
        after = {maker};
        if (i > 0) after.push_back(takers.back());
        takers.push_back(graph.add(
            names.take,
            [&, i](const TaskContext& context) -> Result<void> {
                auto part = std::move(parts[i]);
                parts[i].reset();
                if (!*part) return part->error();
                return take(i, std::move(**part), context);
            },
            after));
    }
    return pass.pool.run(std::move(graph), pass.reporter, pass.stop, pass.budget);
}

} // namespace spillway
