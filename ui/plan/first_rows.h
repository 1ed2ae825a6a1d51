#pragma once

#include "ui/plan/job_previewer.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace spillway {

class RowsView;

/// The first rows of a query's result, or of what comes out of one of its steps, made of the first
/// rows of each table: what it would look like, before anything is measured.
class FirstRows : public QWidget {
    Q_OBJECT
public:
    explicit FirstRows(QWidget* parent = nullptr);

    /// `step`: words for the step whose rows follow; empty: the result's.
    void showWorking(const QString& step);
    void show(const JobPreviewer::Outcome& outcome);
    /// Instead of rows, that `engine` has to be set up, with the button that does it.
    void showSetUp(const EngineInfo& engine, bool isBeingSetUp);
    /// Instead of rows, that a plan is running, which they would disturb.
    void showHeld();
    /// Nothing: there is no query.
    void clear();

signals:
    void setUpRequested();

private:
    void say(const QString& words, const char* role);
    QString whatText() const;

    QLabel* title_;
    QLabel* words_;
    QPushButton* setUp_;
    RowsView* rows_;
    QString step_;
};

/// "from the first 10,000 rows of each table", "from all rows".
QString sampledText(const std::vector<SampledTable>& tables);

} // namespace spillway
