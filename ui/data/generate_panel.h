#pragma once

#include "data/open_dataset.h"
#include "generator/generator.h"
#include "work/background_job.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

#include <filesystem>
#include <optional>

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QSpinBox;

namespace spillway {

class Disclosure;
class NoticeBar;
class Workbench;

/// Makes a dataset: size, folder, a live estimate, progress with Cancel; everything else under
/// Advanced.
class GeneratePanel : public QWidget {
    Q_OBJECT
public:
    explicit GeneratePanel(Workbench& workbench, QWidget* parent = nullptr);

    /// Fills the form, for CSV; the file's name follows.
    void setSpec(const GeneratorSpec& spec);
    GeneratorSpec spec() const;
    std::filesystem::path output() const;
    void setFolder(const std::filesystem::path& folder);
    bool isGenerating() const { return !job_.isNull(); }

    /// Starts at once. An existing file with exactly the same spec is opened instead.
    void generateNow();

signals:
    /// The dataset is complete and open.
    void generated(const spillway::OpenedDataset& opened);
    /// It was cancelled by the user, or failed for the reason that the panel shows.
    void notGenerated(const spillway::Error& why);

private:
    QWidget* buildForm();
    QWidget* buildFooter();
    void buildAdvanced();
    void onSpecEdited();
    void onFormatChosen();
    void onNameChanged();
    void estimateSoon();
    void estimateNow();
    void start(bool force);
    void onProgress(const GenerateProgress& progress);
    void onEnded(Result<OpenedDataset> opened);
    void refreshButtons();
    QString defaultName() const;
    bool isParquet() const;

    Workbench& workbench_;
    QDoubleSpinBox* size_;
    QComboBox* unit_;
    QComboBox* format_; ///< as the file's name ends
    QLineEdit* folder_;
    QLineEdit* name_;
    QLabel* estimate_;
    NoticeBar* notice_;
    Disclosure* advanced_;
    QSpinBox* seed_ = nullptr;
    QSpinBox* categories_ = nullptr;
    QSpinBox* features_ = nullptr;
    QDoubleSpinBox* signal_ = nullptr;
    QSpinBox* split_ = nullptr;
    QProgressBar* progress_;
    QLabel* progressText_;
    QPushButton* cancel_;
    QPushButton* generate_;
    bool nameEdited_ = false;
    bool possible_ = false; ///< the estimate says that it fits
    QTimer estimateTimer_{this};
    QPointer<BackgroundJob> estimateJob_;
    QPointer<BackgroundJob> job_;
};

} // namespace spillway
