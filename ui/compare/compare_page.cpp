#include "ui/compare/compare_page.h"

#include "analysis/snippet.h"
#include "charts/published_overlay.h"
#include "ui/compare/chart_card.h"
#include "ui/compare/compare_bar.h"
#include "ui/compare/comparison_export.h"
#include "ui/compare/run_drawer.h"
#include "ui/parts/empty_state.h"
#include "ui/parts/remembered_splitter.h"
#include "ui/parts/table_model.h"
#include "ui/work/text.h"

#include <QClipboard>
#include <QDialog>
#include <QFileDialog>
#include <QGridLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

#include <algorithm>
#include <chrono>

namespace spillway {
namespace {

constexpr std::chrono::milliseconds redrawInterval(500);

} // namespace

ComparePage::ComparePage(Workbench& workbench, RunController& runs, QWidget* parent)
    : Page(workbench, runs, parent),
      stack_(new QStackedWidget),
      tabs_(new QTabBar),
      bar_(new CompareBar),
      verdict_(new QLabel),
      remarks_(new QLabel),
      copySettings_(new QPushButton(tr("Copy settings"))),
      grid_(new QGridLayout),
      views_(new QStackedWidget),
      standing_(new TableView(tr("Each engine against the fastest"))),
      summary_(new TableView(tr("Summary of the cells"))),
      runsTable_(new TableView(tr("All runs"))),
      drawer_(new RunDrawer(workbench))
{
    auto* empty = new EmptyState(QStringLiteral("compare"), tr("No finished runs yet"),
                                 tr("Points appear after the first run."), tr("Go to Plan"));
    connect(empty, &EmptyState::activated, this, &Page::planPageRequested);
    stack_->addWidget(empty);
    stack_->addWidget(makeContent());
    connectBar();
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins({});
    outer->addWidget(stack_);
    redraw_.setSingleShot(true);
    redraw_.setInterval(redrawInterval);
    connect(&redraw_, &QTimer::timeout, this, &ComparePage::refresh);
    connect(&workbench, &Workbench::recordsChanged, this, [this] {
        stale_ = true;
        if (isVisible() && !redraw_.isActive()) redraw_.start();
    });
    connect(&workbench, &Workbench::sessionChanged, this, &ComparePage::refresh);
    connect(&workbench, &Workbench::enginesChanged, this, &ComparePage::refreshView);
    refresh();
}

void ComparePage::connectBar()
{
    connect(bar_, &CompareBar::viewChanged, this, &ComparePage::refreshView);
    connect(bar_, &CompareBar::baselineChanged, this, &ComparePage::refresh);
    connect(bar_, &CompareBar::inconsistenciesRequested, this, &ComparePage::showInconsistencies);
    connect(bar_, &CompareBar::exportTableRequested, this, &ComparePage::exportTable);
    connect(bar_, &CompareBar::exportAllRequested, this, [this] {
        const QString directory = QFileDialog::getExistingDirectory(this, tr("Export into"));
        if (directory.isEmpty()) return;
        if (const auto files = exportAll(directory); !files) emit workbench().failed(files.error());
    });
    connect(bar_, &CompareBar::copyChartRequested, this, &ComparePage::copyChart);
    connect(bar_, &CompareBar::copyTableRequested, this,
            [this] { QGuiApplication::clipboard()->setText(summary_->selectionText()); });
}

QWidget* ComparePage::makeContent()
{
    setRole(verdict_, "title");
    verdict_->setWordWrap(true);
    verdict_->setTextFormat(Qt::PlainText);
    verdict_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    verdict_->setAccessibleName(tr("Verdict"));
    setRole(remarks_, "muted");
    remarks_->setWordWrap(true);
    remarks_->setTextFormat(Qt::PlainText);
    remarks_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    remarks_->setAccessibleName(tr("Remarks on the verdict"));
    copySettings_->setToolTip(tr("Copies a Python program that does this with the winner's "
                                 "settings"));
    connect(copySettings_, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(program_); });
    for (const QString& title : {tr("ETL"), tr("Learning"), tr("Table")})
        tabs_->addTab(title);
    tabs_->setAccessibleName(tr("Views"));
    tabs_->setExpanding(false);
    connect(tabs_, &QTabBar::currentChanged, this, [this] {
        refreshChoice();
        refreshView();
    });
    auto* charts = new QWidget;
    charts->setLayout(grid_);
    grid_->setContentsMargins(0, 0, 0, 0);
    auto* tables =
        new RememberedSplitter(QStringLiteral("compare-tables"), Qt::Vertical, {110, 170, 200});
    tables->addWidget(standing_);
    tables->addWidget(summary_);
    tables->addWidget(runsTable_);
    tables->reset();
    views_->addWidget(charts);
    views_->addWidget(tables);
    connect(runsTable_, &TableView::rowActivated, this, [this](int row) {
        const auto& record = workbench().records()[static_cast<std::size_t>(row)];
        openDrawer(record.cell, record.id);
    });
    auto* splitter =
        new RememberedSplitter(QStringLiteral("compare-drawer"), Qt::Horizontal, {720, 360});
    splitter->addWidget(views_);
    splitter->addWidget(drawer_);
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 0);
    splitter->reset();
    drawer_->hide();
    connect(drawer_, &RunDrawer::closed, drawer_, &QWidget::hide);
    connect(drawer_, &RunDrawer::replayRequested, this, &Page::replayRequested);
    auto* content = new QWidget;
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(20, 14, 20, 14);
    auto* head = new QHBoxLayout;
    head->addWidget(verdict_, 1);
    head->addWidget(copySettings_, 0, Qt::AlignTop);
    layout->addLayout(head);
    layout->addWidget(remarks_);
    layout->addWidget(tabs_);
    layout->addWidget(bar_);
    layout->addWidget(splitter, 1);
    return content;
}

