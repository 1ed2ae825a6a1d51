#include "measure/roles.h"

#include "measure/proc_text.h"

#include <fcntl.h>

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <unordered_set>

namespace spillway {
namespace {

// std::regex recurses once a character and takes exponential time for some patterns without a word;
// boost::regex gives up with an exception after a number of steps that grows with the text's
// square.
constexpr std::size_t kSearched = 1024;
constexpr int kLookEvery = 20;

bool same(const StatFacts& a, const StatFacts& b)
{
    return a.pid == b.pid && a.startTime == b.startTime;
}

} // namespace

Roles::Roles(const std::vector<RoleRule>& rules)
{
    for (const auto& rule : rules) {
        try {
            rules_.push_back({rule.role, boost::regex(rule.pattern, boost::regex::ECMAScript)});
        } catch (const boost::regex_error&) {
            continue;
        }
    }
}

void Roles::update(const std::vector<ProcessReading>& processes)
{
    driver_.reset();
    std::unordered_set<pid_t> alive;
    for (const auto& process : processes) {
        const auto& stat = process.stat;
        if (!first_) first_ = stat;
        alive.insert(stat.pid);
        Entry& entry = entries_[stat.pid];
        if (!same(entry.stat, stat)) entry = {};
        const bool executed = entry.stat.startCode != stat.startCode;
        entry.stat = stat;
        if (entry.age++ % kLookEvery == 0 || executed) look(entry);
        if (!driver_ && entry.role == "driver") driver_ = stat;
    }
    std::erase_if(entries_, [&](const auto& item) { return !alive.contains(item.first); });
}

void Roles::look(Entry& entry)
{
    if (!readInto(AT_FDCWD, fmt::format("/proc/{}/cmdline", entry.stat.pid).c_str(), buffer_)) {
        entry.age = 0;
        return;
    }
    auto command = buffer_.substr(0, kSearched);
    std::replace(command.begin(), command.end(), '\0', ' ');
    if (!entry.role.empty() && command == entry.command) return;
    entry.role = roleFor(command, entry.stat);
    entry.command = std::move(command);
}

std::string Roles::roleFor(const std::string& command, const StatFacts& stat) const
{
    for (const auto& rule : rules_) {
        try {
            if (boost::regex_search(command, rule.pattern)) return rule.role;
        } catch (const std::runtime_error&) {
            continue; // the expression is too costly for this text
        }
    }
    return first_ && same(*first_, stat) ? "driver" : "other";
}

std::string Roles::roleOf(const StatFacts& stat) const
{
    const auto found = entries_.find(stat.pid);
    return found == entries_.end() || found->second.role.empty() ? "other" : found->second.role;
}

} // namespace spillway
