#pragma once

#include "base/mutex.h"
#include "host/python_tool.h"

#include <map>
#include <memory>
#include <string>

namespace spillway {

/// Tools that stay between two questions, so that what they import is imported once: an answer
/// then comes in a twentieth of a second instead of half a one. Each helper (adapters'
/// helper.py) is a process under a guard. Thread-safe; destroying it ends all of them.
class WarmTools {
public:
    WarmTools();
    ~WarmTools();
    WarmTools(const WarmTools&) = delete;
    WarmTools& operator=(const WarmTools&) = delete;

    /// Like ask() of host/python_tool.h, whose manifest names "-m spillway_adapters.NAME", a module
    /// that helper.py takes. A helper that is stopped or dies is gone; the next question starts
    /// another.
    Result<Json> ask(const EngineRegistry& registry, const PythonTool& tool, const Json& request,
                     std::stop_token stop);
    /// Starts one ahead of the first question, when the tool is set up and none waits.
    void prepare(const EngineRegistry& registry, const PythonTool& tool);
    /// Ends those that wait for questions: environments have changed, or a plan is going to be
    /// measured, which they would disturb.
    void forget();

private:
    struct Helper;
    std::unique_ptr<Helper> take(const std::string& key);
    Result<std::unique_ptr<Helper>> start(const EngineRegistry& registry, const EngineInfo& self);
    void giveBack(const std::string& key, std::unique_ptr<Helper> helper);

    Mutex mutex_;
    std::map<std::string, std::unique_ptr<Helper>> waiting_ GUARDED_BY(mutex_);
    int age_ GUARDED_BY(mutex_) = 0; ///< grows with forget(): older helpers do not come back
};

} // namespace spillway
