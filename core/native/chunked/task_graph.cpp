#include "native/chunked/task_graph.h"

namespace spillway {

Error cancelled()
{
    return makeError(ErrorCode::Cancelled, "The run was stopped.");
}

TaskGraph::Node TaskGraph::add(std::string kind, Work work, const std::vector<Node>& after)
{
    const Node node = tasks_.size();
    tasks_.push_back(
        {.kind = std::move(kind), .work = std::move(work), .waitsFor = after.size(), .next = {}});
    for (const Node before : after)
        tasks_[before].next.push_back(node);
    return node;
}

} // namespace spillway
