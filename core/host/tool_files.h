#pragma once

#include "host/python_tool.h"

#include <filesystem>

namespace spillway {

/// The two files by which a tool is asked (host/python_tool.h), in a directory of their own that
/// goes with this object.
class ToolFiles {
public:
    static Result<ToolFiles> make(const Json& request);
    ToolFiles(ToolFiles&& other) noexcept;
    ToolFiles& operator=(ToolFiles&&) = delete;
    ~ToolFiles();

    std::filesystem::path question() const { return path_ / "request.json"; }
    std::filesystem::path answer() const { return path_ / "answer.json"; }
    /// The answer, once the tool has ended.
    Result<Json> read() const;

private:
    explicit ToolFiles(std::filesystem::path path) : path_(std::move(path)) {}
    std::filesystem::path path_;
};

/// The tool as it is installed; NotFound with the way out when it is not.
Result<EngineInfo> readyTool(const EngineRegistry& registry, const PythonTool& tool);
/// Where the working directory of a tool is made.
Result<std::filesystem::path> toolScratchRoot(const EngineRegistry& registry);

} // namespace spillway
