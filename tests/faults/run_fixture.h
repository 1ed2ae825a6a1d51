#pragma once

#include "base/files.h"
#include "host/process_sweep.h"
#include "host/scratch.h"
#include "host/supervisor.h"
#include "scratch_leftovers.h"
#include "workloads/etl/etl.h"

#include <QTemporaryDir>

#include <dirent.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace spillway::test {

/// A small CSV and an empty scratch root for one test.
class RunFixture {
public:
    RunFixture()
    {
        std::filesystem::create_directory(scratchRoot());
        std::ofstream(dataPath()) << "x,category\n0.25,A\n0.75,A\n1.5,B\n";
    }

    std::filesystem::path scratchRoot() const { return path() / "scratch"; }
    std::filesystem::path dataPath() const { return path() / "small.csv"; }

    Launch launch(std::vector<std::string> commandLine) const
    {
        Launch launch;
        launch.commandLine = std::move(commandLine);
        launch.spec.runId = "test";
        launch.spec.dataset = {
            .name = "small",
            .paths = {dataPath()},
            .schema = {.format = {},
                       .columns = {{"x", ColumnType::Real}, {"category", ColumnType::Text}}},
            .rows = std::nullopt,
            .bytes = static_cast<Bytes>(std::filesystem::file_size(dataPath())),
            .fingerprint = "0123"};
        launch.spec.workload =
            EtlWorkload{.groupBy = "category", .values = {"x"}, .materialise = {}};
        launch.timeout = Seconds(240);
        return launch;
    }

    std::vector<std::string> leftovers() const { return scratchLeftovers(scratchRoot()); }

    /// Living processes that any run below this scratch root has started, whoever is their parent.
    std::vector<pid_t> survivors() const
    {
        std::vector<pid_t> found;
        const auto mark = '\0' + std::string("SPILLWAY_SCRATCH=") + scratchRoot().string();
        for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
            const auto name = entry.path().filename().string();
            if (name.find_first_not_of("0123456789") != std::string::npos) continue;
            const auto environment = content(entry.path() / "environ");
            const auto text = content(entry.path() / "stat");
            const auto end = text.rfind(')');
            const bool dead =
                end == std::string::npos || text[end + 2] == 'Z' || text[end + 2] == 'X';
            if (!dead && ('\0' + environment).find(mark) != std::string::npos)
                found.push_back(std::stoi(name));
        }
        return found;
    }

private:
    /// Empty when the process has ended meanwhile.
    static std::string content(const std::filesystem::path& file)
    {
        const auto text = readFile(file);
        return text ? *text : std::string();
    }
    std::filesystem::path path() const { return directory_.path().toStdString(); }
    QTemporaryDir directory_;
};

/// Counts what happens and lets a test act on it.
class Recorder : public RunObserver {
public:
    std::function<void(RunState)> whenState;
    std::function<void(const Event&)> whenEvent;
    std::vector<RunState> states;
    std::vector<std::string> logs;
    std::vector<Seconds> sampleTimes;
    Seconds endedAt{};

    void onState(RunState state) override
    {
        states.push_back(state);
        if (state == RunState::Ended) endedAt = monotonicNow();
        if (whenState) whenState(state);
    }
    void onEvent(const Event& event) override
    {
        if (const auto* log = std::get_if<LogEvent>(&event.body); log && logs.size() < 100)
            logs.push_back(log->message);
        if (whenEvent) whenEvent(event);
    }
    void onSample(const Sample& sample) override { sampleTimes.push_back(sample.t); }
};

} // namespace spillway::test
