#include "charts/report.h"

#include "analysis/claims.h"
#include "analysis/document_tables.h"
#include "analysis/ease.h"
#include "analysis/methods.h"
#include "analysis/short_table.h"
#include "analysis/snippet.h"
#include "base/escape.h"
#include "base/json.h"
#include "charts/chart_export.h"
#include "charts/published_overlay.h"
#include "workloads/workload_type.h"

#include <QChart>

#include <fmt/format.h>

#include <memory>

namespace spillway {
namespace {

// Charts keep a white background in dark mode: they are copied from the page.
constexpr std::string_view styleSheet = R"(
:root { color-scheme: light; --ink: #1b1b1f; --muted: #5c5c66; --paper: #fff; --raised: #f5f5f7;
        --line: #ddd; --rule: #888; --accent: #0075ff; font-size: clamp(16px, 8px + 0.42vw, 26px); }
@media screen and (prefers-color-scheme: dark) {
  :root { color-scheme: dark; --ink: #e8e8ec; --muted: #a5a5b0; --paper: #18191c; --raised: #232529;
          --line: #393b41; --rule: #7a7c85; --accent: #4d9dff; } }
body { font: 1rem/1.5 system-ui, "DejaVu Sans", sans-serif; color: var(--ink);
       background: var(--paper); max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem; }
h1 { font-size: 1.75rem; margin: 0 0 0.25rem; } h2 { font-size: 1.3rem; margin: 2.5rem 0 0.5rem; }
h1, h2, p, li { overflow-wrap: anywhere; }
.muted { color: var(--muted); }
.verdict { font-size: 1.12rem; border-left: 4px solid var(--accent); padding: 0.25rem 0.75rem; }
.charts { display: grid; gap: 1rem; margin: 1rem 0;
          grid-template-columns: repeat(auto-fit, minmax(min(100%, 34rem), 1fr)); }
figure { margin: 0; overflow-x: auto; background: #fff; border-radius: 6px; }
.charts svg { display: block; width: 100%; min-width: 34rem; height: auto; }
.scroll, pre { overflow-x: auto; }
pre { font-size: 0.8rem; background: var(--raised); padding: 0.75rem; }
summary { cursor: pointer; margin: 0.5rem 0; }
table { border-collapse: collapse; font-size: 0.875rem; margin: 0.75rem 0; }
caption { text-align: left; font-weight: 600; padding: 0.25rem 0; }
th, td { padding: 0.25rem 0.6rem; border-bottom: 1px solid var(--line); text-align: left;
         white-space: nowrap; }
th { border-bottom: 2px solid var(--rule); }
.facts td, .words td { white-space: normal; overflow-wrap: anywhere; }
.words td { min-width: 5rem; vertical-align: top; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
@page { margin: 14mm; }
@media print {
  :root { font-size: 10pt; } body { max-width: none; padding: 0; }
  .charts { grid-template-columns: 1fr 1fr; gap: 3mm; } .charts svg { min-width: 0; }
  .scroll, pre, figure { overflow: visible; } pre { white-space: pre-wrap; }
  table { font-size: 7.5pt; } th, td { padding: 1.5pt 4pt; white-space: normal; }
  .detail, details:not([open]) { display: none; } thead { display: table-header-group; }
  figure, tr, .verdict { break-inside: avoid; } h2, caption, thead { break-after: avoid; } }
)";

std::string chartSvg(const Comparison& comparison, ChartKind kind, const ChartOptions& options)
{
    const std::unique_ptr<QChart> chart(makeComparisonChart(comparison, kind, options));
    // A chart whose size and resolution are ours cannot be refused.
    return svgElement(*chart, {.size = QSize(640, 420)}).value();
}

/// What goes with the verdict: remarks, what to run next, the evidence, the winner's settings.
std::string recommendationBlock(const Recommendation& recommendation, const ReportInput& input)
{
    std::string text = "<p class=\"verdict\">" + htmlText(sentence(recommendation)) + "</p>\n";
    std::string items;
    for (const auto& line : remarks(recommendation))
        items += "<li>" + htmlText(line) + "</li>\n";
    for (const auto& line : nextRuns(recommendation))
        items += "<li>Next: " + htmlText(line) + "</li>\n";
    if (!items.empty()) text += "<ul>\n" + items + "</ul>\n";
    if (!recommendation.rivals.empty())
        text += "<div class=\"scroll\">" + toHtml(recommendationTable(recommendation)) + "</div>\n";
    const auto snippet = leaderSnippet(recommendation, input.records, input.datasets);
    if (!snippet.program.empty())
        text += "<details><summary>The winner's settings as a Python program</summary><pre>" +
                htmlText(snippet.program) + "</pre></details>\n";
    if (!snippet.reason.empty())
        text += "<p class=\"muted\">" + htmlText(snippet.reason) + "</p>\n";
    return text;
}

std::string scalingItems(const Comparison& comparison)
{
    std::string text;
    for (const auto& line : comparison.lines)
        for (const auto& fit : {line.amdahl, line.usl})
            if (fit) text += "<br>" + htmlText(line.name + ": " + describe(*fit));
    return text;
}

std::string comparisonSection(const Comparison& comparison, const ReportInput& input,
                              const ChartOptions& options)
{
    std::string text = fmt::format("<section><h2>{}: {}</h2>\n{}<div class=\"charts\">\n",
                                   htmlText(capitalised(typeOf(comparison.workload).title)),
                                   htmlText(comparison.datasetName),
                                   recommendationBlock(recommend(comparison, {}), input));
    for (const ChartKind kind : chartKinds(comparison.workload))
        text += "<figure>" + chartSvg(comparison, kind, options) + "</figure>\n";
    // The charts say in their captions what they show: these explain columns of the table.
    text += "</div>\n<div class=\"scroll\">" + toHtml(shortTable(comparison)) +
            "</div>\n<p class=\"muted\">" + htmlText(speedupFormula(comparison)) + "<br>" +
            htmlText(efficiencyFormula(comparison)) + scalingItems(comparison) +
            "</p>\n<details><summary>All figures of the cells</summary><div class=\"scroll\">" +
            toHtml(summaryTable(comparison)) + "</div></details></section>\n";
    return text;
}

/// What the paper's curves are, the figures behind them, and what does not fit together in them.
std::string studySection(const PublishedForms& forms)
{
    std::string text = "<section><h2>The paper's figures</h2>\n<p>Curves marked ";
    if (shows(forms, PublishedAs::Printed)) text += "\"published\" are as printed";
    if (forms.size() > 1) text += ", those marked ";
    if (shows(forms, PublishedAs::Recomputed))
        text += "\"recomputed\" are computed from the authors' logs, each table against its own "
                "2-worker time";
    text += ": another machine, other data. Runtimes are then per million rows. They are never "
            "combined with measured runs. Source: " +
            htmlText(paperStudy().source) + "</p>\n<div class=\"scroll\">" +
            toHtml(publishedTable(paperStudy(), forms)) + "</div>\n<ul>\n";
    for (const auto& note : publishedInconsistencies(paperStudy()))
        text += "<li>" + htmlText(note) + "</li>\n";
    return text + "</ul></section>\n";
}

/// Nothing for a session that does not settle it.
std::string articleSection(const ReportInput& input)
{
    const auto claims = judged(articleClaims(), input.comparisons);
    if (!settlesArticle(claims)) return {};
    return "<section><h2>The article, claim by claim</h2>\n<p>" +
           htmlText(judgedOn(input.records, input.environments, input.engines)) + " " +
           htmlText(countOf(claims)) + ".</p>\n<div class=\"scroll words\">" +
           toHtml(claimsTable(claims)) + "</div>\n<div class=\"scroll\">" +
           toHtml(easeTable(easeOf(input.comparisons))) + "</div>\n<p class=\"muted\">" +
           htmlText(easeNote()) + "</p></section>\n";
}

Table environmentTable(const Environment& environment)
{
    Table table{"Environment", {{"fact", "Fact"}, {"value", "Value"}}, {}};
    const Json json = toJson(environment);
    for (const auto& [key, value] : json.items())
        table.rows.push_back({key, value.is_string() ? value.get<std::string>() : toLine(value)});
    return table;
}

} // namespace

ChartOptions paperOptions(const ReportInput& input)
{
    ChartOptions options = input.charts;
    options.theme = ChartTheme::light();
    options.usableCores = input.environments.empty() ? 1 : input.environments.back().coresUsable;
    return options;
}

std::string htmlReport(const ReportInput& input)
{
    const ChartOptions options = paperOptions(input);
    std::string text =
        fmt::format("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                    "<title>{}</title><style>{}</style></head><body>\n<h1>{}</h1>\n",
                    htmlText(input.title), styleSheet, htmlText(input.title));
    text += fmt::format("<p class=\"muted\">{} runs</p>\n", input.records.size());
    for (const auto& sentence : input.leftOut)
        text += "<p class=\"muted\">" + htmlText(sentence) + "</p>\n";
    if (!input.notes.empty()) text += "<p>" + htmlText(input.notes) + "</p>\n";
    if (input.comparisons.empty()) text += "<p>No finished runs yet.</p>\n";
    for (const auto& comparison : input.comparisons)
        text += comparisonSection(comparison, input, options);
    text += articleSection(input);
    if (!options.published.empty()) text += studySection(options.published);
    text += "<section><h2>Methods</h2><p>" +
            htmlText(methodsParagraph(input.records, input.environments)) + "</p></section>\n";
    for (const auto& environment : input.environments)
        text += "<section><div class=\"scroll facts\">" + toHtml(environmentTable(environment)) +
                "</div></section>\n";
    text += "<section><h2>Every run</h2><div class=\"scroll\">" + toHtml(runsTable(input.records)) +
            "</div></section>\n</body></html>\n";
    return text;
}

} // namespace spillway
