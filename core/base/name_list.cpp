#include "base/name_list.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iterator>

namespace spillway {
namespace {

Error malformedList(std::string_view record)
{
    return invalidArgument(
        fmt::format("The quotes in the list {} do not match.", record),
        "Put a name with a comma in double quotes, and those in single ones for the "
        "shell: 'x,\"net, EUR\"'.");
}

} // namespace

Result<std::vector<std::string>> namesOfRecord(std::string_view record)
{
    std::vector<std::string> names;
    for (std::size_t at = 0; !record.empty() && at <= record.size(); ++at) {
        std::string name;
        if (at < record.size() && record[at] == '"') {
            for (++at;; ++at) {
                if (at == record.size()) return malformedList(record);
                if (record[at] == '"' && (++at == record.size() || record[at] != '"')) break;
                name += record[at];
            }
            if (at < record.size() && record[at] != ',') return malformedList(record);
        } else {
            for (; at < record.size() && record[at] != ','; ++at)
                name += record[at];
        }
        names.push_back(std::move(name));
    }
    return names;
}

std::string recordOfNames(const std::vector<std::string>& names)
{
    std::string record;
    for (const auto& name : names) {
        if (&name != &names.front()) record += ',';
        const bool plain = name.find_first_of(",\"") == std::string::npos;
        if (plain && (!name.empty() || names.size() > 1)) {
            record += name;
            continue;
        }
        record += '"';
        for (const char byte : name)
            record += byte == '"' ? std::string("\"\"") : std::string(1, byte);
        record += '"';
    }
    return record;
}

std::string listed(const std::vector<std::string>& names)
{
    if (names.size() < 2) return names.empty() ? std::string() : names.front();
    return fmt::format("{} and {}", fmt::join(names.begin(), std::prev(names.end()), ", "),
                       names.back());
}

} // namespace spillway
