#include "analysis/claims.h"
#include "analysis/recommendation.h"
#include "analysis/session_ratio.h"
#include "ui/compare/article_view.h"
#include "ui/compare/compare_bar.h"
#include "ui/compare/compare_page.h"
#include "ui/compare/comparison_charts.h"
#include "ui/compare/comparison_tables.h"
#include "ui/compare/engine_legend.h"
#include "ui/compare/memory_view.h"
#include "ui/compare/ranking_view.h"
#include "ui/parts/toast.h"
#include "work/text.h"
#include "workloads/workload_type.h"

#include <QSignalBlocker>
#include <QStackedWidget>
#include <QTabBar>

#include <utility>

/// What each tab of the Compare page shows.
namespace spillway {
namespace {

/// More worker counts than a ranking of best cells does justice to.
constexpr std::size_t mostCountsRanked = 2;

enum class ChartsOf { Scaling, Measures };

/// Time against memory has a view of its own.
QList<ChartKind> kindsOf(const Comparison& comparison, ChartsOf wanted)
{
    QList<ChartKind> kinds;
    for (const ChartKind kind : chartKinds(comparison.workload)) {
        const ChartSpec& spec = specOf(kind);
        const bool wantedHere = wanted == ChartsOf::Measures
                                    ? spec.measure != nullptr
                                    : spec.measure == nullptr && spec.hasLines();
        if (wantedHere) kinds.append(kind);
    }
    return kinds;
}

} // namespace

void ComparePage::connectCharts(ComparisonCharts* charts)
{
    connect(charts, &ComparisonCharts::exported, this, &ComparePage::sayExported);
    connect(charts, &ComparisonCharts::copied, this, [this](ChartKind kind) {
        toast_->say(tr("%1 is on the clipboard as an image.").arg(chartTitle(kind)));
    });
    connect(charts, &ComparisonCharts::cellActivated, this,
            [this](const CellKey& cell) { openDrawer(cell); });
    connect(charts, &ComparisonCharts::besideActivated, this, &ComparePage::openDrawerBeside);
}

void ComparePage::chooseView()
{
    const Comparison* comparison = current();
    if (viewChosen_ || !comparison) return;
    const QSignalBlocker quiet(tabs_);
    tabs_->setCurrentIndex(comparison->workers.size() > mostCountsRanked ? ScalingTab : RankingTab);
}

void ComparePage::refreshView()
{
    const Comparison* comparison = current();
    bar_->showOptionsOf(comparison);
    if (!comparison) return;
    showRecommendation(*comparison);
    showBesideNotice(*comparison);
    if (std::exchange(shown_, comparison->key) != comparison->key) keepDrawerWithin(*comparison);
    offerLearning(*comparison);
    chooseView();
    const Comparison shown = bar_->filtered(*comparison);
    const int view = tabs_->currentIndex();
    const auto isShown = [this](const QString& line) { return bar_->isShown(line); };
    answer_->setVisible(view != ArticleTab); // it is that of one kind of work
    legend_->setVisible(view == ScalingTab || view == MemoryTab || view == LearningTab);
    legend_->set(*comparison, isShown);
    switch (view) {
    case RankingTab:
        views_->setCurrentWidget(ranking_);
        ranking_->set(shown, recommend(*comparison, comparison->key.memoryLimit));
        break;
    case TableTab:
        views_->setCurrentWidget(tables_);
        showTables(shown);
        break;
    case ArticleTab:
        views_->setCurrentWidget(article_);
        break;
    case MemoryTab:
        views_->setCurrentWidget(memory_);
        memory_->set(*comparison, comparisons_, isShown);
        showCharts(memory_->charts(), {ChartKind::TradeOff}, shown);
        break;
    default:
        views_->setCurrentWidget(charts_);
        showCharts(charts_,
                   kindsOf(shown, view == LearningTab ? ChartsOf::Measures : ChartsOf::Scaling),
                   shown);
    }
}

void ComparePage::offerLearning(const Comparison& comparison)
{
    const auto kinds = kindsOf(comparison, ChartsOf::Measures);
    const QSignalBlocker quiet(tabs_);
    if (kinds.isEmpty() && tabs_->currentIndex() == LearningTab) tabs_->setCurrentIndex(RankingTab);
    tabs_->setTabVisible(LearningTab, !kinds.isEmpty());
    const bool learns = typeOf(comparison.workload).findMeasure("accuracy") != nullptr;
    tabs_->setTabText(LearningTab, learns ? tr("Learning") : tr("Measures"));
}

void ComparePage::offerArticle()
{
    auto claims = judged(articleClaims(), comparisons_);
    const bool settled = settlesArticle(claims);
    const QSignalBlocker quiet(tabs_);
    if (!settled && tabs_->currentIndex() == ArticleTab) tabs_->setCurrentIndex(RankingTab);
    tabs_->setTabVisible(ArticleTab, settled);
    if (settled)
        article_->set(std::move(claims), easeOf(comparisons_),
                      text(judgedOn(workbench().records(), workbench().environments(),
                                    workbench().catalogue())));
}

void ComparePage::showCharts(ComparisonCharts* charts, const QList<ChartKind>& kinds,
                             const Comparison& shown)
{
    ComparisonCharts::Side own{shown, chartOptions()};
    std::optional<ComparisonCharts::Side> beside;
    if (const Comparison* other = counterpartOf(shown)) {
        beside = {bar_->filtered(*other), chartOptions()};
        own.options.subject = workbench().sessionName();
        beside->options.subject = pathText(beside_->path.stem());
        beside->options.usableCores = other->usableCores;
        // Of other data or another workload the figures would only flatten each other.
        if (other->key.dataset == shown.key.dataset && other->key.workload == shown.key.workload) {
            own.options.sameScaleAs = std::make_shared<const Comparison>(beside->comparison);
            beside->options.sameScaleAs = std::make_shared<const Comparison>(shown);
        }
    }
    charts->setSides(kinds, std::move(own), std::move(beside));
}

void ComparePage::showTables(const Comparison& shown)
{
    const Comparison* other = counterpartOf(shown);
    tables_->setCells(shown, other ? std::optional(sideBySideTable(shown, bar_->filtered(*other)))
                                   : std::nullopt);
    tables_->setRuns(workbench().records());
}

} // namespace spillway
