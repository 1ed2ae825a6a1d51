#pragma once

#include <QLabel>

namespace spillway {

/// A line of text that never asks for room: where there is too little it is cut with an ellipsis,
/// and the tool tip has it whole.
class CutLabel : public QLabel {
    Q_OBJECT
public:
    explicit CutLabel(const char* role, QWidget* parent = nullptr);

    /// Of the whole text.
    void setWords(const QString& words);
    const QString& words() const { return words_; }

    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void cut();

    QString words_;
};

} // namespace spillway
