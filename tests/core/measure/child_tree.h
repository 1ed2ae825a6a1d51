#pragma once

#include "base/files.h"

#include <sys/types.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace spillway {

/// Within two per cent of the truth, and what a small process has besides (below 6 MB).
inline bool nearOfTree(Bytes measured, double truth)
{
    return std::abs(static_cast<double>(measured) - truth) <= std::max(6e6, 0.02 * truth);
}

/// A running `memory_child guard <mode>`. The tree below root() is empty until begin() has been
/// called, so that a sampler can be made first. The destructor ends the tree and waits for it.
class ChildTree {
public:
    explicit ChildTree(const std::string& mode, const std::string& argument = {});
    ~ChildTree();
    ChildTree(const ChildTree&) = delete;
    ChildTree& operator=(const ChildTree&) = delete;

    pid_t root() const { return root_; }
    /// Starts the mode; true when its memory is in use as it says.
    bool begin() { return tell('g'); }
    /// Sends one letter; true when the child has done what it stands for, within a minute.
    bool tell(char letter);
    /// Sends one letter and does not wait; answered() says whether the child has done it, and
    /// must have been true before the next letter.
    bool order(char letter);
    bool answered(int milliseconds = 0);
    /// Ends the input of the tree, whose processes then end, and waits for the last.
    void finish();

private:
    pid_t root_ = -1;
    UniqueFd input_;
    UniqueFd output_;
};

} // namespace spillway
