#pragma once

#include "work/settings.h"

#include <QDialog>
#include <QList>

class QComboBox;
class QLabel;
class QLineEdit;
class QSpinBox;
class QVBoxLayout;

namespace spillway {

struct EngineInfo;
class Workbench;

/// Appearance, folders with their free space and file system, engines, and what a new plan starts
/// with.
class SettingsDialog : public QDialog {
    Q_OBJECT
public:
    SettingsDialog(Workbench& workbench, QWidget* parent);

private:
    struct FolderRow {
        QLineEdit* edit = nullptr;
        QLabel* facts = nullptr;
        bool scratch = false;
    };
    QWidget* appearancePage();
    QWidget* foldersPage();
    QWidget* enginesPage();
    void fillEngines();
    QWidget* engineCard(const EngineInfo& engine);
    QWidget* measurementPage();
    QLineEdit* addFolder(QWidget* page, const QString& title, const QString& help,
                         const std::filesystem::path& path, bool scratch);
    void refreshFacts(const FolderRow& row);
    void store();

    Workbench& workbench_;
    QVBoxLayout* engines_ = nullptr;
    QComboBox* appearance_ = nullptr;
    QLineEdit* dataFolder_ = nullptr;
    QLineEdit* sessionFolder_ = nullptr;
    QLineEdit* scratchFolder_ = nullptr;
    QSpinBox* repeats_ = nullptr;
    QSpinBox* warmup_ = nullptr;
    QSpinBox* timeout_ = nullptr;
    QSpinBox* memoryShare_ = nullptr;
    QComboBox* cache_ = nullptr;
};

} // namespace spillway
