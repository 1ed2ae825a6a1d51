#pragma once

#include "base/files.h"

#include <sys/types.h>

#include <string>
#include <vector>

namespace spillway {

/// A running `memory_child guard <mode>`: the tree below root() uses memory in the way the mode
/// says, from the moment the constructor returns. The destructor ends the tree and waits for it.
class ChildTree {
public:
    explicit ChildTree(const std::string& mode, const std::string& argument = {});
    ~ChildTree();
    ChildTree(const ChildTree&) = delete;
    ChildTree& operator=(const ChildTree&) = delete;

    pid_t root() const { return root_; }
    bool ready() const { return ready_; }
    /// Ends the input of the tree, whose processes then end, and waits for the last.
    void finish();

private:
    pid_t root_ = -1;
    UniqueFd input_;
    UniqueFd output_;
    bool ready_ = false;
};

} // namespace spillway
