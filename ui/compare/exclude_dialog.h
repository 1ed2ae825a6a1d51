#pragma once

#include <QDialog>

class QComboBox;
class QPushButton;

namespace spillway {

/// Asks why a run is to be left out of verdicts and charts. Without a reason nothing is excluded.
class ExcludeDialog : public QDialog {
    Q_OBJECT
public:
    /// Of a reason, which stands in every export.
    static constexpr int longestReason = 200;

    explicit ExcludeDialog(const QString& run, QWidget* parent = nullptr);

signals:
    void chosen(const QString& reason);

private:
    QComboBox* reason_;
    QPushButton* exclude_ = nullptr;
};

} // namespace spillway
