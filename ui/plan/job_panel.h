#pragma once

#include "experiment/job_plan.h"
#include "workloads/workload_type.h"

#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTreeWidget;

namespace spillway {

/// The text of a kind whose work its user writes (a query, as SQL or as JSON), and what the planner
/// makes of it: its steps, each engine's program, or what is wrong with it.
class JobPanel : public QWidget {
    Q_OBJECT
public:
    explicit JobPanel(const WorkloadType& type, QWidget* parent = nullptr);

    /// Puts the text into the parameter that takes it.
    void writeTo(Workload& workload) const;
    void show(const Workload& workload);
    /// `tables` are the names that it may use.
    void showTables(const QStringList& tables);

    void showReading();
    void showJob(const PlannedJob& job);
    void showProblem(const Error& error);

signals:
    void edited();

private:
    void open();
    void showPrograms();
    void say(const QString& words, const char* role);
    /// The place that a message names.
    void underline(const QString& words);

    const WorkloadType& type_;
    QPlainTextEdit* text_;
    QLabel* tables_;
    QLabel* verdict_;
    QTreeWidget* steps_;
    QPushButton* programs_;
    PlannedJob job_;
    std::string name_; ///< of the file that the text is from
};

/// A message without the line that it quotes, which the editor shows.
QString withoutExcerpt(const Error& error);

} // namespace spillway
