#include "host/script_files.h"

#include "base/files.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <set>
#include <string_view>
#include <system_error>

namespace spillway {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t mostFiles = 500;
constexpr Bytes mostBytes = Bytes(16) << 20;

bool isNameCharacter(char c)
{
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
}

/// Every name that follows the word "import" or "from" on a line, with what commas add: of
/// "import a.b as c, d" a, b, c and d, of "from .a import b" a and b.
void addImports(std::string_view line, std::set<std::string>& names)
{
    bool after = false;
    for (std::size_t at = 0; at < line.size();) {
        if (!isNameCharacter(line[at])) {
            ++at;
            continue;
        }
        const auto begin = at;
        while (at < line.size() && isNameCharacter(line[at]))
            ++at;
        const auto word = line.substr(begin, at - begin);
        if (word == "import" || word == "from")
            after = true;
        else if (after)
            names.emplace(word);
    }
}

/// What a text imports. Statements may go on behind a backslash or in parentheses.
std::set<std::string> importsOf(std::string_view text)
{
    std::set<std::string> names;
    std::string statement;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        statement += text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const bool open = std::ranges::count(statement, '(') > std::ranges::count(statement, ')');
        const bool goesOn =
            statement.ends_with('\\') || (open && statement.find("import") != statement.npos);
        if (goesOn && statement.size() < 65536) {
            statement += ' ';
            continue;
        }
        addImports(statement, names);
        statement.clear();
    }
    return names;
}

bool isCode(const fs::path& file)
{
    const auto extension = file.extension();
    return extension == ".py" || extension == ".so";
}

/// Files of the module `name` beside the script.
std::vector<fs::path> moduleFiles(const fs::path& folder, const std::string& name)
{
    std::vector<fs::path> found;
    std::error_code failed;
    for (fs::directory_iterator it(folder, failed), end; !failed && it != end; it.increment(failed))
        if (const auto file = it->path().filename().string();
            isCode(it->path()) && file.substr(0, file.find('.')) == name)
            found.push_back(it->path());
    fs::recursive_directory_iterator it(folder / name, failed);
    for (; !failed && it != fs::recursive_directory_iterator(); it.increment(failed))
        if (isCode(it->path())) found.push_back(it->path());
    return found;
}

Error tooMuch(const fs::path& script)
{
    return invalidArgument(
        fmt::format("{} imports more than {} files or {} from its own directory.", script.string(),
                    mostFiles, formatBytes(mostBytes)),
        "Move the script and its modules to a separate folder.");
}

} // namespace

Result<ScriptFiles> readScriptFiles(const fs::path& script)
{
    const auto folder = script.parent_path();
    ScriptFiles found;
    std::set<std::string> modules;
    std::set<fs::path> known{script};
    std::deque<fs::path> toRead{script};
    Bytes bytes = 0;
    while (!toRead.empty()) {
        auto text = readFile(toRead.front(), mostBytes);
        if (!text) return text.error();
        bytes += static_cast<Bytes>(text->size());
        if (bytes > mostBytes || known.size() > mostFiles) return tooMuch(script);
        if (toRead.front().extension() == ".py")
            for (const auto& name : importsOf(*text)) {
                if (modules.contains(name)) continue;
                const auto files = moduleFiles(folder, name);
                if (!files.empty()) modules.insert(name);
                for (const auto& file : files)
                    if (known.insert(file).second) toRead.push_back(file);
            }
        found.files.push_back({toRead.front(), std::move(*text)});
        toRead.pop_front();
    }
    std::sort(found.files.begin() + 1, found.files.end(),
              [](const auto& a, const auto& b) { return a.path < b.path; });
    found.modules.assign(modules.begin(), modules.end());
    return found;
}

} // namespace spillway
