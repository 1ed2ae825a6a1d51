#pragma once

#include "block_reading.h"

#include <QtTest>

#include <filesystem>
#include <fstream>
#include <string>

/// What the CSV tests share: files in a temporary folder, and block_reading.h.
namespace spillway::test {

/// A temporary folder with files in it.
class Folder {
public:
    Folder() = default;
    /// Qt does not remove a file whose name is no UTF-8.
    ~Folder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path(""), ignored);
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

private:
    QTemporaryDir directory_;
};

} // namespace spillway::test
