#pragma once

#include "native/objectstore/driver.h"

#include <map>
#include <optional>
#include <vector>

namespace spillway {

/// The shape of every parallel pass: `make(i)` gives a task, `take(i, outcome)` receives the tasks'
/// outcomes one at a time in the order of i, which makes every sum deterministic; it may request
/// that the task be done once more, differently. Few tasks are done but untaken. A failure is
/// reported when its turn comes, so the first one in order is reported.
template <class Make, class Take>
Result<void> orderedTasks(Driver& driver, std::size_t count, const Make& make, const Take& take)
{
    const std::size_t ahead = 2 * static_cast<std::size_t>(driver.workers()) + 2;
    std::map<std::uint64_t, std::size_t> places;
    std::map<std::size_t, TaskOutcome> outcomes;
    std::size_t submitted = 0;
    std::size_t taken = 0;
    while (taken < count) {
        for (; submitted < count && submitted < taken + ahead; ++submitted)
            places.emplace(driver.submit(make(submitted)), submitted);
        auto ended = driver.next();
        if (!ended) return ended.error();
        const auto place = places.extract(ended->ticket);
        outcomes.emplace(place.mapped(), std::move(*ended));
        while (!outcomes.empty() && outcomes.begin()->first == taken) {
            const TaskOutcome outcome = std::move(outcomes.extract(outcomes.begin()).mapped());
            if (!outcome.result) return outcome.result.error();
            Result<std::optional<TaskSpec>> again = take(taken, outcome);
            if (!again) return again.error();
            if (*again) {
                places.emplace(driver.submit(std::move(**again)), taken);
                break;
            }
            ++taken;
        }
    }
    return {};
}

/// For a pass whose tasks are never repeated differently.
inline Result<std::optional<TaskSpec>> takenOnce(const Result<void>& result)
{
    if (!result) return result.error();
    return std::optional<TaskSpec>();
}

} // namespace spillway
