#include "session/session_brief.h"

#include "session/session_file.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace spillway {
namespace {

std::string wordOf(SQLite::Database& database, const char* key)
{
    SQLite::Statement find(database, "SELECT value FROM meta WHERE key = ?");
    find.bind(1, key);
    return find.executeStep() ? find.getColumn(0).getString() : std::string();
}

} // namespace

Result<SessionBrief> readSessionBrief(const std::filesystem::path& path)
{
    auto database = openSessionFile(path, FileAccess::ReadOnly);
    if (!database) return database.error();
    return guarded(path, **database, [&]() -> Result<SessionBrief> {
        SessionBrief brief{.path = path};
        brief.name = wordOf(**database, "name");
        brief.tags = wordOf(**database, "tags");
        SQLite::Statement names(**database, "SELECT name FROM dataset ORDER BY id");
        while (names.executeStep())
            brief.datasets.push_back(names.getColumn(0).getString());
        SQLite::Statement counts(**database,
                                 "SELECT count(DISTINCT engine || char(0) || profile), count(*), "
                                 "coalesce(min(started_at), '') FROM run "
                                 "WHERE deleted = 0 AND warmup = 0");
        counts.executeStep();
        brief.engines = counts.getColumn(0).getInt();
        brief.runs = counts.getColumn(1).getInt();
        brief.began = counts.getColumn(2).getString();
        if (!brief.began.empty()) return brief;
        SQLite::Statement plan(**database, "SELECT coalesce(min(created_at), '') FROM plan");
        plan.executeStep();
        brief.began = plan.getColumn(0).getString();
        return brief;
    });
}

bool isNamedByTime(const std::filesystem::path& path)
{
    // "2026-11-28T103102Z", perhaps with a number behind it
    constexpr std::string_view form = "0000-00-00T000000Z";
    const std::string stem = path.stem().string();
    if (stem.size() < form.size()) return false;
    const auto digit = [](unsigned char c) { return std::isdigit(c) != 0; };
    for (std::size_t i = 0; i < form.size(); ++i)
        if (form[i] == '0' ? !digit(static_cast<unsigned char>(stem[i])) : stem[i] != form[i])
            return false;
    const auto rest = std::string_view(stem).substr(form.size());
    return rest.empty() ||
           (rest.size() > 1 && rest[0] == '-' && std::all_of(rest.begin() + 1, rest.end(), digit));
}

} // namespace spillway
