#include "app/manual_page.h"

#include "app/command_line.h"
#include "app/terminal.h"
#include "base/escape.h"
#include "base/program.h"
#include "experiment/plan_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <string_view>
#include <utility>

namespace spillway {
namespace {

/// A page that grows: every text goes through roffText(), every line is one of roff's.
class ManualPage {
public:
    ManualPage(std::string_view title, int section, std::string_view what)
    {
        add(".TH {} {} \"\" \"spillway {}\" \"{}\"", roffText(title), section, programVersion(),
            what);
        line(".ad l"); // options and choices are long: lines that were stretched would have holes
    }

    void section(std::string_view title) { add(".SH \"{}\"", roffText(title)); }
    void subsection(std::string_view title) { add(".SS \"{}\"", roffText(title)); }
    void text(std::string_view words) { add(".PP\n{}", roffText(words)); }
    void entry(std::string_view head, std::string_view words)
    {
        add(".TP\n{}\n{}", head, roffText(words.empty() ? "." : words));
    }
    void more(std::string_view words) { add(".IP\n{}", roffText(words)); }
    void line(std::string_view roff) { add("{}", roff); }

    /// Lines that begin with two blanks are shown as they are, the others are text.
    void footer(std::string_view lines)
    {
        bool example = false;
        while (!lines.empty()) {
            const auto end = std::min(lines.find('\n'), lines.size());
            const auto one = lines.substr(0, end);
            lines.remove_prefix(std::min(end + 1, lines.size()));
            const bool shown = one.starts_with("  ");
            if (shown && !example) line(".PP\n.RS 4\n.EX");
            if (!shown && example) line(".EE\n.RE");
            example = shown;
            if (shown)
                line(roffText(one.substr(2)));
            else
                text(one);
        }
        if (example) line(".EE\n.RE");
    }

    std::string take() && { return std::move(text_); }

private:
    template <class... T>
    void add(fmt::format_string<T...> format, T&&... values)
    {
        fmt::format_to(std::back_inserter(text_), format, std::forward<T>(values)...);
        text_ += '\n';
    }

