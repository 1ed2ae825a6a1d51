#include "app/command_line.h"

#include "base/program.h"

namespace spillway {
namespace {

/// CLI11 keeps a group of options as a command without a name.
bool isGroup(const CLI::App& app)
{
    return app.get_name().empty();
}

std::vector<const CLI::App*> childrenOf(const CLI::App& app)
{
    return app.get_subcommands([](const CLI::App* child) { return child != nullptr; });
}

void addPaths(const CLI::App& app, const std::string& path, std::vector<CommandPath>& paths)
{
    paths.push_back({path, &app});
    for (const auto* command : commandsOf(app))
        addPaths(*command, path.empty() ? command->get_name() : path + ' ' + command->get_name(),
                 paths);
}

} // namespace

std::unique_ptr<CLI::App> commandLine(Invocation& chosen)
{
    auto app = std::make_unique<CLI::App>(
        "Which engine, with how many workers, finishes your larger-than-memory job, how fast and "
        "in how much memory. Without a command it opens the window.",
        "spillway");
    // Two spaces behind the longest option, which names every kind of work.
    app->get_formatter()->column_width(32);
    app->set_version_flag("--version", "spillway " + std::string(programVersion()),
                          "Print the version and end");
    app->require_subcommand(1);
    app->footer("spillway [SESSION.spillway | DATA.csv] opens the window.\n"
                "First experiment:\n"
                "  spillway try");
    addGenerateCommand(*app, chosen);
    addConvertCommand(*app, chosen);
    addEnginesCommand(*app, chosen);
    addRunCommand(*app, chosen);
    addJobCommand(*app, chosen);
    addCompareCommand(*app, chosen);
    addArticleCommand(*app, chosen);
    addExportCommand(*app, chosen);
    addExcludeCommand(*app, chosen);
    addTryCommand(*app, chosen);
    addDoctorCommand(*app, chosen);
    addManualPageCommand(*app, chosen);
    return app;
}

std::vector<const CLI::App*> commandsOf(const CLI::App& app)
{
    std::vector<const CLI::App*> commands;
    for (const auto* child : childrenOf(app))
        if (!isGroup(*child) && !child->get_group().empty()) commands.push_back(child);
    return commands;
}

std::vector<const CLI::Option*> optionsOf(const CLI::App& app)
{
    auto options =
        app.get_options([](const CLI::Option* option) { return !option->get_group().empty(); });
    for (const auto* child : childrenOf(app))
        if (isGroup(*child))
            for (const auto* option : optionsOf(*child))
                options.push_back(option);
    return options;
}

std::string valueOf(const CLI::Option& option)
{
    if (option.get_positional()) return option.get_name();
    if (option.get_items_expected_max() == 0) return {};
    // "TEXT:{a,b,c}" of a list of words, "FLOAT:POSITIVE" of another check.
    std::string type = option.get_type_name();
    if (const auto list = type.find(":{"); list != type.npos && type.ends_with('}')) {
        type = type.substr(list + 2, type.size() - list - 3);
        for (char& character : type)
            if (character == ',') character = '|';
        return type;
    }
    return type.substr(0, type.find(':'));
}

std::vector<CommandPath> commandPaths(const CLI::App& app)
{
    std::vector<CommandPath> paths;
    addPaths(app, {}, paths);
    return paths;
}

} // namespace spillway
