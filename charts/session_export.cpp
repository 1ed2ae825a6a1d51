#include "charts/session_export.h"

#include "analysis/claims.h"
#include "analysis/document_tables.h"
#include "analysis/ease.h"
#include "analysis/methods.h"
#include "analysis/short_table.h"
#include "base/files.h"
#include "charts/chart_export.h"
#include "charts/comparison_chart.h"
#include "charts/published_overlay.h"
#include "workloads/workload_type.h"

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

/// Letters, digits and dashes of `text`: a file name that cannot escape the directory.
std::string fileStem(const std::string& text)
{
    std::string stem;
    for (const char c : text)
        stem += (std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_') ? c : '-';
    while (!stem.empty() && (stem.front() == '.' || stem.front() == '-'))
        stem.erase(0, 1);
    return stem.empty() ? "dataset" : stem.substr(0, 80);
}

/// Collects the files first and then writes them one by one.
class Exporter {
public:
    Exporter(const ReportInput& session, const ExportRequest& request)
        : session_(session),
          request_(request),
          methods_(methodsParagraph(session.records, session.environments))
    {
    }

    Written run(const ExportProgress& progress)
    {
        std::error_code failed;
        fs::create_directories(request_.directory, failed);
        if (failed)
            return systemError("Cannot create " + request_.directory.string(), failed.value());
        for (const auto& comparison : session_.comparisons)
            addComparison(comparison, prefix(comparison));
        const auto runs = runsTable(session_.records);
        addTables(runs, runs, "runs", methods_);
        if (const auto claims = judged(articleClaims(), session_.comparisons);
            settlesArticle(claims)) {
            const auto article = claimsTable(claims);
            addTables(article, article, "article", methods_);
            const auto ease = easeTable(easeOf(session_.comparisons));
            addTables(ease, ease, "ease", methods_);
        }
        if (!session_.charts.published.empty()) {
            const auto study = publishedTable(paperStudy(), session_.charts.published);
            addTables(study, study, "published", {});
        }
        if (wants("html")) addText("report.html", [this] { return htmlReport(session_); });
        std::vector<fs::path> written;
        for (const auto& [path, write] : files_) {
            if (progress &&
                !progress(static_cast<int>(written.size()), static_cast<int>(files_.size())))
                return makeError(ErrorCode::Cancelled, "The export was stopped.");
            if (auto done = write(path); !done) return done.error();
            written.push_back(path);
        }
        return written;
    }

private:
    struct File {
        fs::path path;
        std::function<Result<void>(const fs::path&)> write;
    };

    bool wants(std::string_view format) const
    {
        return request_.formats.empty() ||
               std::ranges::find(request_.formats, format) != request_.formats.end();
    }

    /// "etl-data", and "etl-data-2" for a second comparison of the same name.
    std::string prefix(const Comparison& comparison)
    {
        const auto name = fmt::format("{}-{}", fileStem(nameOf(comparison.workload)),
                                      fileStem(comparison.datasetName));
        const int number = ++named_[name];
        return number == 1 ? name : fmt::format("{}-{}", name, number);
    }

    void addText(const std::string& name, std::function<std::string()> content)
    {
        files_.push_back(
            {request_.directory / name, [content = std::move(content)](const fs::path& path) {
                 return writeFileAtomically(path, content());
             }});
    }

    /// `printed`: the same for a page of paper.
    void addTables(const Table& table, const Table& printed, const std::string& stem,
                   const std::string& methods)
    {
        for (const std::string format : {"csv", "json", "md", "tex"})
            if (wants(format))
                addText(fmt::format("{}.{}", stem, format),
                        [format, methods, content = format == "tex" ? printed : table] {
                            return *tableFile(content, format, methods);
                        });
    }

    void addChart(const Comparison& comparison, ChartKind kind, const std::string& stem)
    {
        for (const std::string format : {"png", "svg", "pdf"})
            if (wants(format))
                files_.push_back(
                    {request_.directory / fmt::format("{}.{}", stem, format),
                     [this, &comparison, kind](const fs::path& path) {
                         const std::unique_ptr<QChart> drawn(
                             makeComparisonChart(comparison, kind, paperOptions(session_)));
                         return exportChart(*drawn, path,
                                            {.dpi = request_.dpi,
                                             .title = chartFileTitle(comparison, kind),
                                             .description = QString::fromStdString(methods_)});
                     }});
    }

    void addComparison(const Comparison& comparison, const std::string& stem)
    {
        for (const ChartKind kind : chartKinds(comparison.workload)) {
            const std::string id = chartId(kind).toStdString();
            if (request_.only.empty() ||
                std::ranges::find(request_.only, id) != request_.only.end())
                addChart(comparison, kind, fmt::format("{}-{}", stem, id));
        }
        addTables(summaryTable(comparison), shortTable(comparison), stem + "-summary", methods_);
    }

    const ReportInput& session_;
    const ExportRequest& request_;
    const std::string methods_;
    std::map<std::string, int> named_; ///< comparisons so far, by the name of their files
    std::vector<File> files_;          ///< in the order in which they are written
};

} // namespace

const std::vector<std::string>& exportFormats()
{
    static const std::vector<std::string> formats{"png", "svg",  "pdf", "html",
                                                  "csv", "json", "md",  "tex"};
    return formats;
}

Written exportSession(const ReportInput& session, const ExportRequest& request,
                      const ExportProgress& progress)
{
    for (const auto& id : request.only)
        if (!chartKindFromId(QString::fromStdString(id)))
            return invalidArgument(fmt::format("There is no chart \"{}\".", id),
                                   fmt::format("Choose from {}.", chartIds(", ")));
    if (session.comparisons.empty())
        return makeError(ErrorCode::NotFound,
                         fmt::format("{} holds no finished runs yet.", session.title),
                         "Run a plan into it first: spillway run … --session FILE.");
    return Exporter(session, request).run(progress);
}

} // namespace spillway
