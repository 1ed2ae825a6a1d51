#include "measure/mounts.h"

#include "measure/proc_text.h"

#include <sys/sysmacros.h>

#include <algorithm>

namespace spillway {
namespace {

/// Blanks, line breaks and backslashes in paths are written as \040 and so on.
std::string unescaped(std::string_view text)
{
    const auto octal = [](char c) { return c >= '0' && c <= '7'; };
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 3 < text.size() && octal(text[i + 1]) && octal(text[i + 2]) &&
            octal(text[i + 3])) {
            plain += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 +
                                       (text[i + 3] - '0'));
            i += 3;
        } else {
            plain += text[i];
        }
    }
    return plain;
}

dev_t deviceOf(std::string_view text)
{
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return 0;
    return makedev(leadingNumber<unsigned>(text).value_or(0),
                   leadingNumber<unsigned>(text.substr(colon + 1)).value_or(0));
}

} // namespace

std::vector<Mount> readMounts(const std::string& mountinfo)
{
    const auto text = readText(mountinfo);
    std::vector<Mount> mounts;
    for (const auto line : lines(text)) {
        const auto fields = words(line);
        // Optional fields end with a lone "-"; type, source and options follow it.
        const auto dash = std::find(fields.begin(), fields.end(), "-");
        if (fields.size() < 6 || std::distance(dash, fields.end()) < 3) continue;
        mounts.push_back({.device = deviceOf(fields[2]),
                          .root = unescaped(fields[3]),
                          .point = unescaped(fields[4]),
                          .type = unescaped(dash[1]),
                          .source = unescaped(dash[2]),
                          .superOptions = std::distance(dash, fields.end()) > 3 ? unescaped(dash[3])
                                                                                : std::string()});
    }
    return mounts;
}

std::optional<Mount> mountOf(const std::filesystem::path& path)
{
    const auto text = path.string() + "/";
    std::optional<Mount> best;
    for (auto& mount : readMounts()) {
        const auto folder = mount.point == "/" ? std::string("/") : mount.point + "/";
        if (text.starts_with(folder) && (!best || mount.point.size() >= best->point.size()))
            best = std::move(mount);
    }
    return best;
}

} // namespace spillway
