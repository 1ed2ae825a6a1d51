#pragma once

#include "experiment/job_plan.h"
#include "ui/plan/job_previewer.h"
#include "workloads/workload_type.h"

#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTreeWidget;

namespace spillway {

class FirstRows;
class Workbench;

/// The text of a kind whose work its user writes (a query, as SQL or as JSON), and what the planner
/// makes of it: its steps, the first rows that come out of each, each engine's program, or what is
/// wrong with it.
class JobPanel : public QWidget {
    Q_OBJECT
public:
    JobPanel(const WorkloadType& type, Workbench& workbench, QWidget* parent = nullptr);

    /// Puts the text into the parameter that takes it.
    void writeTo(Workload& workload) const;
    void show(const Workload& workload);
    /// `tables` are the names that it may use.
    void showTables(const QStringList& tables);

    void showReading();
    /// `dataset` is what it was planned for. Without `mayPreview` no rows are made: a plan is
    /// running.
    void showJob(const PlannedJob& job, const Dataset& dataset, bool mayPreview);
    void showProblem(const Error& error);

signals:
    void edited();

private:
    void open();
    void showPrograms();
    void showSteps();
    /// Asks for the rows after the chosen step, unless they are there.
    void preview();
    void setUpPreviewEngine();
    void say(const QString& words, const char* role);
    /// The place that a message names.
    void underline(const QString& words);
    /// As high as the text, within bounds.
    void fitText();

    const WorkloadType& type_;
    Workbench& workbench_;
    QPlainTextEdit* text_;
    QLabel* tables_;
    QLabel* verdict_;
    QTreeWidget* steps_;
    FirstRows* rows_;
    QPushButton* programs_;
    JobPreviewer* previewer_;
    PlannedJob job_;
    Dataset dataset_;
    bool mayPreview_ = true;
    std::string previewed_; ///< what was asked for last
    std::string name_;      ///< of the file that the text is from
};

/// A message without the line that it quotes, which the editor shows.
QString withoutExcerpt(const Error& error);

} // namespace spillway
