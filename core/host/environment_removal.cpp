#include "host/environment_removal.h"

#include "base/files.h"
#include "host/environment_files.h"
#include "host/remove_tree.h"

#include <fmt/format.h>

#include <set>
#include <string_view>
#include <system_error>

namespace spillway {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view markSuffix = ".made-by-spillway";

fs::path markOf(const fs::path& root, const std::string& name)
{
    return root / fmt::format(".{}{}", name, markSuffix);
}

/// Names of the environments below `root` that have our mark or our stamp.
std::set<std::string> madeHere(const fs::path& root)
{
    std::set<std::string> names;
    std::error_code failed;
    for (fs::directory_iterator it(root, failed), end; !failed && it != end; it.increment(failed)) {
        const auto name = it->path().filename().string();
        std::error_code ignored;
        if (name.starts_with('.') && name.ends_with(markSuffix))
            names.insert(name.substr(1, name.size() - 1 - markSuffix.size()));
        else if (!name.starts_with('.') &&
                 fs::exists(it->path() / environment_files::stamp, ignored))
            names.insert(name);
    }
    return names;
}

} // namespace

Result<void> markEnvironment(const fs::path& root, const std::string& name)
{
    return writeFileAtomically(markOf(root, name), "");
}

Result<void> removeEnvironment(const fs::path& root, const std::string& name)
{
    std::error_code ignored;
    const auto place = root / name;
    const auto mark = markOf(root, name);
    if (!fs::exists(fs::symlink_status(place, ignored))) {
        fs::remove(mark, ignored);
        return {};
    }
    if (!fs::exists(place / environment_files::stamp, ignored) && !fs::exists(mark, ignored))
        return makeError(ErrorCode::NotPermitted,
                         fmt::format("{} was not made by Spillway.", place.string()),
                         "Move it away.");
    if (auto marked = markEnvironment(root, name); !marked) return marked;
    // The stamp first: what is half removed must not look complete.
    fs::remove(place / environment_files::stamp, ignored);
    auto removed = removeTree(place);
    if (removed) fs::remove(mark, ignored);
    return removed;
}

Result<std::vector<std::string>> removeAllEnvironments(const fs::path& root)
{
    std::vector<std::string> removed;
    std::error_code ignored;
    for (const auto& name : madeHere(root)) {
        const bool there = fs::exists(fs::symlink_status(root / name, ignored));
        if (auto gone = removeEnvironment(root, name); !gone) return gone.error();
        if (there) removed.push_back(name);
    }
    for (const char* name :
         {environment_files::helper, environment_files::downloads, environment_files::scratch}) {
        if (!fs::exists(fs::symlink_status(root / name, ignored))) continue;
        if (auto gone = removeTree(root / name); !gone) return gone.error();
    }
    fs::remove(root, ignored); // stays where something else is in it
    return removed;
}

} // namespace spillway
