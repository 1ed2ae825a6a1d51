#include "ui/parts/field_note.h"

#include "ui/parts/theme.h"

namespace spillway {

FieldNote::FieldNote(QWidget* field, QWidget* parent) : QLabel(parent), field_(field)
{
    setObjectName(QStringLiteral("field-note"));
    setWordWrap(true);
    setTextFormat(Qt::PlainText);
    setTextInteractionFlags(Qt::TextSelectableByMouse);
    setFocusPolicy(Qt::NoFocus);
    setRole(this, "error");
    hide();
}

void FieldNote::say(const QString& words)
{
    if (text() == words) return;
    setText(words);
    setVisible(!words.isEmpty());
    field_->setAccessibleDescription(words);
    // Only a line edit has a frame of its own for this.
    if (field_->inherits("QLineEdit")) setRole(field_, words.isEmpty() ? "" : "invalid");
}

} // namespace spillway
