#include "ui/window/notes_dialog.h"

#include "ui/manual/manual_place.h"

#include <QDialogButtonBox>
#include <QPlainTextEdit>
#include <QVBoxLayout>

namespace spillway {

NotesDialog::NotesDialog(const QString& notes, QWidget* parent) : QDialog(parent)
{
    setWindowTitle(tr("Notes of this session"));
    setManualPage(this, QStringLiteral("sessions"));
    resize(520, 360);
    auto* layout = new QVBoxLayout(this);
    auto* edit = new QPlainTextEdit(notes);
    edit->setAccessibleName(tr("Notes"));
    edit->setPlaceholderText(tr("What was measured, and why"));
    edit->setTabChangesFocus(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, this, [this, edit] {
        emit edited(edit->toPlainText());
        accept();
    });
    layout->addWidget(edit, 1);
    layout->addWidget(buttons);
}

} // namespace spillway