void ComparePage::applyTheme()
{
    refreshView();
}

void ComparePage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    if (stale_) refresh();
}

void ComparePage::refresh()
{
    const auto& environments = workbench().environments();
    const int cores =
        environments.empty() ? workbench().usableCores() : environments.back().coresUsable;
    comparisons_ = compare(workbench().records(), cores, bar_->baseline());
    for (Comparison& comparison : comparisons_)
        if (std::holds_alternative<LogregWorkload>(comparison.workload))
            if (const auto manifest = workbench().manifestOf(comparison.key.dataset))
                comparison.trueAccuracy = manifest->trueAccuracy;
    stale_ = false;
    stack_->setCurrentIndex(comparisons_.empty() ? 0 : 1);
    const auto has = [&](const char* kind) {
        return std::ranges::any_of(
            comparisons_, [&](const Comparison& c) { return kindName(c.workload) == kind; });
    };
    // A tab bar that is left without an enabled tab goes to the next one: not before there is data.
    tabs_->setTabEnabled(Etl, comparisons_.empty() || has("etl"));
    tabs_->setTabEnabled(Learning, comparisons_.empty() || has("logreg"));
    if (!tabs_->isTabEnabled(tabs_->currentIndex()))
        tabs_->setCurrentIndex(has("etl") ? Etl : Learning);
    refreshChoice();
    refreshView();
}

void ComparePage::refreshChoice()
{
    QList<CompareBar::Choice> choices;
    for (std::size_t i = 0; i < comparisons_.size(); ++i) {
        const bool etl = std::holds_alternative<EtlWorkload>(comparisons_[i].workload);
        if (tabs_->currentIndex() == Etl && !etl) continue;
        if (tabs_->currentIndex() == Learning && etl) continue;
        const QString kind =
            tabs_->currentIndex() == Tables ? (etl ? tr("ETL: ") : tr("Learning: ")) : QString();
        choices.append({kind + comparisonTitle(comparisons_[i]), int(i)});
    }
    bar_->setChoices(choices); // the comparison with the most recent run is the last one
}

const Comparison* ComparePage::current() const
{
    const auto index = bar_->choice();
    return index ? &comparisons_[static_cast<std::size_t>(*index)] : nullptr;
}

ChartOptions ComparePage::chartOptions() const
{
    ChartOptions options{.theme = chartTheme(palette()), .usableCores = workbench().usableCores()};
    if (!workbench().environments().empty())
        options.usableCores = workbench().environments().back().coresUsable;
    options.showRepeats = bar_->showsRepeats();
    options.logarithmic = bar_->logarithmic();
    options.published = bar_->published();
    return options;
}

void ComparePage::showInconsistencies()
{
    QStringList notes;
    for (const auto& note : publishedInconsistencies(paperStudy()))
        notes << QStringLiteral("• ") + text(note);
    QMessageBox box(QMessageBox::NoIcon, tr("The study's figures"),
                    notes.join(QStringLiteral("\n")), QMessageBox::Close, this);
    box.setInformativeText(tr("Source: %1. \"Recomputed\" divides each table's own logged "
                              "2-worker time.")
                               .arg(text(paperStudy().source)));
    box.setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    box.exec();
}

void ComparePage::refreshView()
{
    const Comparison* comparison = current();
    bar_->showOptionsOf(comparison);
    if (!comparison) return;
    showRecommendation(*comparison);
    const bool tables = tabs_->currentIndex() == Tables;
    views_->setCurrentIndex(tables ? 1 : 0);
    const Comparison shown = bar_->filtered(*comparison);
    tables ? showTables(shown) : showCharts(shown);
}

