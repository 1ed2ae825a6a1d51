#include "host/planner.h"

#include "base/files.h"
#include "base/json.h"
#include "host/guarded_command.h"

#include <fmt/format.h>

#include <cstdlib>
#include <system_error>
#include <utility>

namespace spillway {
namespace {

namespace fs = std::filesystem;

/// The programs of nine engines for the longest job.
constexpr Bytes longestAnswer = Bytes(64) << 20;
constexpr int answerDepth = 64;

EngineManifest manifest()
{
    EngineManifest self;
    self.id = "planner";
    self.title = "Planner";
    self.family = EngineFamily::Python;
    self.program = "@python";
    self.arguments = {"-I", "-m", "spillway_adapters.planner"};
    self.requirements = "planner";
    self.diskBytes = 30'000'000;
    return self;
}

/// A new directory that is removed with this object.
class TemporaryDirectory {
public:
    static Result<TemporaryDirectory> make()
    {
        std::error_code failed;
        auto pattern = (fs::temp_directory_path(failed) / "spillway-planner-XXXXXX").string();
        if (failed || !::mkdtemp(pattern.data()))
            return makeError(ErrorCode::Io,
                             fmt::format("No temporary directory {} can be made.", pattern),
                             "Set TMPDIR to a directory that you may write to.");
        return TemporaryDirectory(pattern);
    }
    TemporaryDirectory(TemporaryDirectory&& other) noexcept
        : path_(std::exchange(other.path_, fs::path()))
    {
    }
    TemporaryDirectory& operator=(TemporaryDirectory&&) = delete;
    ~TemporaryDirectory()
    {
        std::error_code ignored;
        if (!path_.empty()) fs::remove_all(path_, ignored);
    }
    fs::path operator/(const char* name) const { return path_ / name; }
    const fs::path& path() const { return path_; }

private:
    explicit TemporaryDirectory(fs::path path) : path_(std::move(path)) {}
    fs::path path_;
};

} // namespace

EngineInfo planner(const EngineRegistry& registry)
{
    return registry.examine(manifest());
}

Result<Json> askPlanner(const EngineRegistry& registry, const Json& request, std::stop_token stop)
{
    const EngineInfo self = planner(registry);
    if (self.state != EngineState::Ready)
        return makeError(
            ErrorCode::NotFound, "The planner, which reads queries, is not set up (30 MB).",
            self.advice().empty() ? "Run \"spillway engines install planner\"." : self.advice());
    const auto place = TemporaryDirectory::make();
    if (!place) return place.error();
    const auto question = *place / "request.json";
    const auto answer = *place / "answer.json";
    if (auto written = writeFileAtomically(question, toLine(request)); !written)
        return written.error();
    // The folder may be a link, below which no guard works.
    std::error_code failed;
    const auto root = fs::canonical(registry.locations().environments, failed);
    if (failed)
        return systemError("Cannot find " + registry.locations().environments.string(),
                           failed.value());
    GuardedCommand command{.guardProgram = fs::absolute(registry.locations().worker),
                           .scratchRoot = root,
                           .line = {registry.environments().python(self.manifest).string()}};
    for (const auto& argument : self.manifest.arguments)
        command.line.push_back(argument);
    command.line.push_back(question.string());
    command.line.push_back(answer.string());
    if (auto ran = run(command, {}, {}, std::move(stop)); !ran) return ran.error();
    const auto text = readFile(answer, longestAnswer);
    if (!text) return text.error();
    return parseJson(*text, answerDepth);
}

} // namespace spillway
