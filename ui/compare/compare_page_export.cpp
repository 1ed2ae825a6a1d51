#include "ui/compare/compare_page.h"

#include "analysis/claims.h"
#include "analysis/methods.h"
#include "base/files.h"
#include "charts/session_export.h"
#include "experiment/time_budget.h"
#include "ui/compare/article_view.h"
#include "ui/compare/compare_bar.h"
#include "ui/compare/comparison_export.h"
#include "ui/parts/theme.h"
#include "ui/parts/toast.h"
#include "work/text.h"

#include <QDesktopServices>
#include <QFileDialog>
#include <QFileInfo>
#include <QProgressDialog>
#include <QUrl>

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
    options.methods = text(methodsParagraph(workbench().records(), workbench().environments()));
    return options;
}

void ComparePage::exportTable()
{
    const Comparison* comparison = current();
    if (!comparison) return;
    const bool article = tabs_->currentIndex() == ArticleTab;
    const QString path = QFileDialog::getSaveFileName(this, tr("Export table"),
                                                      article ? QStringLiteral("article.csv")
                                                              : QStringLiteral("summary.csv"),
                                                      tableFileFilters());
    if (path.isEmpty()) return;
    const QString methods = chartOptions().methods;
    sayExported(article ? writeTable(claimsTable(article_->claims()), methods, path)
                        : writeSummary(bar_->filtered(*comparison), methods, path),
                path);
}

void ComparePage::exportReport()
{
    const QString path = QFileDialog::getSaveFileName(this, tr("Export report"),
                                                      pathText(workbench().sessionPath().stem()) +
                                                          QStringLiteral(".html"),
                                                      tr("HTML page (*.html)"));
    if (path.isEmpty()) return;
    sayExported(writeFileAtomically(pathOf(path), htmlReport(wholeSession())), path);
}

void ComparePage::exportEverything()
{
    const QString directory = QFileDialog::getExistingDirectory(this, tr("Export into"));
    if (directory.isEmpty()) return;
    const auto files = exportAll(pathOf(directory));
    if (files)
        sayWhere(files->size() == 1 ? tr("1 file") : tr("%1 files").arg(files->size()), directory);
    else if (files.error().code != ErrorCode::Cancelled)
        emit workbench().failed(files.error());
}

void ComparePage::sayExported(const Result<void>& written, const QString& path)
{
    const QFileInfo file(path);
    if (written)
        sayWhere(file.fileName(), file.absolutePath());
    else
        emit workbench().failed(written.error());
}

void ComparePage::sayWhere(const QString& what, const QString& directory)
{
    toast_->say(tr("%1 in %2.").arg(what, shortPath(pathOf(directory))), tr("Open folder"),
                [directory] { QDesktopServices::openUrl(QUrl::fromLocalFile(directory)); });
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
            .engines = workbench().catalogue(),
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
