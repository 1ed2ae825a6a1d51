#pragma once

#include "host/engine_registry.h"

#include <QDialog>

#include <filesystem>

class QDialogButtonBox;
class QLabel;
class QPlainTextEdit;

namespace spillway {

class Workbench;

/// Shows the user's own script or engine manifest, what it would start and its content hash, and
/// registers it as an engine once the user confirms. Errors are shown in the dialog.
class TrustDialog : public QDialog {
    Q_OBJECT
public:
    TrustDialog(Workbench& workbench, std::filesystem::path file, QWidget* parent);

private:
    void read();
    void showQuestion(const TrustQuestion& question);
    void showError(const Error& error);
    void trust();

    Workbench& workbench_;
    std::filesystem::path file_;
    std::string hash_; ///< of what is shown
    QLabel* heading_;
    QLabel* facts_;
    QPlainTextEdit* content_;
    QLabel* error_;
    QDialogButtonBox* buttons_;
};

/// Opens the dialog for a known file.
void askToTrust(Workbench& workbench, QWidget* parent, const std::filesystem::path& file);

} // namespace spillway
