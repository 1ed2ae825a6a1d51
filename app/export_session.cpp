#include "app/export_session.h"

#include "analysis/document_tables.h"
#include "analysis/short_table.h"
#include "base/files.h"
#include "charts/chart_export.h"
#include "charts/comparison_chart.h"
#include "charts/report.h"

#include <QChart>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <memory>

namespace spillway {
namespace {

namespace fs = std::filesystem;
using Written = Result<std::vector<fs::path>>;

/// Letters, digits and dashes of `text`: a file name that no dataset's name can lead out of.
std::string fileStem(const std::string& text)
{
    std::string stem;
    for (const char c : text)
        stem += (std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_') ? c : '-';
    while (!stem.empty() && (stem.front() == '.' || stem.front() == '-'))
        stem.erase(0, 1);
    return stem.empty() ? "dataset" : stem.substr(0, 80);
}

class Exporter {
public:
    Exporter(const SessionView& view, const ExportRequest& request) : view_(view), request_(request)
    {
    }

    Written run()
    {
        std::error_code failed;
        fs::create_directories(request_.directory, failed);
        if (failed)
            return systemError("Cannot make " + request_.directory.string(), failed.value());
        for (std::size_t i = 0; i < view_.comparisons.size(); ++i)
            if (auto done = comparison(view_.comparisons[i], prefix(i)); !done) return done.error();
        if (auto done = session(); !done) return done.error();
        return files_;
    }

private:
    bool wants(std::string_view format) const
    {
        return request_.formats.empty() ||
               std::ranges::find(request_.formats, format) != request_.formats.end();
    }

    /// "etl-data", and "etl-data-2" for a second comparison of the same name.
    std::string prefix(std::size_t index) const
    {
        const auto name = [&](const Comparison& c) {
            return fmt::format("{}-{}", kindName(c.workload), fileStem(c.datasetName));
        };
        const std::string own = name(view_.comparisons[index]);
        const auto earlier =
            std::count_if(view_.comparisons.begin(),
                          view_.comparisons.begin() + static_cast<std::ptrdiff_t>(index),
                          [&](const Comparison& c) { return name(c) == own; });
        return earlier == 0 ? own : fmt::format("{}-{}", own, earlier + 1);
    }

    Result<void> text(const std::string& name, const std::string& content)
    {
        const fs::path path = request_.directory / name;
        auto written = writeFileAtomically(path, content);
        if (written) files_.push_back(path);
        return written;
    }

    /// `printed`: the same for a page of paper.
    Result<void> tables(const Table& table, const Table& printed, const std::string& stem)
    {
        using Writer = std::string (*)(const Table&);
        static const std::map<std::string, Writer> writers{
            {"csv", [](const Table& t) { return toCsv(t); }},
            {"json", [](const Table& t) { return toLine(toJson(t)) + "\n"; }},
            {"md", [](const Table& t) { return toMarkdown(t); }},
            {"tex", [](const Table& t) { return toLatex(t); }}};
        for (const auto& [format, write] : writers) {
            if (!wants(format)) continue;
            if (auto done = text(stem + "." + format, write(format == "tex" ? printed : table));
                !done)
                return done;
        }
        return {};
    }

    Result<void> chart(const Comparison& comparison, ChartKind kind, const std::string& stem)
    {
        using Writer = Result<void> (*)(QChart&, const fs::path&, const ChartExportOptions&);
        static const std::map<std::string, Writer> writers{
            {"png", exportPng}, {"svg", exportSvg}, {"pdf", exportPdf}};
        ChartOptions options;
        options.usableCores =
            view_.environments.empty() ? 1 : view_.environments.back().coresUsable;
        options.published = request_.published;
        for (const auto& [format, write] : writers) {
            if (!wants(format)) continue;
            const std::unique_ptr<QChart> drawn(makeComparisonChart(comparison, kind, options));
            const fs::path path = request_.directory / (stem + "." + format);
            if (auto done = write(*drawn, path, {.dpi = request_.dpi}); !done) return done;
            files_.push_back(path);
        }
        return {};
    }

    Result<void> comparison(const Comparison& comparison, const std::string& stem)
    {
        for (const ChartKind kind : chartKinds(comparison.workload)) {
            const std::string id = chartId(kind).toStdString();
            if (!request_.only.empty() &&
                std::ranges::find(request_.only, id) == request_.only.end())
                continue;
            if (auto done = chart(comparison, kind, stem + "-" + id); !done) return done;
        }
        return tables(summaryTable(comparison), shortTable(comparison), stem + "-summary");
    }

    Result<void> session()
    {
        const auto runs = runsTable(view_.records);
        if (auto done = tables(runs, runs, "runs"); !done) return done;
        if (!wants("html")) return {};
        return text("report.html", htmlReport({.title = view_.path.stem().string(),
                                               .records = view_.records,
                                               .environments = view_.environments,
                                               .comparisons = view_.comparisons,
                                               .datasets = view_.datasets,
                                               .deployable = view_.deployable,
                                               .charts = {.published = request_.published}}));
    }

    const SessionView& view_;
    const ExportRequest& request_;
    std::vector<fs::path> files_;
};

} // namespace

const std::vector<std::string>& exportFormats()
{
    static const std::vector<std::string> formats{"png", "svg",  "pdf", "html",
                                                  "csv", "json", "md",  "tex"};
    return formats;
}

Written exportSession(const SessionView& view, const ExportRequest& request)
{
    for (const auto& id : request.only)
        if (!chartKindFromId(QString::fromStdString(id)))
            return Error{.code = ErrorCode::InvalidArgument,
                         .message = fmt::format("There is no chart \"{}\".", id),
                         .remedy =
                             "Choose from runtime, peak-memory, efficiency, speedup, accuracy, "
                             "trade-off."};
    if (view.comparisons.empty())
        return Error{.code = ErrorCode::NotFound,
                     .message = fmt::format("{} holds no finished runs yet.", view.path.string()),
                     .remedy = "Run a plan into it first: spillway run … --session FILE."};
    return Exporter(view, request).run();
}

} // namespace spillway
