#pragma once

#include <QLabel>

namespace spillway {

/// What is wrong with a field, under it: the field gets a red frame and, for screen readers, these
/// words as its description. Takes no room while nothing is wrong.
class FieldNote : public QLabel {
    Q_OBJECT
public:
    explicit FieldNote(QWidget* field, QWidget* parent = nullptr);
    /// Empty: nothing is wrong.
    void say(const QString& words);
    QWidget* field() const { return field_; }

private:
    QWidget* field_;
};

} // namespace spillway
