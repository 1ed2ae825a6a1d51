#pragma once

#include "base/error.h"

#include <cstddef>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace spillway {

/// The worker that runs a task, and its stop token.
struct TaskContext {
    int worker = 0; ///< 0 … workers − 1; one task at a time has this number
    std::stop_token stop;
};

/// The error of work ended by a stop.
Error cancelled();

/// Tasks and what each waits for. Nothing runs until an TaskPool is given the graph; a graph runs
/// once.
class TaskGraph {
public:
    using Node = std::size_t;
    using Work = std::function<Result<void>(const TaskContext&)>;

    /// A task named `kind` in the task stream, to run after the tasks `after`, which were added
    /// before it: a graph has no cycles by construction. Of the ready tasks, the one added first
    /// starts first, which keeps the number of intermediate results small.
    Node add(std::string kind, Work work, const std::vector<Node>& after);

    std::size_t size() const { return tasks_.size(); }

private:
    friend class GraphRun;
    struct Task {
        std::string kind;
        Work work;
        std::size_t waitsFor = 0;
        std::vector<Node> next;
    };
    std::vector<Task> tasks_;
};

} // namespace spillway
