#pragma once

#include <QTemporaryDir>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace spillway::test {

/// A temporary folder with files in it.
class Folder {
public:
    Folder() = default;
    /// Qt does not remove a file whose name is no UTF-8.
    ~Folder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path(), ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::filesystem::path path(const std::string& name = {}) const
    {
        return std::filesystem::path(directory_.path().toStdString()) / name;
    }
    std::filesystem::path write(const std::string& name, std::string_view content) const
    {
        std::filesystem::create_directories(path(name).parent_path());
        std::ofstream(path(name), std::ios::binary) << content;
        return path(name);
    }
    /// Names of all files, sorted.
    std::vector<std::string> names() const { return namesIn(path()); }
    static std::vector<std::string> namesIn(const std::filesystem::path& directory)
    {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(directory))
            names.push_back(entry.path().filename().string());
        std::ranges::sort(names);
        return names;
    }

private:
    QTemporaryDir directory_;
};

} // namespace spillway::test
