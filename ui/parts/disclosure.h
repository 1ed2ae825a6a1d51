#pragma once

#include <QWidget>

class QFormLayout;
class QPushButton;

namespace spillway {

/// A section that opens and closes: "Advanced".
class Disclosure : public QWidget {
    Q_OBJECT
public:
    explicit Disclosure(const QString& title, QWidget* parent = nullptr);
    /// The form inside.
    QFormLayout* form() const { return form_; }
    void setOpen(bool open);
    void setTitle(const QString& title);

private:
    QPushButton* button_;
    QWidget* body_;
    QFormLayout* form_;
};

} // namespace spillway
