#pragma once

#include "measure/process_reading.h"
#include "measure/process_tree.h"

#include <boost/regex.hpp>

#include <cstdint>
#include <optional>

#include <string>
#include <unordered_map>
#include <vector>

namespace spillway {

/// Assigns each process of a tree its role by its command line. The first rule that matches wins;
/// if none does, the first descendant seen is the "driver" and every other process is "other". A
/// command line is read again when the process has exec'd, and every 20th time, since programs
/// rename themselves. Only its first 1,024 bytes are searched. An invalid regular expression
/// matches nothing.
class Roles {
public:
    explicit Roles(const std::vector<RoleRule>& rules);

    /// Takes the processes alive now, by start time.
    void update(const std::vector<ProcessReading>& processes);
    /// "other" for a process unknown to `update`.
    std::string roleOf(const StatFacts& stat) const;
    /// The earliest process alive whose role is "driver".
    std::optional<StatFacts> driver() const { return driver_; }

private:
    struct Rule {
        std::string role;
        boost::regex pattern;
    };
    struct Entry {
        StatFacts stat;
        std::string command;
        std::string role;
        int age = 0;
    };

    void look(Entry& entry);
    std::string roleFor(const std::string& command, const StatFacts& stat) const;

    std::vector<Rule> rules_;
    std::unordered_map<pid_t, Entry> entries_;
    std::optional<StatFacts> first_;
    std::optional<StatFacts> driver_;
    std::string buffer_;
};

} // namespace spillway
