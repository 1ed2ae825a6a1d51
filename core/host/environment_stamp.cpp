#include "host/environment_stamp.h"

#include "base/files.h"
#include "base/json.h"
#include "host/environment_files.h"

#include <algorithm>
#include <system_error>

namespace spillway {
namespace {

namespace fs = std::filesystem;

} // namespace

Json stampIn(const fs::path& environment)
{
    const auto stamp = readFile(environment / environment_files::stamp, Bytes(1) << 20);
    auto json = stamp ? parseJson(*stamp, 4) : Result<Json>(stamp.error());
    return json && json->is_object() ? std::move(*json) : Json::object();
}

fs::path sitePackages(const fs::path& environment)
{
    std::error_code failed;
    for (fs::directory_iterator it(environment / "lib", failed), end; !failed && it != end;
         it.increment(failed))
        if (auto library = it->path() / "site-packages"; fs::is_directory(library, failed))
            return library;
    return {};
}

int countEntries(const fs::path& path)
{
    std::error_code failed;
    fs::directory_iterator it(path, failed);
    if (failed) return fs::exists(path, failed) ? 1 : 0;
    int entries = 1;
    for (; it != fs::directory_iterator() && !failed; it.increment(failed))
        entries += it->path().filename() != "__pycache__";
    return entries;
}

PackageSizes packageSizes(const fs::path& library)
{
    PackageSizes sizes;
    std::error_code failed;
    for (fs::directory_iterator it(library, failed), end; !failed && it != end;
         it.increment(failed))
        if (const auto name = it->path().filename().string(); name != "__pycache__")
            sizes[name] = countEntries(it->path());
    return sizes;
}

int countPackages(const PackageSizes& sizes)
{
    return static_cast<int>(std::ranges::count_if(
        sizes, [](const auto& entry) { return entry.first.ends_with(".dist-info"); }));
}

} // namespace spillway
