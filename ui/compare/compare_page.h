#pragma once

#include "charts/report.h"
#include "experiment/plan.h"
#include "ui/parts/page.h"
#include "work/session_view.h"

#include <QList>
#include <QTimer>

class QStackedWidget;
class QTabBar;

namespace spillway {

class AnswerStrip;
class ArticleView;
class CompareBar;
class ComparisonCharts;
class ComparisonTables;
class EmptyState;
class EngineLegend;
class MemoryView;
class NoticeBar;
class RankingView;
class RunDrawer;
class RunEdits;
class Toast;

/// The answer, then the session's runs ranked, over worker counts, over memory limits, and as
/// tables; every number leads to its runs.
class ComparePage : public Page {
    Q_OBJECT
public:
    ComparePage(Workbench& workbench, RunController& runs, QWidget* parent = nullptr);

    /// Every comparison of the session, as the page draws them.
    const std::vector<Comparison>& comparisons() const { return comparisons_; }
    /// The session's charts that are shown, in page order.
    QList<ComparisonChartView*> charts() const;
    /// Writes every chart and table of the session and its report into `directory`, in every
    /// format, and returns the files' paths. Cancelled when the user stopped it.
    Result<std::vector<std::filesystem::path>> exportAll(const std::filesystem::path& directory);
    /// Shows the comparison that the most recent run belongs to.
    void showLatest();
    /// Shows the session at `path` beside the open one until another is opened or the user closes
    /// it.
    void compareWith(const std::filesystem::path& path);

    /// The plan that runs what is undecided of the comparison on show some more times.
    Result<Plan> planOfMore() const;
    /// The plan that the failed runs of the comparison on show are missing from.
    Result<Plan> planOfFailed() const;

protected:
    void applyTheme() override;
    void showEvent(QShowEvent* event) override;

private:
    enum View { RankingTab, ScalingTab, MemoryTab, LearningTab, TableTab, ArticleTab };
    void connectBar();
    void connectAnswer();
    void connectEdits();
    QWidget* makeContent();
    void refresh();
    void sayWhyEmpty();
    void refreshChoice();
    void showStudyOfThePreset(bool newSession);
    void refreshView();
    /// Until the user chooses a view: the ranking, of more than two worker counts the scaling.
    void chooseView();
    void showRecommendation(const Comparison& comparison);
    void showWhetherMoreMayRun();
    void runMore();
    void runFailed();
    void showInconsistencies();
    void connectCharts(ComparisonCharts* charts);
    void showCharts(ComparisonCharts* charts, const QList<ChartKind>& kinds,
                    const Comparison& shown);
    void showTables(const Comparison& shown);
    void showBesideNotice(const Comparison& comparison);
    void openDrawer(const CellKey& cell, qint64 runId = 0);
    void openRun(qint64 runId);
    void followRun(qint64 runId);
    /// The same, where the drawer is open already.
    void followSelection(const CellKey& cell, qint64 runId = 0);
    /// The drawer of a comparison that is no longer shown goes to the same cell of this one.
    void keepDrawerWithin(const Comparison& comparison);
    void openDrawerBeside(const CellKey& cell);
    void exportTable();
    void exportReport();
    void exportEverything();
    /// Says where `path` is now, or why it is not there.
    void sayExported(const Result<void>& written, const QString& path);
    void sayWhere(const QString& what, const QString& directory);
    ReportInput wholeSession() const;
    const Comparison* current() const;
    /// The other session's comparison that matches `comparison` best; null without another session.
    const Comparison* counterpartOf(const Comparison& comparison) const;
    /// Offers the view of the measures where the kind of work has any.
    void offerLearning(const Comparison& comparison);
    /// Offers the article's claims where the session settles them.
    void offerArticle();
    ChartOptions chartOptions() const;

    QStackedWidget* stack_;
    EmptyState* empty_;
    QTabBar* tabs_;
    CompareBar* bar_;
    AnswerStrip* answer_;
    EngineLegend* legend_;
    NoticeBar* besideNotice_;
    QStackedWidget* views_;
    ComparisonCharts* charts_;
    ComparisonTables* tables_;
    RankingView* ranking_;
    MemoryView* memory_;
    ArticleView* article_;
    RunDrawer* drawer_;
    RunEdits* edits_;
    Toast* toast_;
    std::vector<Comparison> comparisons_;
    std::shared_ptr<const SessionView> beside_; ///< the other session
    std::optional<ComparisonKey> shown_;
    bool viewChosen_ = false; ///< by the user, in this session
    bool ofThePaper_ = false; ///< the session was made by the preset "paper"
    QTimer redraw_{this};     ///< coalesces updates while a plan runs: at most two redraws a second
    bool stale_ = true;
};

} // namespace spillway
