#pragma once

#include "ui/manual/manual_index.h"

#include <QWidget>

#include <filesystem>
#include <vector>

class QLabel;
class QLineEdit;
class QListWidget;

namespace spillway {

class ManualView;

/// The user's manual in its own window: contents and search on the left, the page on the right. It
/// stays usable beside the main window, also while a dialog is open there.
class ManualWindow : public QWidget {
    Q_OBJECT
public:
    explicit ManualWindow(const std::filesystem::path& folder);

    /// Comes to the front with `page` ("verdict", "verdict#a-tie").
    void open(const QString& page);
    ManualView& view() { return *view_; }

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    QWidget* buildContents();
    QWidget* buildBar();
    void search();
    void follow(const QString& page);

    std::vector<ManualEntry> entries_;
    QLineEdit* search_;
    QListWidget* list_;
    QLabel* found_;
    ManualView* view_;
};

} // namespace spillway
