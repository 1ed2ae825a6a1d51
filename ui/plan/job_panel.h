#pragma once

#include "data/table_set.h"
#include "experiment/job_plan.h"
#include "ui/plan/job_previewer.h"
#include "workloads/workload_type.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace spillway {

class CutLabel;
class FirstRows;
class JobResults;
class QueryEditor;
class StepCards;
class Workbench;

/// The text of a kind whose work its user writes (a query, as SQL or as JSON), and what the planner
/// makes of it: its steps as cards beside it, the first rows that come out of each, each engine's
/// program, or what is wrong with it, at its place.
class JobPanel : public QWidget {
    Q_OBJECT
public:
    JobPanel(const WorkloadType& type, Workbench& workbench, const std::shared_ptr<WarmTools>& warm,
             QWidget* parent = nullptr);

    /// Puts the text into the parameter that takes it.
    void writeTo(Workload& workload) const;
    void show(const Workload& workload);
    /// `tables` are those that it may use, by their names.
    void showTables(const std::vector<NamedTable>& tables);
    QWidget* editor() const;
    /// As it is written.
    QString written() const;

    void showReading();
    /// `dataset` is what it was planned for. Without `mayPreview` no rows are made: a plan is
    /// running.
    void showJob(const PlannedJob& job, const Dataset& dataset, bool mayPreview);
    void showProblem(const Error& error);

signals:
    void edited();

private:
    QWidget* buildTools();
    void open();
    /// `name`: what the text is called; empty: nothing.
    void showNamed(const QString& job, const std::string& name);
    /// Asks for the rows after the chosen step, unless they are there.
    void preview();
    void setUpPreviewEngine();
    void say(const QString& words, const char* role);

    const WorkloadType& type_;
    Workbench& workbench_;
    QueryEditor* text_;
    CutLabel* tables_;
    QLabel* verdict_;
    QPushButton* setUp_; ///< of the planner, when it is not there
    StepCards* steps_;
    FirstRows* rows_;
    JobResults* results_;
    JobPreviewer* previewer_;
    PlannedJob job_;
    Dataset dataset_;
    bool mayPreview_ = true;
    std::string previewed_; ///< what was asked for last
    std::string name_;      ///< of the file or the shipped job that the text is from
    QString named_;         ///< that text: a changed one is no longer what the name says
};

/// A message without the line that it quotes, which the editor shows.
QString withoutExcerpt(const Error& error);

} // namespace spillway
