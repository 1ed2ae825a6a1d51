#pragma once

#include "charts/report.h"
#include "ui/parts/page.h"
#include "work/session_view.h"

#include <QList>
#include <QTimer>

class QStackedWidget;
class QTabBar;

namespace spillway {

class CompareBar;
class ComparisonCharts;
class ComparisonTables;
class EmptyState;
class NoticeBar;
class RunDrawer;
class VerdictPanel;

/// The paper's plots on the session's runs, verdict first; every number leads to its runs.
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

protected:
    void applyTheme() override;
    void showEvent(QShowEvent* event) override;

private:
    /// Index of the trade-off tab, which follows the workloads' tabs.
    int tradeOffTab() const;
    int tableTab() const;
    /// Workload kind of the current tab; nothing on tabs that cover all kinds.
    std::optional<std::string> kindOnShow() const;
    void connectBar();
    QWidget* makeContent();
    void refresh();
    void sayWhyEmpty();
    void refreshChoice();
    void showStudyOfThePreset(bool newSession);
    void refreshView();
    void showRecommendation(const Comparison& comparison);
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
    VerdictPanel* verdict_;
    NoticeBar* besideNotice_;
    QStackedWidget* views_;
    ComparisonCharts* charts_;
    ComparisonTables* tables_;
    RunDrawer* drawer_;
    std::vector<Comparison> comparisons_;
    std::shared_ptr<const SessionView> beside_; ///< the other session
    bool ofThePaper_ = false;                   ///< the session was made by the preset "paper"
    QTimer redraw_{this}; ///< coalesces updates while a plan runs: at most two redraws a second
    bool stale_ = true;
};

} // namespace spillway
