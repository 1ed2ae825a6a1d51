#include "charts/published_overlay.h"

#include "base/json.h"
#include "charts/chart_ratios.h"

#include <QCoreApplication>
#include <QFile>

#include <algorithm>
#include <iterator>
#include <optional>

static void initPublishedResource()
{
    Q_INIT_RESOURCE(reference); // a static library's resources are otherwise dropped by the linker
}

namespace spillway {
namespace {

struct OverlayText {
    Q_DECLARE_TR_FUNCTIONS(spillway::Chart)
};

PublishedStudy readStudy()
{
    initPublishedResource();
    QFile file(QStringLiteral(":/reference/paper.json"));
    if (!file.open(QIODevice::ReadOnly)) return {};
    const auto json = parseJson(file.readAll().toStdString());
    if (!json) return {};
    auto study = publishedStudyFromJson(*json);
    return study ? std::move(*study) : PublishedStudy{};
}

/// Runtime per million rows: the only runtime that files of different sizes have in common.
void scaleToMillionRows(ChartLine& line, std::int64_t rows)
{
    line.curve.clear();
    multiply(line, 1e6 / static_cast<double>(rows));
}

/// What the curves of one form are on a chart of this kind.
QString noteOf(ChartKind kind, PublishedAs as)
{
    if (as == PublishedAs::Printed) return OverlayText::tr("dotted, +: published");
    return specOf(kind).published == PublishedFigure::Efficiency
               ? OverlayText::tr(
                     "dash-dotted, Y: recomputed from the authors' logs, speedup ÷ (p/2)")
               : OverlayText::tr("dash-dotted, Y: recomputed from the authors' logs");
}

} // namespace

const PublishedStudy& paperStudy()
{
    static const PublishedStudy study = readStudy();
    return study;
}

std::vector<ChartLine> publishedChartLines(const Workload& workload, ChartKind kind, PublishedAs as)
{
    const auto figure = specOf(kind).published;
    if (!figure) return {};
    const EngineStyles styles;
    std::vector<ChartLine> lines;
    for (const auto& published : publishedLines(paperStudy(), workload.kind, *figure, as)) {
        ChartLine line;
        line.title = QString::fromStdString(published.title);
        line.engine = published.engine;
        line.style = styles.of(published.engine);
        line.profile = as == PublishedAs::Printed ? "published" : "recomputed";
        line.published = true;
        line.segments.emplace_back();
        for (const auto& [workers, value] : published.points) {
            ChartPoint point;
            point.workers = workers;
            point.value = value;
            line.segments.back().push_back(std::move(point));
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

void addPublished(ChartModel& model, const Comparison& comparison, const PublishedForms& forms)
{
    if (forms.empty()) return;
    if (specOf(model.kind).published == PublishedFigure::SecondsPerMillionRows) {
        if (!comparison.rows || *comparison.rows <= 0) return;
        for (auto& line : model.lines)
            scaleToMillionRows(line, *comparison.rows);
        model.perMillionRows = true;
    }
    QStringList notes;
    for (const auto as : forms) {
        auto lines = publishedChartLines(comparison.workload, model.kind, as);
        if (lines.empty()) continue;
        notes << noteOf(model.kind, as);
        std::ranges::move(lines, std::back_inserter(model.lines));
    }
    if (!notes.isEmpty())
        model.note = notes.join(QStringLiteral("; ")) + OverlayText::tr("; other machine and data");
}

} // namespace spillway
