#include "app/completion.h"

#include "base/name_list.h"
#include "workloads/workload_type.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <string_view>

namespace spillway {
namespace {

using Candidate = Completion::Candidate;
using Candidates = CompletionSources::Candidates;

/// What was typed before the word to complete.
struct Typed {
    const CLI::App* command = nullptr;
    const CLI::Option* waiting = nullptr; ///< the option whose value comes next
    std::size_t positionals = 0;
    bool onlyPositionals = false; ///< after --
    std::set<const CLI::Option*> given;
    std::vector<std::pair<std::string, std::string>> values; ///< "--data" and what it was given
};

std::string longName(const CLI::Option& option)
{
    return option.get_lnames().empty() ? option.get_name() : "--" + option.get_lnames().front();
}

const CLI::Option* findOption(const CLI::App& command, std::string_view word)
{
    for (const auto* option : optionsOf(command)) {
        for (const auto& name : option->get_lnames())
            if (word == "--" + name) return option;
        for (const auto& name : option->get_snames())
            if (word == "-" + name) return option;
    }
    return nullptr;
}

void remember(Typed& typed, const CLI::Option& option, std::string value)
{
    typed.values.emplace_back(longName(option), std::move(value));
}

void takeOption(Typed& typed, const std::string& word)
{
    const auto equals = word.find('=');
    const auto* option = findOption(*typed.command, word.substr(0, equals));
    if (!option) return;
    typed.given.insert(option);
    if (valueOf(*option).empty()) return;
    if (equals == std::string::npos)
        typed.waiting = option;
    else
        remember(typed, *option, word.substr(equals + 1));
}

void takeWord(Typed& typed, const std::string& word)
{
    if (typed.waiting) {
        remember(typed, *typed.waiting, word);
        typed.waiting = nullptr;
        return;
    }
    if (!typed.onlyPositionals && word == "--") {
        typed.onlyPositionals = true;
    } else if (!typed.onlyPositionals && word.size() > 1 && word.starts_with('-')) {
        takeOption(typed, word);
    } else {
        for (const auto* command : commandsOf(*typed.command))
            if (typed.positionals == 0 && command->get_name() == word) {
                typed.command = command;
                typed.given.clear();
                return;
            }
        ++typed.positionals;
    }
}

/// The positional that the next bare word goes to.
const CLI::Option* nextPositional(const Typed& typed)
{
    std::size_t taken = 0;
    for (const auto* option : optionsOf(*typed.command)) {
        if (!option->get_positional()) continue;
        taken += static_cast<std::size_t>(std::max(option->get_items_expected_max(), 1));
        if (typed.positionals < taken) return option;
    }
    return nullptr;
}

void offer(Completion& completion, std::string_view begun, std::string word,
           std::string meaning = {})
{
    if (word.starts_with(begun))
        completion.candidates.push_back({std::move(word), std::move(meaning)});
}

/// "warm|cold|as-is": lower-case parts are literal choices, capitals are placeholders.
std::vector<std::string> wordsOf(const std::string& value)
{
    std::vector<std::string> words;
    if (value.find('|') == std::string::npos) return words;
    for (std::size_t at = 0; at <= value.size();) {
        const auto end = std::min(value.find('|', at), value.size());
        auto word = value.substr(at, end - at);
        if (!word.empty() && !std::isupper(static_cast<unsigned char>(word.front())))
            words.push_back(std::move(word));
        at = end + 1;
    }
    return words;
}

/// Where the last name of a list begins: after the last comma that is not within double quotes.
std::size_t lastOfList(std::string_view list)
{
    std::size_t begin = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (list[i] == '"') quoted = !quoted;
        if (list[i] == ',' && !quoted) begin = i + 1;
    }
    return begin;
}

/// Completions of a list of names that is partly typed: the remaining names.
void offerList(Completion& completion, const std::string& front, const std::string& begun,
               const Candidates& all)
{
    const auto begin = lastOfList(begun);
    const auto head = begun.substr(0, begin);
    const auto names =
        begin == 0 ? Result<std::vector<std::string>>() : namesOfRecord(head.substr(0, begin - 1));
    const std::set<std::string> there =
        names ? std::set<std::string>(names->begin(), names->end()) : std::set<std::string>();
    completion.goesOn = true;
    for (const auto& [name, meaning] : all)
        if (!there.contains(name))
            offer(completion, front + begun, front + head + recordOfNames({name}), meaning);
}

/// Values of `--param`, as setParameter() takes them: whole where there are few, else up to the
/// equals sign.
std::vector<std::string> parameterValues()
{
    std::vector<std::string> values;
    for (const auto* type : workloadTypes())
        for (const auto& parameter : type->parameters) {
            if (parameter.written || parameter.label) continue; // nothing to choose from
            const std::string name = dashed(parameter.name) + "=";
            auto words = parameter.choices;
            if (std::holds_alternative<bool>(parameter.fallback)) words = {"true", "false"};
            if (words.empty()) words = {""};
            for (const auto& word : words)
                values.push_back(name + word);
        }
    return values;
}

class ValueOffer {
public:
    ValueOffer(const Typed& typed, const CompletionSources& sources, std::string front,
               std::string begun)
        : typed_(typed), sources_(sources), front_(std::move(front)), begun_(std::move(begun))
    {
    }

