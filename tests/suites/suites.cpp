#include "suites/suites.h"

#include <cstdio>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace spillway::test {
namespace {

/// Filled before main(): by sources, in no order.
std::map<std::string, Suite::Run>& suites()
{
    static std::map<std::string, Suite::Run> all;
    return all;
}

} // namespace

Suite::Suite(const char* source, Run run)
{
    suites().emplace(std::filesystem::path(source).stem().string(), run);
}

} // namespace spillway::test

int main(int argc, char** argv)
{
    using spillway::test::suites;
    const auto found = argc > 1 ? suites().find(argv[1]) : suites().end();
    if (found == suites().end()) {
        std::fprintf(stderr, "usage: %s SUITE [QtTest's arguments]\n", argv[0]);
        for (const auto& suite : suites())
            std::fprintf(stderr, "  %s\n", suite.first.c_str());
        return 2;
    }
    std::vector<char*> arguments(argv + 1, argv + argc);
    arguments.push_back(nullptr);
    return found->second(argc - 1, arguments.data());
}
