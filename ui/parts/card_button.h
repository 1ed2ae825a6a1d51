#pragma once

#include <QPushButton>

namespace spillway {

/// A large button with an icon, a title and a few lines that say what will happen.
class CardButton : public QPushButton {
    Q_OBJECT
public:
    CardButton(const QString& icon, const QString& title, const QString& explanation,
               const QString& action, QWidget* parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
};

} // namespace spillway
