#pragma once

#include <QWidget>

namespace spillway {

/// What a page shows when it has nothing: an icon, what is missing, and the way there.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    EmptyState(const QString& icon, const QString& title, const QString& explanation,
               const QString& action, QWidget* parent = nullptr);

signals:
    void activated();
};

} // namespace spillway
