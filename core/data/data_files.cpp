#include "data/data_files.h"

#include "base/files.h"
#include "data/file_stamp.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <glob.h>

#include <algorithm>
#include <array>

namespace spillway {
namespace {

namespace fs = std::filesystem;

/// Folders of folders by year, month and day have four levels; more is a mistake.
constexpr int deepestFolder = 16;
/// Of one table. Engines write thousands, not more.
constexpr std::size_t mostFiles = 100'000;

bool isText(const fs::path& file)
{
    constexpr std::array<std::string_view, 3> extensions{".csv", ".tsv", ".txt"};
    return std::ranges::find(extensions, file.extension().string()) != extensions.end();
}

/// Names with _ and . in front are the marks that engines leave beside their files.
bool isHidden(const fs::path& path)
{
    const auto name = path.filename().string();
    return name.starts_with('_') || name.starts_with('.');
}

Result<std::vector<fs::path>> textsIn(const fs::path& directory)
{
    std::error_code error;
    std::vector<fs::path> files;
    for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error))
        if (entry->is_regular_file(error) && isText(entry->path())) files.push_back(entry->path());
    if (error)
        return unreadable(fmt::format("Cannot read {}: {}.", directory.string(), error.message()));
    return files;
}

Result<std::vector<fs::path>> parquetBelow(const fs::path& directory)
{
    std::error_code error;
    std::vector<fs::path> files;
    for (fs::recursive_directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error)) {
        if (isHidden(entry->path()) || entry.depth() >= deepestFolder) {
            entry.disable_recursion_pending();
            continue;
        }
        if (entry->path().extension() == ".parquet" && entry->is_regular_file(error))
            files.push_back(entry->path());
        if (files.size() > mostFiles)
            return unreadable(
                fmt::format("{} holds more than {} files.", directory.string(), mostFiles));
    }
    if (error)
        return unreadable(fmt::format("Cannot read {}: {}.", directory.string(), error.message()));
    return files;
}

Result<std::vector<fs::path>> filesOfDirectory(const fs::path& directory)
{
    auto files = textsIn(directory);
    if (files && files->empty()) files = parquetBelow(directory);
    if (!files) return files;
    if (files->empty())
        return unreadable(
            fmt::format("{} holds no .csv, .tsv, .txt or .parquet file.", directory.string()));
    std::ranges::sort(*files);
    return files;
}

Result<std::vector<fs::path>> filesOfPattern(const std::string& pattern)
{
    glob_t found{};
    const int status = ::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found);
    std::vector<fs::path> files;
    std::error_code passedOver;
    for (std::size_t i = 0; status == 0 && i < found.gl_pathc; ++i)
        if (fs::is_regular_file(found.gl_pathv[i], passedOver))
            files.emplace_back(found.gl_pathv[i]);
    ::globfree(&found);
    if (files.empty())
        return unreadable(fmt::format("No file matches {}.", pattern), "Check the path.");
    std::ranges::sort(files);
    return files;
}

Result<std::vector<fs::path>> filesOf(const std::string& source)
{
    std::error_code error;
    const auto status = fs::status(source, error);
    if (fs::is_regular_file(status)) return std::vector<fs::path>{source};
    if (fs::is_directory(status)) return filesOfDirectory(source);
    if (fs::exists(status))
        if (auto checked = checkDataPath(source); !checked) return checked.error();
    if (source.find_first_of("*?[") != std::string::npos) return filesOfPattern(source);
    if (status.type() == fs::file_type::not_found)
        return unreadable(fmt::format("There is no file {}.", source), "Check the path.");
    return unreadable(fmt::format("Cannot read {}: {}.", source, error.message()));
}

/// A file that cannot be read is no Parquet; whoever reads it says why.
bool isParquet(const fs::path& path)
{
    constexpr std::string_view magic = "PAR1";
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    std::array<char, magic.size()> first{};
    const auto read = file ? readAt(file.get(), first, 0) : Result<std::size_t>(0);
    return read && std::string_view(first.data(), *read) == magic;
}

} // namespace

Result<DataFiles> dataFiles(const std::string& source)
{
    auto files = filesOf(source);
    if (!files) return files.error();
    DataFiles found;
    for (auto& file : *files) {
        std::error_code failed;
        file = fs::absolute(file, failed).lexically_normal();
        if (failed)
            return unreadable("Cannot determine the working directory: " + failed.message());
        if (auto checked = checkDataPath(file); !checked) return checked.error();
    }
    found.format = isParquet(files->front()) ? FileFormat::Parquet : FileFormat::Csv;
    const auto other = std::ranges::find_if(*files, [&](const fs::path& file) {
        return isParquet(file) != (found.format == FileFormat::Parquet);
    });
    if (other != files->end())
        return unreadable(fmt::format("{} is Parquet, {} is not.",
                                      (isParquet(*other) ? *other : files->front()).string(),
                                      (isParquet(*other) ? files->front() : *other).string()),
                          "All files of a table need the same format.");
    std::error_code ignored; // the files' own names are absolute by now
    if (fs::is_directory(source, ignored)) found.root = fs::absolute(source, ignored);
    found.paths = std::move(*files);
    return found;
}

std::string datasetName(const std::string& source)
{
    std::error_code ignored; // dataFiles() has made the files' own names absolute by now
    const fs::path path = fs::absolute(source, ignored).lexically_normal();
    const std::string last = path.filename().string();
    std::string above = path.parent_path().filename().string();
    if (last.empty()) return above;
    // "*.csv" names nothing.
    const bool pattern = !fs::exists(path, ignored) && last.find_first_of("*?[") != last.npos;
    return pattern && !above.empty() ? above + "/" + last : last;
}

} // namespace spillway