void ComparePage::showRecommendation(const Comparison& comparison)
{
    const auto recommendation =
        recommend(comparison, workbench().deployable(), comparison.key.memoryLimit);
    verdict_->setText(text(sentence(recommendation)));
    QStringList lines;
    for (const auto& line : remarks(recommendation))
        lines << text(line);
    remarks_->setText(lines.join(QLatin1Char(' ')));
    remarks_->setVisible(!lines.isEmpty());
    QStringList next;
    for (const auto& line : nextRuns(recommendation))
        next << text(line);
    verdict_->setToolTip(next.join(QLatin1Char('\n')));
    program_ = text(leaderSnippet(recommendation, workbench().records(), workbench().datasets()));
    copySettings_->setVisible(!program_.isEmpty());
    standing_->setTable(recommendationTable(recommendation));
}

void ComparePage::showCharts(const Comparison& comparison)
{
    const QList<ChartKind> kinds = chartKinds(comparison.workload);
    QList<ChartKind> present;
    for (const ChartCard* card : cards_)
        present << card->view()->kind();
    if (present != kinds) {
        qDeleteAll(cards_);
        cards_.clear();
        for (const ChartKind kind : kinds) {
            auto* card = new ChartCard(kind);
            const int place = static_cast<int>(cards_.size());
            grid_->addWidget(card, place / 2, place % 2);
            connect(card, &ChartCard::exportRequested, this, &ComparePage::exportChart);
            connect(card->view(), &ComparisonChartView::enlargeRequested, this,
                    &ComparePage::enlarge);
            connect(card->view(), &ComparisonChartView::cellActivated, this,
                    [this](const CellKey& cell) { openDrawer(cell); });
            cards_ << card;
        }
    }
    for (ChartCard* card : cards_)
        card->setComparison(comparison, chartOptions());
}

void ComparePage::showTables(const Comparison& comparison)
{
    summary_->setTable(summaryTable(comparison));
    runsTable_->setTable(runsTable(workbench().records()));
}

void ComparePage::openDrawer(const CellKey& cell, qint64 runId)
{
    drawer_->showCell(cell);
    if (runId > 0) drawer_->selectRun(runId);
    drawer_->show();
    drawer_->setFocus();
}

void ComparePage::enlarge(ChartKind kind)
{
    const Comparison* comparison = current();
    if (!comparison) return;
    auto* dialog = new QDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(
        QStringLiteral("%1 · %2").arg(chartTitle(kind), comparisonTitle(*comparison)));
    dialog->resize(1100, 700);
    auto* card = new ChartCard(kind);
    card->setComparison(bar_->filtered(*comparison), chartOptions());
    connect(card, &ChartCard::exportRequested, this, &ComparePage::exportChart);
    connect(card->view(), &ComparisonChartView::cellActivated, this,
            [this](const CellKey& cell) { openDrawer(cell); });
    auto* layout = new QVBoxLayout(dialog);
    layout->addWidget(card);
    dialog->show();
}

void ComparePage::exportChart(ChartKind kind)
{
    const Comparison* comparison = current();
    if (!comparison) return;
    const QString path =
        QFileDialog::getSaveFileName(this, tr("Export %1").arg(chartTitle(kind)),
                                     chartId(kind) + QStringLiteral(".png"), chartFileFilters());
    if (path.isEmpty()) return;
    if (auto done = writeChart(bar_->filtered(*comparison), kind, chartOptions().usableCores, path);
        !done)
        emit workbench().failed(done.error());
}

void ComparePage::exportTable()
{
    const Comparison* comparison = current();
    if (!comparison) return;
    const QString path = QFileDialog::getSaveFileName(
        this, tr("Export table"), QStringLiteral("summary.csv"), tableFileFilters());
    if (path.isEmpty()) return;
    if (auto done = writeTable(summaryTable(bar_->filtered(*comparison)), path); !done)
        emit workbench().failed(done.error());
}

void ComparePage::copyChart()
{
    const Comparison* comparison = current();
    if (!comparison) return;
    QGuiApplication::clipboard()->setImage(chartImage(bar_->filtered(*comparison),
                                                      chartKinds(comparison->workload).front(),
                                                      chartOptions().usableCores));
}

Result<QStringList> ComparePage::exportAll(const QString& directory)
{
    const Comparison* comparison = current();
    if (!comparison) return QStringList();
    return writeComparison(bar_->filtered(*comparison), chartOptions().usableCores, directory);
}

QList<ComparisonChartView*> ComparePage::charts() const
{
    QList<ComparisonChartView*> views;
    for (const ChartCard* card : cards_)
        views << card->view();
    return views;
}

} // namespace spillway