    Completion of(const CLI::Option& option)
    {
        const auto kind = valueOf(option);
        const bool list = option.get_delimiter() == ',';
        if (const auto words = wordsOf(kind); !words.empty()) return ofWords(words, list);
        if (kind == "ENGINES") return ofList(sources_.engines());
        if (kind == "ENGINE") return ofSingles(sources_.engines());
        if (kind == "ID")
            return ofSingles(sources_.environments(typed_.command->get_name() == "remove"));
        if (kind == "COLUMNS") return ofList(columns());
        if (kind == "COLUMN") return ofSingles(columns());
        if (kind == "NAME=TYPE") return ofColumnTypes();
        if (kind == "NAME=VALUE") return ofParameters();
        return ofFiles(kind);
    }

private:
    Completion ofWords(const std::vector<std::string>& words, bool list)
    {
        Candidates all;
        for (const auto& word : words)
            all.push_back({word, {}});
        return list ? ofList(all) : ofSingles(all);
    }

    Completion ofSingles(const Candidates& all)
    {
        Completion completion;
        for (const auto& [word, meaning] : all)
            offer(completion, front_ + begun_, front_ + word, meaning);
        return completion;
    }

    Completion ofList(const Candidates& all)
    {
        Completion completion;
        offerList(completion, front_, begun_, all);
        return completion;
    }

    Candidates columns()
    {
        Candidates all;
        for (const auto& name : sources_.columns(typed_.values))
            all.push_back({name, {}});
        return all;
    }

    Completion ofColumnTypes()
    {
        Candidates all;
        const bool named = begun_.find('=') != std::string::npos;
        for (const auto& [name, meaning] : columns())
            for (const char* type : {"integer", "real", "text"})
                if (named || type == std::string_view("integer"))
                    all.push_back({name + '=' + (named ? type : ""), meaning});
        auto completion = ofSingles(all);
        completion.goesOn = !named;
        return completion;
    }

    Completion ofParameters()
    {
        Candidates all;
        for (const auto& value : parameterValues())
            all.push_back({value, {}});
        auto completion = ofSingles(all);
        completion.goesOn =
            std::ranges::any_of(completion.candidates, [](const Candidate& candidate) {
                return candidate.word.ends_with('=');
            });
        return completion;
    }

    static Completion ofFiles(const std::string& kind)
    {
        Completion completion;
        if (kind == "DIRECTORY") completion.files = Completion::Files::Directories;
        if (kind == "SESSION") completion.files = Completion::Files::Sessions;
        if (kind == "DATA" || kind == "PLAN" || kind == "MANIFEST" || kind == "OUT")
            completion.files = Completion::Files::Any;
        return completion;
    }

    const Typed& typed_;
    const CompletionSources& sources_;
    std::string front_; ///< "--engine=" where the value stands in one word with its option
    std::string begun_;
};

Completion optionNames(const Typed& typed, const std::string& begun)
{
    Completion completion;
    for (const auto* option : optionsOf(*typed.command)) {
        const bool again = option->get_items_expected_max() > 1;
        if (!option->get_positional() && (again || !typed.given.contains(option)))
            offer(completion, begun, longName(*option), option->get_description());
    }
    return completion;
}

Completion bareWord(const Typed& typed, const std::string& begun, const CompletionSources& sources)
{
    Completion completion;
    if (const auto* positional = nextPositional(typed))
        completion = ValueOffer(typed, sources, {}, begun).of(*positional);
    if (typed.positionals == 0)
        for (const auto* command : commandsOf(*typed.command))
            offer(completion, begun, command->get_name(), command->get_description());
    // `spillway FILE.spillway` opens the window.
    if (!typed.command->get_parent() && typed.positionals == 0)
        completion.files = Completion::Files::Sessions;
    if (begun.empty() && completion.candidates.empty() &&
        completion.files == Completion::Files::None)
        return optionNames(typed, begun);
    return completion;
}

} // namespace

Completion complete(const CLI::App& app, const std::vector<std::string>& words,
                    const CompletionSources& sources)
{
    if (words.empty()) return {};
    Typed typed;
    typed.command = &app;
    for (std::size_t i = 0; i + 1 < words.size(); ++i)
        takeWord(typed, words[i]);
    const std::string& begun = words.back();
    if (typed.waiting) return ValueOffer(typed, sources, {}, begun).of(*typed.waiting);
    if (typed.onlyPositionals || !begun.starts_with('-')) return bareWord(typed, begun, sources);
    const auto equals = begun.find('=');
    if (equals == std::string::npos) return optionNames(typed, begun);
    const auto* option = findOption(*typed.command, begun.substr(0, equals));
    if (!option || valueOf(*option).empty()) return {};
    return ValueOffer(typed, sources, begun.substr(0, equals + 1), begun.substr(equals + 1))
        .of(*option);
}

} // namespace spillway