    std::string text_;
};

std::string bold(std::string_view text)
{
    return "\\fB" + roffText(text) + "\\fR";
}

/// A line may end after any of many choices.
std::string italic(std::string_view text)
{
    std::string roff;
    for (const char byte : roffText(text))
        roff += byte == '|' ? std::string("|\\:") : std::string(1, byte);
    return "\\fI" + roff + "\\fR";
}

/// "-r, --repeats N".
std::string headOf(const CLI::Option& option)
{
    const auto value = valueOf(option);
    if (option.get_positional()) return italic(value);
    std::string names;
    for (const auto& name : option.get_snames())
        names += (names.empty() ? "" : ", ") + bold("-" + name);
    for (const auto& name : option.get_lnames())
        names += (names.empty() ? "" : ", ") + bold("--" + name);
    return value.empty() ? names : names + ' ' + italic(value);
}

std::string meaningOf(const CLI::Option& option)
{
    auto words = option.get_description();
    if (const auto fallback = option.get_default_str(); !fallback.empty())
        words += fmt::format(" ({})", fallback);
    return words + '.';
}

/// "spillway run [OPTIONS] [PLAN]".
std::string synopsis(const CommandPath& command)
{
    std::string line = bold("spillway " + command.path);
    std::string positionals;
    bool options = false;
    for (const auto* option : optionsOf(*command.command)) {
        if (!option->get_positional()) {
            options = options || !option->get_lnames().empty();
            continue;
        }
        auto one = italic(valueOf(*option));
        if (option->get_items_expected_max() > 1) one += "...";
        positionals += option->get_required() ? ' ' + one : " [" + one + ']';
    }
    return line + (options ? " [" + italic("OPTION") + "...]" : "") + positionals;
}

void writeOptions(ManualPage& page, const CLI::App& command)
{
    for (const auto* option : optionsOf(command))
        page.entry(headOf(*option), meaningOf(*option));
}

void writeCommands(ManualPage& page, const CLI::App& app)
{
    page.section("COMMANDS");
    for (const auto& command : commandPaths(app)) {
        if (command.path.empty()) continue;
        page.subsection(command.path);
        page.line(synopsis(command));
        page.text(command.command->get_description() + '.');
        writeOptions(page, *command.command);
        page.footer(command.command->get_footer());
    }
}

void writePlaces(ManualPage& page)
{
    page.section("FILES");
    for (const auto& [place, meaning] :
         {std::pair("$XDG_DATA_HOME/spillway", "Environments of engines, generated datasets, the "
                                               "user's own engines (~/.local/share/spillway)."),
          {"$XDG_STATE_HOME/spillway",
           "Sessions that were given no name (~/.local/state/spillway)."},
          {"$XDG_CACHE_HOME/spillway", "Spill files of runs (~/.cache/spillway)."},
          {"$XDG_CONFIG_HOME/spillway/spillway.ini", "Settings of the window "
                                                     "(~/.config/spillway/spillway.ini)."}})
        page.entry(italic(place), meaning);
    page.section("ENVIRONMENT");
    page.entry(bold("NO_COLOR"), "When it is set, output is not coloured.");
    page.text("Engines inherit the user's environment without the variables that would silently "
              "change their behaviour (PYTHON…, LD_…, OMP_…, RAY_…, DASK_… and the like).");
}

} // namespace

std::string commandManual(const CLI::App& app)
{
    ManualPage page("SPILLWAY", 1, "User Commands");
    page.section("NAME");
    page.line("spillway \\- measure which engine finishes a job on data larger than memory");
    page.section("SYNOPSIS");
    page.line(bold("spillway") + " [" + italic("SESSION.spillway") + " | " + italic("DATA.csv") +
              ']');
    for (const auto& command : commandPaths(app))
        if (!command.path.empty()) page.line(".br\n" + synopsis(command));
    page.section("DESCRIPTION");
    page.text(app.get_description());
    page.footer(app.get_footer());
    page.section("OPTIONS");
    writeOptions(page, app);
    writeCommands(page, app);
    page.section("EXIT STATUS");
    for (const auto& [code, meaning] : exitMeanings())
        page.entry(bold(fmt::format("{}", static_cast<int>(code))), meaning);
    writePlaces(page);
    page.section("SEE ALSO");
    page.line(bold("spillway-plan") + "(5)");
    page.text("The user's manual: F1 in the window, or the Markdown files in share/spillway/manual "
              "below the installation prefix.");
    return std::move(page).take();
}

std::string planManual()
{
    ManualPage page("SPILLWAY-PLAN", 5, "File Formats");
    page.section("NAME");
    page.line("spillway\\-plan \\- plan file of spillway(1)");
    page.section("DESCRIPTION");
    page.text("A plan says what to measure: datasets, workloads, engines, limits and worker "
              "counts, in every combination, and how often. It is JSON in UTF-8. Fields that are "
              "not listed here are rejected.");
    page.text("The terminal writes one, in the field \"plan\", with --dry-run --json, and takes "
              "one as its argument:");
    page.footer("  spillway run --data data.csv --workload etl --engine polars,duckdb --dry-run "
                "--json\n  spillway run plan.json --session study.spillway");
    for (const auto& object : planObjects()) {
        page.section(object.title);
        page.text(object.meaning);
        for (const auto& field : object.fields) {
            page.entry(bold(field.name) + ": " + roffText(field.form), field.meaning);
            page.more(field.fallback.empty() ? std::string("Required.")
                                             : fmt::format("When absent: {}.", field.fallback));
        }
    }
    page.section("SEE ALSO");
    page.line(bold("spillway") + "(1)");
    return std::move(page).take();
}

void addManualPageCommand(CLI::App& app, Invocation& chosen)
{
    auto page = std::make_shared<std::string>();
    auto* command = app.add_subcommand("manual-page", "Print a manual page in roff")->group("");
    command->add_option("PAGE", *page, "spillway or spillway-plan")
        ->required()
        ->check(CLI::IsMember({"spillway", "spillway-plan"}));
    command->callback([=, &app, &chosen] {
        chosen = [=, &app] {
            writeStdout(*page == "spillway" ? commandManual(app) : planManual());
            return ExitOk;
        };
    });
}

} // namespace spillway
