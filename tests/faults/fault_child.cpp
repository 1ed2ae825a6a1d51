/// An engine that misbehaves on order: `fault_child MODE [ARGUMENT]`. Speaks the run protocol until
/// the point where the mode says otherwise.
#include "base/json.h"
#include "known_answers.h"
#include "protocol/event.h"
#include "protocol/run_spec.h"
#include "serving_child.h"
#include "workloads/etl/etl_result.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

using namespace spillway;
using namespace spillway::test;

namespace {

std::string mode;
std::string argument;
RunSpec spec;
Seconds wentAt{}; ///< when go was read

bool is(std::string_view name)
{
    return mode == name;
}

void raw(std::string_view text)
{
    while (!text.empty()) {
        const auto count = ::write(STDOUT_FILENO, text.data(), text.size());
        if (count <= 0) ::_exit(9);
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

void send(EventBody body, Seconds shift = Seconds(0))
{
    raw(eventLine(Event{monotonicNow() + shift, std::move(body)}) + '\n');
}

void waitForEnd()
{
    std::string ignored;
    while (std::getline(std::cin, ignored)) {
    }
}

[[noreturn]] void hang()
{
    while (true)
        ::pause();
}

EtlResult smallResult()
{
    return {.values = {"x"},
            .groups = {{"A", 2, {0.5}}, {"B", 1, {1.5}}},
            .groupsCount = 2,
            .groupsHash = groupsHash({{"A", 2, {0.5}}, {"B", 1, {1.5}}}),
            .rows = 3,
            .missing = {0}};
}

/// 1,500 groups: the rows go to groups.jsonl, or not as they should.
EtlResult largeResult()
{
    EtlResult result{.values = {"x"},
                     .groups = {},
                     .groupsCount = 1500,
                     .groupsHash = {},
                     .rows = 1500,
                     .missing = {0}};
    std::vector<GroupMean> groups;
    for (int i = 0; i < 1500; ++i)
        groups.push_back({std::to_string(10000 + i), 1, {i * 0.5}});
    result.groupsHash = groupsHash(groups);
    const auto path = spec.scratch / "groups.jsonl";
    if (is("groups-missing")) return result;
    if (is("groups-link")) {
        if (::symlink("/etc/passwd", path.c_str()) != 0) ::_exit(9);
        return result;
    }
    if (is("groups-fifo")) {
        if (::mkfifo(path.c_str(), 0600) != 0) ::_exit(9);
        return result;
    }
    if (is("groups-changed")) groups.back().means = {7};
    if (is("groups-short")) groups.pop_back();
    if (is("groups-long")) groups.push_back(groups.back());
    std::ofstream file(path);
    const ResultTable table = tableOf(groups, result.values);
    for (std::size_t row = 0; row < table.rows(); ++row)
        file << etlForm().writeRow(table, row) << '\n';
    return result;
}

/// A grandchild in a session of its own whose parent is gone, deaf to SIGTERM.
void leaveOrphan()
{
    if (::fork() != 0) return;
    ::setsid();
    if (::fork() != 0) ::_exit(0);
    ::signal(SIGTERM, SIG_IGN);
    for (int fd = 0; fd < 3; ++fd)
        ::close(fd);
    hang();
}

/// Processes that live for a moment, each the parent of the next, in sessions of their own.
[[noreturn]] void storm()
{
    ::signal(SIGTERM, SIG_IGN);
    ::signal(SIGCHLD, SIG_IGN);
    for (int i = 0; i < 20; ++i) {
        if (::fork() == 0) {
            ::setsid();
            for (int generation = 0; generation < 200000; ++generation)
                if (::fork() != 0) ::_exit(0);
            ::_exit(0);
        }
    }
    hang();
}

void allocate(std::size_t megabytes, bool slowly)
{
    for (std::size_t i = 0; i < megabytes; ++i) {
        void* page =
            ::mmap(nullptr, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (page == MAP_FAILED) ::_exit(8);
        std::memset(page, 1, 1 << 20);
        if (slowly) ::usleep(1000);
    }
}

void litterScratch()
{
    auto deep = spec.scratch;
    for (int i = 0; i < 300; ++i)
        deep /= "d" + std::to_string(i);
    if (::chdir(spec.scratch.c_str()) != 0) ::_exit(9);
    for (int i = 0; i < 300; ++i) {
        const auto name = "a-directory-with-a-long-name-" + std::to_string(i);
        if (::mkdir(name.c_str(), 0700) != 0 || ::chdir(name.c_str()) != 0) ::_exit(9);
    }
    std::ofstream("deep-file") << "deep";
    if (::chdir(spec.scratch.c_str()) != 0) ::_exit(9);
    if (::symlink("/etc", "link-to-etc") != 0 || ::mkfifo("fifo", 0600) != 0) ::_exit(9);
    ::mkdir("closed", 0700);
    std::ofstream("closed/file") << "closed";
    ::chmod("closed", 0);
}

/// What the child was given, one fact a line of the log.
void tellSurroundings()
{
    std::string fds;
    for (int fd = 0; fd < 1024; ++fd)
        if (::fcntl(fd, F_GETFD) >= 0) fds += std::to_string(fd) + ' ';
    sigset_t blocked;
    ::sigprocmask(SIG_SETMASK, nullptr, &blocked);
    int signals = 0;
    for (int number = 1; number < 32; ++number) {
        struct sigaction action {};
        ::sigaction(number, nullptr, &action);
        signals += (::sigismember(&blocked, number) == 1 || action.sa_handler == SIG_IGN) ? 1 : 0;
    }
    std::string adjust;
    std::ifstream("/proc/self/oom_score_adj") >> adjust;
    struct stat scratch {};
    ::stat(spec.scratch.c_str(), &scratch);
    send(LogEvent{"info", "fds " + fds});
    send(LogEvent{"info", "signals " + std::to_string(signals)});
    send(LogEvent{"info", "oom_score_adj " + adjust});
    send(LogEvent{"info", "mode " + std::to_string(scratch.st_mode & 07777)});
    send(LogEvent{"info", ::getpgrp() == ::getpid() ? "own group" : "foreign group"});
    char directory[4096];
    send(LogEvent{"info", std::string("directory ") +
                              (::getcwd(directory, sizeof directory) ? directory : "none")});
}

void beforeReady()
{
    if (is("silent")) ::_exit(0);
    if (is("exit-7")) {
        std::cerr << "\x1b[31mno such module\x1b[0m\nlast words\n";
        ::_exit(7);
    }
    if (is("garbage")) raw("Loading ...\n");
    if (is("never-ready")) hang();
    if (is("ignore-eof-never-ready")) {
        ::signal(SIGTERM, SIG_IGN);
        hang();
    }
    if (is("deep-json")) raw(std::string(500000, '[') + '\n');
    if (is("endless-line")) {
        const std::string piece(1 << 20, 'x');
        for (int i = 0; i < 100; ++i)
            raw(piece);
        hang();
    }
    if (is("early-done")) send(DoneEvent{});
    if (is("unsupported"))
        send(ErrorEvent{{.code = ErrorCode::Unsupported,
                         .message = "No regression here.",
                         .phase = "",
                         .remedy = ""}});
    if (is("stderr-flood"))
        for (int i = 0; i < 4000; ++i)
            std::cerr << std::string(1023, 'e') << '\n';
}

/// Until the file is gone.
void waitForGate()
{
    while (std::filesystem::exists(argument))
        ::usleep(1000);
}

void misbehaveInRun()
{
    if (is("segv")) {
        ::signal(SIGSEGV, SIG_DFL); // sanitizers catch it
        ::raise(SIGSEGV);
    }
    if (is("sigkill")) ::raise(SIGKILL);
    if (is("stop-itself")) ::raise(SIGSTOP);
    if (is("stop-guard")) {
        ::kill(::getppid(), SIGSTOP);
        hang();
    }
    if (is("kill-guard")) {
        leaveOrphan();
        ::kill(::getppid(), SIGKILL);
        hang();
    }
    if (mode.starts_with("serve"))
        serveInRun(mode, argument, spec, [](EventBody body) { send(std::move(body)); });
    if (is("slow")) waitForEnd();
    if (is("gate")) waitForGate();
    if (is("brief-children")) runBriefChildren();
    if (is("rewriting-forks")) rewriteInForks();
    if (is("known-answer")) send(LogEvent{"info", std::to_string(knownAnswer(wentAt).count())});
    if (is("deaf")) {
        ::signal(SIGTERM, SIG_IGN);
        leaveOrphan();
        hang();
    }
    if (is("storm")) storm();
    if (is("orphans") || is("orphans-then-kill"))
        for (int i = 0; i < 5; ++i)
            leaveOrphan();
    if (is("allocate")) {
        allocate(static_cast<std::size_t>(std::atoi(argument.c_str())), true);
        hang();
    }
    if (is("oom")) {
        std::ofstream(argument + "/cgroup.procs") << ::getpid();
        allocate(4000, false);
    }
    if (is("flood"))
        while (true)
            send(LogEvent{"info", std::string(200, 'f')});
    if (is("tasks"))
        for (int batch = 0; batch < 30; ++batch) {
            TasksEvent tasks;
            for (int i = 0; i < 2000; ++i)
                tasks.spans.push_back({i % 2, "scan", monotonicNow(), monotonicNow()});
            send(tasks);
            send(CountersEvent{.rows = batch, .spilledBytes = batch * 10, .restoredBytes = batch});
        }
    if (is("litter")) litterScratch();
    if (is("spill")) {
        std::filesystem::create_directory(spec.scratch / "spill");
        std::ofstream(spec.scratch / "spill" / "part") << std::string(4'000'000, 's');
        waitForEnd();
    }
    if (is("surroundings")) tellSurroundings();
    if (is("variables"))
        for (char** variable = environ; *variable; ++variable)
            send(LogEvent{"info", *variable});
    if (is("error"))
        send(ErrorEvent{{.code = ErrorCode::DataUnreadable,
                         .message = "Row 7 is bad.",
                         .phase = "load",
                         .remedy = ""}});
    if (is("memory-error"))
        send(ErrorEvent{{.code = ErrorCode::MemoryLimit,
                         .message = "Needs more.",
                         .phase = "load",
                         .remedy = ""}});
    if (is("close-stdout")) {
        ::close(STDOUT_FILENO);
        ::usleep(200000);
        ::_exit(0);
    }
}

void afterDone()
{
    // Half a second ago, but within the run.
    if (is("odd-stamps")) ::usleep(600000);
    const Seconds shift = is("odd-stamps") ? Seconds(-0.5) : Seconds(0);
    if (is("early-result")) send(ResultEvent{smallResult(), {}});
    send(DoneEvent{}, shift);
    if (is("gate")) std::ofstream(argument + ".passed") << "done";
    if (is("no-result")) {
        send(ByeEvent{});
        ::_exit(0);
    }
    if (is("no-result-no-bye")) ::_exit(0);
    send(mode.starts_with("serve")
             ? ResultEvent{RunResult{.kind = "serve"}, {}}
             : ResultEvent{mode.starts_with("groups") ? largeResult() : smallResult(),
                           {{"load", 0.1}}});
    if (is("two-results")) send(ResultEvent{smallResult(), {}});
    if (is("no-bye")) ::_exit(0);
    if (is("unterminated")) {
        raw(eventLine(Event{monotonicNow(), ByeEvent{}}));
        ::_exit(0);
    }
    send(ByeEvent{});
    if (is("after-bye")) send(LogEvent{"info", "one more thing"});
    if (is("hang-after-bye")) {
        ::signal(SIGTERM, SIG_IGN);
        hang();
    }
    if (is("exit-3")) ::_exit(3);
}

/// A line of a script: an event without its stamp; "@go" waits for the host's go; "@repeat N EVENT"
/// says the event N times with its number for each "%".
void sayLine(const std::string& line)
{
    if (line == "@go") {
        std::string go;
        if (!std::getline(std::cin, go)) ::_exit(0);
        return;
    }
    const auto stamped = [](const std::string& event) {
        return "{\"t\":" + std::to_string(monotonicNow().count()) + "," + event.substr(1) + "\n";
    };
    if (!line.starts_with("@repeat ")) return raw(stamped(line));
    const auto event = line.substr(line.find('{'));
    const long times = std::atol(line.c_str() + std::strlen("@repeat "));
    for (long i = 0; i < times; ++i) {
        std::string numbered = event;
        for (auto at = numbered.find('%'); at != std::string::npos; at = numbered.find('%', at))
            numbered.replace(at, 1, std::to_string(i));
        raw(stamped(numbered));
    }
}

/// `fault_child script FILE`: says what the file says, and ends well.
int followScript()
{
    std::string line;
    std::getline(std::cin, line); // the specification
    std::ifstream script(argument);
    while (std::getline(script, line))
        sayLine(line);
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    mode = argc > 1 ? argv[1] : "ok";
    argument = argc > 2 ? argv[2] : "";
    if (is("script")) return followScript();
    if (!is("no-hello")) send(HelloEvent{"fault", "1.0", {{"libc", "2"}}, ::getpid()});
    std::string line;
    std::getline(std::cin, line);
    if (const auto json = parseJson(line))
        if (const auto parsed = runSpecFromJson(*json)) spec = *parsed;
    if (spec.scratch.empty()) return 6;
    beforeReady();
    if (is("unsupported")) return 0;
    send(ReadyEvent{{{"threads", "2"}}}, is("future-stamps") ? Seconds(1000) : Seconds(0));
    if (!std::getline(std::cin, line)) return 0;
    wentAt = monotonicNow();
    send(PhaseEvent{"load", true});
    misbehaveInRun();
    if (is("error") || is("memory-error")) return 1;
    send(PhaseEvent{"load", false});
    afterDone();
    return 0;
}
