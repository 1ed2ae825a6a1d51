#pragma once

#include <QWidget>

class QListView;
class QPushButton;

namespace spillway {

class DatasetModel;
class Workbench;

/// The session's datasets with Add and Remove.
class DatasetList : public QWidget {
    Q_OBJECT
public:
    explicit DatasetList(Workbench& workbench, QWidget* parent = nullptr);
    void select(const QString& fingerprint);

signals:
    void addRequested();
    /// Another dataset is the chosen one; empty: none.
    void selected(const QString& fingerprint);

private:
    /// One is chosen as long as there is any: the same one where it is still there.
    void keepChoice();
    void removeSelected();
    void refreshButtons();

    Workbench& workbench_;
    DatasetModel* model_;
    QListView* view_;
    QPushButton* remove_;
    QString chosen_; ///< fingerprint
};

} // namespace spillway
