#include "measure/process_facts.h"

#include "measure/proc_text.h"

#include <unistd.h>

#include <algorithm>
#include <array>

namespace spillway {

std::optional<StatFacts> statFacts(std::string_view text)
{
    // The name in parentheses may hold anything, parentheses and line breaks too: the last one ends
    // it.
    const auto close = text.rfind(')');
    const auto pid = leadingNumber<pid_t>(text);
    if (close == std::string_view::npos || !pid) return std::nullopt;
    std::array<std::string_view, 27> fields; // the fields 3 (state) to 29, as proc(5) numbers them
    std::size_t count = 0;
    for (auto rest = text.substr(close + 1); count < fields.size();) {
        rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
        if (rest.empty()) break;
        const auto end = std::min(rest.find(' '), rest.size());
        fields[count++] = rest.substr(0, end);
        rest.remove_prefix(end);
    }
    if (count < fields.size()) return std::nullopt;
    const auto unsignedField = [&](std::size_t number) {
        return leadingNumber<std::uint64_t>(fields[number - 3]).value_or(0);
    };
    static const double ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    return StatFacts{.pid = *pid,
                     .state = fields[0].front(),
                     .parent = leadingNumber<pid_t>(fields[4 - 3]).value_or(0),
                     .userSeconds = static_cast<double>(unsignedField(14)) / ticks,
                     .systemSeconds = static_cast<double>(unsignedField(15)) / ticks,
                     .childrenUserSeconds = static_cast<double>(unsignedField(16)) / ticks,
                     .childrenSystemSeconds = static_cast<double>(unsignedField(17)) / ticks,
                     .minorFaults = unsignedField(10),
                     .childrenMinorFaults = unsignedField(11),
                     .threads = static_cast<int>(unsignedField(20)),
                     .startTime = unsignedField(22),
                     .startCode = unsignedField(26),
                     .startStack = unsignedField(28)};
}

StatusFacts statusFacts(std::string_view text)
{
    return {.resident = kilobytes(text, "VmRSS:"),
            .anon = kilobytes(text, "RssAnon:"),
            .file = kilobytes(text, "RssFile:"),
            .shmem = kilobytes(text, "RssShmem:"),
            .highWater = kilobytes(text, "VmHWM:"),
            .virtualSize = kilobytes(text, "VmSize:"),
            .hugetlb = kilobytes(text, "HugetlbPages:"),
            .contextSwitches = number(text, "voluntary_ctxt_switches:") +
                               number(text, "nonvoluntary_ctxt_switches:")};
}

IoFacts ioFacts(std::string_view text)
{
    return {.read = number(text, "read_bytes:"), .written = number(text, "write_bytes:")};
}

std::optional<PssFacts> pssFacts(std::string_view text)
{
    if (!afterKey(text, "Pss_Anon:")) return std::nullopt;
    return PssFacts{.anon = kilobytes(text, "Pss_Anon:"),
                    .shmem = kilobytes(text, "Pss_Shmem:"),
                    .privateHugetlb = kilobytes(text, "Private_Hugetlb:"),
                    .sharedHugetlb = kilobytes(text, "Shared_Hugetlb:")};
}

} // namespace spillway
