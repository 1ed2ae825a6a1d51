#pragma once

#include "data/column_facts.h"
#include "data/schema_guess.h"
#include "work/background_job.h"

#include <QWidget>

class QLabel;
class QStackedWidget;
class QTableView;

namespace spillway {

class CutLabel;
class EmptyState;
class PreviewModel;
class QuestionRow;
class TypeHeader;
class Workbench;

/// The dataset that is chosen in the list: its first rows with what is known of each column,
/// whether its files are still the same, and the question that is asked of it.
class DatasetPanel : public QWidget {
    Q_OBJECT
public:
    explicit DatasetPanel(Workbench& workbench, QWidget* parent = nullptr);

    /// Empty: none.
    void show(const QString& fingerprint);
    QuestionRow* question() const { return question_; }

signals:
    void startRequested(const QString& fingerprint, const QString& key, const QStringList& values);

private:
    struct Read {
        SchemaGuess guess;
        std::vector<ColumnFacts> facts;
    };
    void read(const Dataset& dataset);
    void showRead(const Dataset& dataset, Result<Read> read);
    void showState();
    const Dataset* dataset() const;

    Workbench& workbench_;
    QString fingerprint_;
    CutLabel* name_;
    CutLabel* facts_;
    QLabel* state_;
    PreviewModel* model_;
    QTableView* table_;
    TypeHeader* types_;
    QStackedWidget* stack_;
    EmptyState* empty_;
    QuestionRow* question_;
    QPointer<BackgroundJob> job_;
};

} // namespace spillway
