#pragma once

#include <QSize>
#include <QWidget>

#include <vector>

class QPushButton;

namespace spillway {

/// Worker counts as chips that are on or off; above the cores they say "oversubscribed".
class WorkerChips : public QWidget {
    Q_OBJECT
public:
    explicit WorkerChips(int usableCores, QWidget* parent = nullptr);

    /// The counts that are on, ascending.
    std::vector<int> counts() const;
    /// Turns exactly these on; missing chips are added.
    void setCounts(const std::vector<int>& counts);

signals:
    void edited();

private:
    QPushButton* chip(int count);
    void askForCount();
    void arrange();

    int usableCores_;
    std::vector<std::pair<int, QPushButton*>> chips_; ///< ascending
    QPushButton* other_;
};

} // namespace spillway
