#pragma once

#include <QDialog>

namespace spillway {

/// The session's notes and tags: plain text, stored in the session file.
class NotesDialog : public QDialog {
    Q_OBJECT
public:
    NotesDialog(const QString& notes, const QString& tags, QWidget* parent);

signals:
    void edited(const QString& notes, const QString& tags);
};

} // namespace spillway
