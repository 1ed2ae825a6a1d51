#pragma once

#include <QFrame>
#include <QTimer>

#include <functional>

class QLabel;
class QPushButton;

namespace spillway {

/// Says what has just been done, over the foot of its parent, so that nothing moves: "59 files in
/// figures", with a button for what can follow (Undo, Open folder). Goes by itself, but not while
/// the mouse or the keyboard is on it.
class Toast : public QFrame {
    Q_OBJECT
public:
    static constexpr int shownMs = 10'000;

    explicit Toast(QWidget* parent);

    void say(const QString& words);
    /// `action` runs when the button `title` is used, which also closes it.
    void say(const QString& words, const QString& title, std::function<void()> action);
    QString words() const;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void act();
    void goUnlessUsed();
    void place();

    QLabel* label_;
    QPushButton* button_;
    std::function<void()> action_;
    QTimer timer_{this};
};

} // namespace spillway
