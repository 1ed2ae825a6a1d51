#include "child_tree.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

namespace spillway {

ChildTree::ChildTree(const std::string& mode, const std::string& argument)
{
    std::array<int, 2> input{};
    std::array<int, 2> output{};
    if (::pipe2(input.data(), O_CLOEXEC) != 0 || ::pipe2(output.data(), O_CLOEXEC) != 0) return;
    root_ = ::fork();
    if (root_ == 0) {
        ::dup2(input[0], 0);
        ::dup2(output[1], 1);
        ::execl(MEMORY_CHILD, MEMORY_CHILD, "guard", mode.c_str(),
                argument.empty() ? nullptr : argument.c_str(), nullptr);
        ::_exit(127);
    }
    ::close(input[0]);
    ::close(output[1]);
    input_ = UniqueFd(input[1]);
    output_ = UniqueFd(output[0]);
}

bool ChildTree::tell(char letter)
{
    return order(letter) && answered(60'000);
}

bool ChildTree::order(char letter)
{
    return ::write(input_.get(), &letter, 1) == 1;
}

bool ChildTree::answered(int milliseconds)
{
    std::array<char, 6> word{};
    pollfd answer{.fd = output_.get(), .events = POLLIN, .revents = 0};
    return ::poll(&answer, 1, milliseconds) == 1 &&
           ::read(output_.get(), word.data(), word.size()) == 6;
}

void ChildTree::finish()
{
    input_.reset();
    if (root_ > 0) ::waitpid(root_, nullptr, 0);
    root_ = -1;
}

ChildTree::~ChildTree()
{
    finish();
}

} // namespace spillway
