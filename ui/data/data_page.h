#pragma once

#include "data/open_dataset.h"
#include "experiment/plan.h"
#include "ui/parts/page.h"

class QStackedWidget;
class QTabWidget;

namespace spillway {

class DatasetList;
class DatasetPanel;
class GeneratePanel;
class NoticeBar;
class OpenPanel;
class Toast;
class TryPanel;
class WelcomePanel;

/// The data to measure: the cards of the first launch, then the session's datasets with Generate
/// and Open.
class DataPage : public Page {
    Q_OBJECT
public:
    DataPage(Workbench& workbench, RunController& runs, QWidget* parent = nullptr);

    GeneratePanel& generatePanel() { return *generate_; }
    OpenPanel& openPanel() { return *open_; }
    void showGenerate();
    void showOpen();
    /// Takes a file that was dropped or given on the command line: a session is opened, anything
    /// else is treated as data.
    void openFile(const QString& path);

signals:
    /// A dataset is ready, and the plan page should start from this preset.
    void presetRequested(const QString& preset);
    /// The same, and its plan should start at once.
    void startRequested(const QString& preset);
    /// The question on the user's own data, as a plan that should start at once.
    void planRequested(const spillway::Plan& plan);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    QWidget* buildDesk();
    void connectParts();
    void tryIt();
    void tryNow();
    void repeatPaper();
    void preparePreset(const QString& preset, std::vector<GeneratorSpec> specs);
    bool generateNext(const Dataset* before);
    void onAdded(const QString& fingerprint);
    void onNotGenerated(const Error& why);
    void forgetPreset();
    void connectQuestions();
    void startQuestion(const QString& fingerprint, const QString& key, const QStringList& values);
    void refresh();

    QStackedWidget* stack_;
    WelcomePanel* welcome_;
    NoticeBar* notice_;
    DatasetList* list_;
    QTabWidget* tabs_;
    GeneratePanel* generate_;
    OpenPanel* open_;
    DatasetPanel* dataset_;
    TryPanel* try_;
    Toast* toast_;
    QString questionOf_;  ///< fingerprint of the data that are being added for a question
    QString questionKey_; ///< its
    QStringList questionValues_;
    QString presetAfter_;                   ///< of the card that was clicked
    bool startAfter_ = false;               ///< likewise
    bool tryWhenKnown_ = false;             ///< the engines
    std::vector<GeneratorSpec> toGenerate_; ///< for it, still
    Bytes lastPlanned_ = 0;                 ///< of the one before those
    bool leftWelcome_ = false;
};

} // namespace spillway
