#include "app/completion_command.h"

#include "app/completion.h"
#include "app/dialect_options.h"
#include "app/shell_line.h"
#include "app/terminal.h"
#include "base/escape.h"
#include "data/open_dataset.h"
#include "data/schema_guess.h"
#include "host/engine_registry.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include <unistd.h>

namespace spillway {
namespace {

namespace fs = std::filesystem;
using Values = std::vector<std::pair<std::string, std::string>>;

/// A file system that does not answer must not block the user's prompt.
void giveUpLater()
{
    constexpr unsigned patienceSeconds = 10;
    std::signal(SIGALRM, [](int) { ::_exit(0); });
    ::alarm(patienceSeconds);
}

/// The data as described by the options typed so far; invalid options are ignored.
SchemaHints hintsOf(const Values& values)
{
    DialectArguments dialect;
    CLI::App options;
    defineDialectOptions(options, dialect);
    for (const auto& [option, value] : values) {
        if (!options.get_option_no_throw(option)) continue;
        try {
            options.parse(std::vector{fmt::format("{}={}", option, value)});
        } catch (const CLI::ParseError&) {
            continue;
        }
    }
    const auto hints = hintsFrom(dialect);
    return hints ? *hints : SchemaHints();
}

/// A shell passes "~/data.csv" as typed.
std::string withHome(const std::string& path)
{
    const char* home = std::getenv("HOME");
    return home && path.starts_with("~/") ? home + path.substr(1) : path;
}

std::vector<std::string> columnsOfData(const Values& values)
{
    std::string data;
    for (const auto& [option, value] : values)
        if (option == "--data") data = withHome(value);
    std::vector<std::string> names;
    if (data.empty()) return names;
    const auto add = [&names](const Schema& schema) {
        for (const auto& column : schema.columns)
            names.push_back(column.name);
    };
    std::error_code failed;
    const auto status = fs::status(data, failed);
    if (fs::is_regular_file(status)) {
        if (const auto guess = guessSchema(data, hintsOf(values))) add(guess->schema);
    } else if (!fs::exists(status) || fs::is_directory(status)) { // a glob, or all in a directory
        if (const auto opened = openDataset(data, hintsOf(values))) add(opened->dataset.schema);
    }
    return names;
}

std::string meaningOf(const EngineInfo& engine)
{
    return engine.state == EngineState::Ready
               ? engine.manifest.title
               : fmt::format("{} ({})", engine.manifest.title, name(engine.state));
}

/// The registry is read once, when it is asked for.
CompletionSources realSources()
{
    const auto registry = [] {
        static const EngineRegistry known(EngineRegistry::defaultLocations());
        return &known;
    };
    const auto engines = [registry] {
        CompletionSources::Candidates all;
        for (const auto& engine : registry()->engines()) {
            all.push_back({engine.manifest.id, meaningOf(engine)});
            const auto profiles = engine.manifest.profiles();
            if (profiles.size() < 2) continue;
            for (const auto& profile : profiles)
                all.push_back({engine.manifest.id + ':' + profile.id, profile.title});
        }
        return all;
    };
    const auto environments = [registry](bool installed) {
        CompletionSources::Candidates all;
        for (const auto& engine : registry()->engines())
            if (!engine.manifest.requirements.empty() &&
                (!installed || engine.state != EngineState::NotInstalled))
                all.push_back({engine.manifest.id, meaningOf(engine)});
        return all;
    };
    return {.engines = engines, .environments = environments, .columns = columnsOfData};
}

std::string_view filesWord(Completion::Files files)
{
    switch (files) {
    case Completion::Files::Any:
        return "files";
    case Completion::Files::Directories:
        return "directories";
    case Completion::Files::Sessions:
        return "sessions";
    case Completion::Files::None:
        break;
    }
    return "none";
}

void print(const Completion& completion,
           const std::function<std::string(const Completion::Candidate&)>& line)
{
    std::string answer =
        fmt::format("{}{}\n", filesWord(completion.files), completion.goesOn ? " nospace" : "");
    for (const auto& candidate : completion.candidates)
        if (const auto text = line(candidate); !text.empty()) answer += text + '\n';
    writeStdout(answer);
}

void answerBash(const CLI::App& app, const std::string& typed, const std::string& breaks)
{
    const auto line = readShellLine(typed, breaks);
    const std::vector<std::string> words(line.words.begin() + 1, line.words.end());
    print(complete(app, words, realSources()), [&line](const Completion::Candidate& candidate) {
        return bashReplacement(line, candidate.word);
    });
}

/// zsh and fish put quotes around what needs them by themselves.
void answerWords(const CLI::App& app, const std::vector<std::string>& words)
{
    print(complete(app, words, realSources()), [](const Completion::Candidate& candidate) {
        if (terminalText(candidate.word) != candidate.word) return std::string();
        return candidate.word + '\t' + terminalText(candidate.meaning);
    });
}

} // namespace

int answerShell(const CLI::App& app, const std::vector<std::string>& words)
{
    giveUpLater();
    if (words.size() == 4 && words[1] == "bash")
        answerBash(app, words[2], words[3]);
    else if (words.size() > 3 && (words[1] == "zsh" || words[1] == "fish"))
        answerWords(app, {words.begin() + 3, words.end()});
    static_cast<void>(flushStdout());
    return ExitOk;
}

} // namespace spillway
