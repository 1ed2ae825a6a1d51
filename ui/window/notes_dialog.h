#pragma once

#include <QDialog>

namespace spillway {

/// The session's notes: plain text, stored in the session file.
class NotesDialog : public QDialog {
    Q_OBJECT
public:
    NotesDialog(const QString& notes, QWidget* parent);

signals:
    void edited(const QString& notes);
};

} // namespace spillway
