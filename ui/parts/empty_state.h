#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace spillway {

/// What a page shows when it has nothing: an icon, what is missing, and the way there.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    EmptyState(const QString& icon, const QString& title, const QString& explanation,
               const QString& action, QWidget* parent = nullptr);
    void setWords(const QString& title, const QString& explanation);

signals:
    void activated();

private:
    QLabel* title_;
    QLabel* explanation_;
    QPushButton* action_ = nullptr; ///< null: nothing the user can do here
};

} // namespace spillway
