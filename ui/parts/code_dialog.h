#pragma once

#include <QDialog>

class QLabel;
class QPlainTextEdit;

namespace spillway {

/// A program to read before it is copied.
class CodeDialog : public QDialog {
    Q_OBJECT
public:
    CodeDialog(const QString& title, const QString& program, QWidget* parent = nullptr);

private:
    void copy();

    QPlainTextEdit* code_;
    QLabel* said_;
};

} // namespace spillway
