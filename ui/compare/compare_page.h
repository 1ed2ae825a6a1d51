#pragma once

#include "charts/comparison_chart.h"
#include "ui/parts/page.h"

#include <QList>
#include <QTimer>

class QGridLayout;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTabBar;

namespace spillway {

class ChartCard;
class CompareBar;
class RunDrawer;
class TableView;

/// The paper's plots on the session's runs, verdict first; every number leads to its runs.
class ComparePage : public Page {
    Q_OBJECT
public:
    ComparePage(Workbench& workbench, RunController& runs, QWidget* parent = nullptr);

    /// Every comparison of the session, as the page draws them.
    const std::vector<Comparison>& comparisons() const { return comparisons_; }
    /// The charts on show, in the order of the page.
    QList<ComparisonChartView*> charts() const;
    /// Writes every chart and table on show into `directory`; the files' paths.
    Result<QStringList> exportAll(const QString& directory);

protected:
    void applyTheme() override;
    void showEvent(QShowEvent* event) override;

private:
    enum Tab { Etl, Learning, Tables };

    QWidget* makeContent();
    void connectBar();
    void refresh();
    void refreshChoice();
    void refreshView();
    void showRecommendation(const Comparison& comparison);
    void showInconsistencies();
    void showCharts(const Comparison& comparison);
    void showTables(const Comparison& comparison);
    void openDrawer(const CellKey& cell, qint64 runId = 0);
    void enlarge(ChartKind kind);
    void exportChart(ChartKind kind);
    void exportTable();
    void copyChart();
    const Comparison* current() const;
    ChartOptions chartOptions() const;

    QStackedWidget* stack_;
    QTabBar* tabs_;
    CompareBar* bar_;
    QLabel* verdict_;
    QLabel* remarks_;
    QPushButton* copySettings_;
    QGridLayout* grid_;
    QStackedWidget* views_;
    TableView* standing_;
    TableView* summary_;
    TableView* runsTable_;
    RunDrawer* drawer_;
    QList<ChartCard*> cards_;
    std::vector<Comparison> comparisons_;
    QString program_;     ///< the winner's settings in Python; empty without a winner
    QTimer redraw_{this}; ///< gathers what comes in while a plan runs: at most two redraws a second
    bool stale_ = true;
};

} // namespace spillway
