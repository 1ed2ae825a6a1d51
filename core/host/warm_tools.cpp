#include "host/warm_tools.h"

#include "base/json.h"
#include "host/child_process.h"
#include "host/tool_files.h"

#include <fmt/format.h>

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace spillway {
namespace {

namespace fs = std::filesystem;

constexpr int helperTick = 50;
constexpr std::size_t longestHelperLine = std::size_t(1) << 16;
constexpr std::size_t helperWordsKept = 2000; ///< bytes

std::string keyOf(const EngineInfo& tool)
{
    return tool.manifest.id + " " + tool.manifest.arguments.back();
}

} // namespace

struct WarmTools::Helper {
    std::unique_ptr<ChildProcess> child;
    LineReader lines{longestHelperLine};
    TailBuffer errors{helperWordsKept};
    int age = 0;

    static Result<std::unique_ptr<Helper>> start(const EngineRegistry& registry,
                                                 const EngineInfo& self);
    /// Whether it ended well; an error when it is gone.
    Result<bool> answer(const fs::path& question, const fs::path& place,
                        const std::stop_token& stop);

private:
    bool readOutput(std::optional<bool>& outcome);
    void readErrors();
};

Result<std::unique_ptr<WarmTools::Helper>> WarmTools::Helper::start(const EngineRegistry& registry,
                                                                    const EngineInfo& self)
{
    const auto root = toolScratchRoot(registry);
    if (!root) return root.error();
    // "-I", "-m", "spillway_adapters.planner"
    const std::string module = self.manifest.arguments.back();
    auto child =
        ChildProcess::start(fs::absolute(registry.locations().worker),
                            {registry.environments().python(self.manifest).string(), "-I", "-m",
                             "spillway_adapters.helper", module.substr(module.rfind('.') + 1)},
                            *root);
    if (!child) return child.error();
    auto helper = std::make_unique<Helper>();
    helper->child = std::move(*child);
    return helper;
}

bool WarmTools::Helper::readOutput(std::optional<bool>& outcome)
{
    std::array<char, 4096> buffer;
    const auto count = ::read(child->output(), buffer.data(), buffer.size());
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    lines.append(std::string_view(buffer.data(), static_cast<std::size_t>(count)));
    while (const auto line = lines.next())
        if (*line == "done" || *line == "failed") outcome = *line == "done";
    return count > 0;
}

void WarmTools::Helper::readErrors()
{
    std::array<char, 4096> buffer;
    for (;;) {
        const auto count = ::read(child->errors(), buffer.data(), buffer.size());
        if (count <= 0) return;
        errors.append(std::string_view(buffer.data(), static_cast<std::size_t>(count)));
    }
}

Result<bool> WarmTools::Helper::answer(const fs::path& question, const fs::path& place,
                                       const std::stop_token& stop)
{
    const SigpipeBlock noSigpipe;
    errors = TailBuffer(helperWordsKept);
    child->write(toLine(Json{{"request", question.string()}, {"answer", place.string()}}) + "\n");
    child->flush();
    std::optional<bool> outcome;
    while (!outcome) {
        std::array<pollfd, 3> watched{{{child->control(), POLLIN, 0},
                                       {child->output(), POLLIN, 0},
                                       {child->errors(), POLLIN, 0}}};
        ::poll(watched.data(), watched.size(), helperTick);
        if (child->hasUnwritten()) child->flush();
        if (watched[2].revents != 0) readErrors();
        const bool open = watched[1].revents == 0 || readOutput(outcome);
        child->readNews();
        if (stop.stop_requested()) return makeError(ErrorCode::Cancelled, "Cancelled.");
        const auto& news = child->news();
        if (news.failure) return *news.failure;
        if (!outcome && (!open || news.swept || news.gone))
            return makeError(ErrorCode::EngineFailed,
                             fmt::format("The helper has ended: {}", errors.plainText()));
    }
    readErrors(); // what was said before "failed" is there by now
    return *outcome;
}

WarmTools::WarmTools() = default;
WarmTools::~WarmTools() = default;

std::unique_ptr<WarmTools::Helper> WarmTools::take(const std::string& key)
{
    const MutexLock lock(mutex_);
    const auto found = waiting_.find(key);
    if (found == waiting_.end()) return nullptr;
    auto helper = std::move(found->second);
    waiting_.erase(found);
    return helper;
}

Result<std::unique_ptr<WarmTools::Helper>> WarmTools::start(const EngineRegistry& registry,
                                                            const EngineInfo& self)
{
    int age = 0;
    {
        const MutexLock lock(mutex_);
        age = age_;
    }
    auto started = Helper::start(registry, self);
    if (started) (*started)->age = age;
    return started;
}

/// One of a kind waits; ending a second one, or one that is too old, takes a moment without the
/// lock.
void WarmTools::giveBack(const std::string& key, std::unique_ptr<Helper> helper)
{
    const MutexLock lock(mutex_);
    if (helper->age == age_) std::swap(waiting_[key], helper);
}

Result<Json> WarmTools::ask(const EngineRegistry& registry, const PythonTool& tool,
                            const Json& request, std::stop_token stop)
{
    const auto self = readyTool(registry, tool);
    if (!self) return self.error();
    const auto files = ToolFiles::make(request);
    if (!files) return files.error();
    const std::string key = keyOf(*self);
    auto helper = take(key);
    if (helper) helper->child->readNews();
    if (helper && (helper->child->news().gone || helper->child->news().swept)) helper.reset();
    if (!helper) {
        auto started = start(registry, *self);
        if (!started) return started.error();
        helper = std::move(*started);
    }
    const auto ended = helper->answer(files->question(), files->answer(), stop);
    if (!ended) return ended.error(); // and with it the helper goes
    auto answer = *ended ? files->read()
                         : Result<Json>(makeError(ErrorCode::EngineFailed,
                                                  lastLine(helper->errors.plainText())));
    giveBack(key, std::move(helper));
    return answer;
}

void WarmTools::prepare(const EngineRegistry& registry, const PythonTool& tool)
{
    const auto self = readyTool(registry, tool);
    if (!self) return; // the question says so
    const std::string key = keyOf(*self);
    {
        const MutexLock lock(mutex_);
        if (waiting_.contains(key)) return;
    }
    if (auto started = start(registry, *self)) giveBack(key, std::move(*started));
}

void WarmTools::forget()
{
    std::map<std::string, std::unique_ptr<Helper>> ended;
    const MutexLock lock(mutex_);
    ended.swap(waiting_);
    ++age_;
}

} // namespace spillway
