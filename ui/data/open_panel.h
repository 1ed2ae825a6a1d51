#pragma once

#include "data/column_facts.h"
#include "data/open_dataset.h"
#include "work/background_job.h"

#include <QWidget>

#include <map>
#include <optional>
#include <string>

class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace spillway {

class DialectForm;
class NoticeBar;
class PreviewModel;
class QuestionRow;
class TypeHeader;
class Workbench;

/// Opens the user's own data: a path or a drop, a preview of its first rows, and corrections of
/// what was guessed.
class OpenPanel : public QWidget {
    Q_OBJECT
public:
    explicit OpenPanel(Workbench& workbench, QWidget* parent = nullptr);

    /// Looks at a file, a folder or a pattern.
    void inspect(const QString& source);
    void browse();
    QuestionRow* question() const { return question_; }

signals:
    /// The user has accepted what the preview shows.
    void accepted(const spillway::OpenedDataset& opened);
    /// The same, and its question is to be run at once.
    void startRequested(const spillway::OpenedDataset& opened, const QString& key,
                        const QStringList& values);

private:
    QWidget* buildSource();
    QWidget* buildPreview();
    void inspectAgain();
    void show(Result<OpenedDataset> opened, std::vector<ColumnFacts> facts);
    bool canBeCorrected() const;
    void showGuess();

    Workbench& workbench_;
    QLineEdit* path_;
    NoticeBar* notice_;
    DialectForm* format_;
    QLabel* guesses_; ///< text about what was guessed
    QLabel* facts_;
    PreviewModel* model_;
    QTableView* table_;
    TypeHeader* types_;
    QStackedWidget* stack_;
    QPushButton* add_;
    QuestionRow* question_;
    std::vector<ColumnFacts> columnFacts_;
    std::map<std::string, ColumnType> givenTypes_;
    std::optional<OpenedDataset> opened_;
    QPointer<BackgroundJob> job_;
};

} // namespace spillway
