#include "native/chunked/task_graph.h"

namespace spillway {

Error cancelled()
{
    return {
        .code = ErrorCode::Cancelled, .message = "The run was stopped.", .phase = {}, .remedy = {}};
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
