#include "host/load_generator.h"

#include "base/json.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace spillway {

Result<std::unique_ptr<LoadGenerator>> LoadGenerator::start(const std::filesystem::path& worker,
                                                            const LoadPlan& plan,
                                                            const ServingEvent& serving)
{
    auto helper = spawnHelper(worker, "load");
    if (!helper) return helper.error();
    std::unique_ptr<LoadGenerator> started(new LoadGenerator(std::move(*helper)));
    started->order({{"url", serving.url}, {"replicas", serving.replicas}, {"plan", toJson(plan)}});
    return started;
}

LoadGenerator::~LoadGenerator()
{
    end();
}

void LoadGenerator::order(const Json& json)
{
    unwritten_ += toLine(json) + '\n';
    flush();
}

void LoadGenerator::flush()
{
    while (!unwritten_.empty()) {
        const auto count = ::write(helper_.input.get(), unwritten_.data(), unwritten_.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EAGAIN) return;
        if (count < 0) return unwritten_.clear(); // it has ended, which its output tells
        unwritten_.erase(0, static_cast<std::size_t>(count));
    }
}

void LoadGenerator::read()
{
    std::array<char, 65536> buffer;
    const auto count = ::read(helper_.output.get(), buffer.data(), buffer.size());
    if (count > 0) return lines_.append({buffer.data(), static_cast<std::size_t>(count)});
    ended_ = count == 0 || (errno != EAGAIN && errno != EINTR);
}

double LoadGenerator::end()
{
    if (helper_.pid == 0) return 0;
    ::kill(helper_.pid, SIGKILL);
    rusage usage{};
    while (::wait4(helper_.pid, nullptr, 0, &usage) < 0 && errno == EINTR) {
    }
    helper_.pid = 0;
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

} // namespace spillway
