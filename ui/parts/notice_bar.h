#pragma once

#include "base/error.h"

#include <QFrame>

class QLabel;
class QHBoxLayout;
class QPushButton;

namespace spillway {

class Symbol;

/// A banner inside a page: information, a warning, or an error and what to do about it. Hidden
/// until it has a message; Escape or its close button hides it.
class NoticeBar : public QFrame {
    Q_OBJECT
public:
    enum class Kind { Info, Warning, Error };
    explicit NoticeBar(QWidget* parent = nullptr);

    void show(Kind kind, const QString& message);
    void show(const Error& error);
    void clear();
    /// A button on the banner; stays until clear().
    QPushButton* addAction(const QString& title);
    QString message() const;
    Kind kind() const { return kind_; }

signals:
    /// The user closed it.
    void dismissed();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void dismiss();

    Kind kind_ = Kind::Info;
    Symbol* symbol_;
    QLabel* label_;
    QHBoxLayout* actions_;
};

} // namespace spillway
