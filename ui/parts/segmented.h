#pragma once

#include <QString>
#include <QWidget>

#include <vector>

class QHBoxLayout;
class QPushButton;

namespace spillway {

/// One of a few: buttons side by side in one frame, of which at most one is on. The arrow keys go
/// from one to the next; a click or Space chooses.
class Segmented : public QWidget {
    Q_OBJECT
public:
    explicit Segmented(const QString& accessibleName, QWidget* parent = nullptr);

    QPushButton* add(const QString& id, const QString& title, const QString& help);
    /// Turns this one on and the others off; an unknown id turns all off.
    void setCurrent(const QString& id);
    QString current() const { return current_; }

signals:
    /// By the user, also when it was on already.
    void chosen(const QString& id);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QHBoxLayout* layout_;
    std::vector<std::pair<QString, QPushButton*>> segments_;
    QString current_;
};

} // namespace spillway
