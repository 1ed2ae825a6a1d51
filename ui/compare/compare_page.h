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
class CompareBar;
class ComparisonCharts;
class ComparisonTables;
class EmptyState;
class EngineLegend;
class NoticeBar;
class RunDrawer;
class RankingView;

/// The answer, then the session's runs ranked, over worker counts, as time against memory, and as
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

protected:
    void applyTheme() override;
    void showEvent(QShowEvent* event) override;

private:
    enum View { RankingTab, ScalingTab, TradeOffTab, TableTab };
    void connectBar();
    void connectAnswer();
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
    void showInconsistencies();
    void showCharts(const Comparison& shown);
    void showTables(const Comparison& shown);
    void showBesideNotice(const Comparison& comparison);
    void openDrawer(const CellKey& cell, qint64 runId = 0);
    void openDrawerBeside(const CellKey& cell);
    void exportTable();
    void exportReport();
    ReportInput wholeSession() const;
    const Comparison* current() const;
    /// The other session's comparison that matches `comparison` best; null without another session.
    const Comparison* counterpartOf(const Comparison& comparison) const;
    QList<ChartKind> kindsOnShow(const Comparison& comparison) const;
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
    RunDrawer* drawer_;
    std::vector<Comparison> comparisons_;
    std::shared_ptr<const SessionView> beside_; ///< the other session
    bool viewChosen_ = false;                   ///< by the user, in this session
    bool ofThePaper_ = false;                   ///< the session was made by the preset "paper"
    QTimer redraw_{this}; ///< coalesces updates while a plan runs: at most two redraws a second
    bool stale_ = true;
};

} // namespace spillway
