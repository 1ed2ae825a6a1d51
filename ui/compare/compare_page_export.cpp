#include "ui/compare/compare_page.h"

#include "base/files.h"
#include "charts/session_export.h"
#include "experiment/time_budget.h"
#include "ui/compare/compare_bar.h"
#include "ui/compare/comparison_export.h"
#include "ui/parts/theme.h"
#include "work/text.h"

#include <QFileDialog>
#include <QProgressDialog>

namespace spillway {

ChartOptions ComparePage::chartOptions() const
{
    ChartOptions options{.theme = chartTheme(palette()), .usableCores = workbench().usableCores()};
    if (!workbench().environments().empty())
        options.usableCores = workbench().environments().back().coresUsable;
    options.showRepeats = bar_->showsRepeats();
    options.logarithmic = bar_->logarithmic();
    options.published = bar_->published();
    options.ratios = bar_->showsRatios();
    return options;
}

void ComparePage::exportTable()
{
    const Comparison* comparison = current();
    if (!comparison) return;
    const QString path = QFileDialog::getSaveFileName(
        this, tr("Export table"), QStringLiteral("summary.csv"), tableFileFilters());
    if (path.isEmpty()) return;
    if (auto done = writeSummary(bar_->filtered(*comparison), path); !done)
        emit workbench().failed(done.error());
}

void ComparePage::exportReport()
{
    const QString path = QFileDialog::getSaveFileName(
        this, tr("Export report"), workbench().sessionName() + QStringLiteral(".html"),
        tr("HTML page (*.html)"));
    if (path.isEmpty()) return;
    if (auto done = writeFileAtomically(pathOf(path), htmlReport(wholeSession())); !done)
        emit workbench().failed(done.error());
}

/// The whole session; its charts are drawn as those on show.
ReportInput ComparePage::wholeSession() const
{
    return {.title = utf8(workbench().sessionName()),
            .records = workbench().records(),
            .environments = workbench().environments(),
            .comparisons = comparisons_,
            .datasets = workbench().datasets(),
            .notes = workbench().notes(),
            .leftOut = leftOutSentences(workbench().plans()),
            .charts = chartOptions()};
}

Result<std::vector<std::filesystem::path>>
ComparePage::exportAll(const std::filesystem::path& directory)
{
    QProgressDialog progress(tr("Writing charts, tables and the report…"), tr("Cancel"), 0, 0,
                             this);
    progress.setWindowModality(Qt::WindowModal);
    progress.setMinimumDuration(500);
    return exportSession(wholeSession(), {.directory = directory}, [&](int done, int total) {
        progress.setMaximum(total);
        progress.setValue(done); // lets the window live between two files
        return !progress.wasCanceled();
    });
}

} // namespace spillway
